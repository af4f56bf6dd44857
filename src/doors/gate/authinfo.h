/*
 * How the login proved itself, as sshd writes it to a file of its own
 * (sshd_config(5), ExposeAuthInfo): one line for each method that succeeded,
 * in the order in which they did.
 *
 *	publickey ssh-ed25519 AAAA...
 *	keyboard-interactive/pam
 *
 * Rules:
 *   - A file that sshd may not have written MUST NOT be believed, not even
 *     in part: a list that is not believed counts as a password.
 */
#ifndef DOORS_GATE_AUTHINFO_H
#define DOORS_GATE_AUTHINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "core/methods.h"

/* A certificate for 256 principals of 64 bytes has less than 32 KiB. */
#define AUTHINFO_MAX 131072 /* bytes of the file */
#define AUTHINFO_KEYS 16    /* keys of one login */

struct authinfo {
	bool believed;
	char methods[METHODS_MAX]; /* core/methods.h; "" unless believed */
	size_t keys;		   /* public keys among them */
	struct {
		const char *type; /* "ssh-ed25519" */
		const char *blob; /* base64 */
	} key[AUTHINFO_KEYS];
	char *text; /* what the keys point into */
};

/*
 * Reads the file at path, NULL where the variable is not set.  owner is the
 * user of this login.  OK, or why it is not believed: ERR_ABSENT (not set, or
 * no such file), ERR_UNSAFE (not sshd's place, or of another owner or mode),
 * ERR_SHORT, ERR_LONG, ERR_FORMAT, ERR_SYSTEM, ERR_MEMORY.  out is valid
 * either way; free it with authinfo_free().
 */
enum error authinfo_read(struct authinfo *out, const char *path, uid_t owner);

/*
 * The same for the size bytes at text, which out then owns (free(3)); a NUL
 * must follow them.
 */
enum error authinfo_parse(struct authinfo *out, char *text, size_t size);

void authinfo_free(struct authinfo *info);

#endif
