/*
 * A public key as sshd reads it.
 *
 * Rules:
 *   - Keys that sshd takes for one MUST be one here, whatever their bytes: a
 *     list that restricts a key in another spelling restricts it all the same.
 */
#ifndef DOORS_GATE_KEY_H
#define DOORS_GATE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define KEY_TYPE_MAX 64 /* bytes of a type's name, its NUL among them */
#define KEY_MAX 98304	/* bytes of a key: what AUTHINFO_MAX can hold */

struct key {
	char type[KEY_TYPE_MAX]; /* as ssh-keygen(1) writes it */
	uint8_t *bytes;
	size_t size;
};

/*
 * Reads a key from base64 (RFC 4253 section 6.6).  ERR_FORMAT, ERR_SHORT,
 * ERR_LONG, ERR_MEMORY; out is empty then.  Free it with key_free().
 */
enum error key_read(struct key *out, const char *text, size_t length);

/* Copies size bytes; the same errors. */
enum error key_copy(struct key *out, const uint8_t *bytes, size_t size);

void key_free(struct key *key);

/*
 * True when sshd takes both for one key: their parts are the same, as texts,
 * as numbers and as bytes.
 */
bool key_same(const struct key *a, const struct key *b);

/*
 * True when a line of a key file may write name before this key: its type, or
 * the name of a signature that such keys make, which sshd takes as well.
 */
bool key_goes_by(const struct key *key, const char *name, size_t length);

#endif
