/*
 * Message authentication: HMAC-SHA256, cut to half (RFC 2104 section 5), of a
 * scope word, a uid and parts.  Private to store/.
 *
 * What it stops: whoever can write to the store without the seal key (a disk,
 * a backup, a database's administrator) changes no byte of a record, makes
 * none, and puts no part of one to another user, to another time or beside
 * another part.  The record is broken then, and denies.
 *
 * What it does not stop: taking a user's row away, which reads as somebody who
 * was never set up; and putting back all that the store had of a user at one
 * earlier time, row and tally.  Both are what restoring an older store does,
 * and only a copy kept elsewhere could tell.
 */
#ifndef STORE_MAC_H
#define STORE_MAC_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "core/record.h"

#define MAC_KEY 32
#define MAC_PARTS 8 /* of one text, at most */

struct mac; /* a key, kept warm; owned by whoever called mac_new() */

/* What is authenticated.  Parts are told apart by their lengths. */
struct mac_text {
	const char *scope; /* what the bytes are: "tally", "row", "trusted" */
	uint32_t uid;
	size_t count;
	struct mac_part {
		const void *bytes;
		size_t size;
	} part[MAC_PARTS];
};

/* ERR_CRYPTO; *out is then NULL.  The key stays the caller's to wipe. */
enum error mac_new(struct mac **out, const uint8_t key[static MAC_KEY]);

/* Frees and sets *m to NULL.  NULL is fine. */
void mac_free(struct mac **m);

/* The MAC of t.  ERR_CRYPTO. */
enum error mac_make(
    struct mac *m, const struct mac_text *t, uint8_t out[static RECORD_MAC]);

/* OK when got is the MAC of t; ERR_BROKEN, ERR_CRYPTO. */
enum error mac_check(struct mac *m, const struct mac_text *t,
    const uint8_t got[static RECORD_MAC]);

#endif
