/*
 * A public key that somebody vouches for (RFC 4253 section 6.6, RFC 5656
 * section 3.1, RFC 8709 section 4, PROTOCOL.u2f of OpenSSH).
 *
 * Rules:
 *   - A key MUST be in the one form that sshd itself writes: numbers without
 *     zeros before them, nothing behind the last part.  So one key has one
 *     fingerprint, and the one that sshd asks with is ours.
 *   - What is weak, of an unknown type, or a certificate MUST NOT be vouched
 *     for.
 */
#ifndef CORE_PUBKEY_H
#define CORE_PUBKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define PUBKEY_MAX 2080	      /* bytes; RSA of PUBKEY_BITS_MAX has 2,072 */
#define PUBKEY_TYPE_MAX 64    /* bytes of a type's name, its NUL among them */
#define PUBKEY_BITS_MIN 2048  /* of RSA */
#define PUBKEY_BITS_MAX 16384 /* likewise: what ssh-keygen(1) makes */

/* "SHA256:", 43 letters of base64, NUL: as ssh-keygen -l and %f of sshd. */
#define FINGERPRINT_MAX 51

/* What a key is. */
enum pubkey_state {
	PUBKEY_MALFORMED,
	PUBKEY_UNKNOWN,	    /* a type that is not known */
	PUBKEY_CERTIFICATE, /* OpenSSH's */
	PUBKEY_WEAK, /* DSA, RSA of few bits or of a number that is none */
	PUBKEY_GOOD
};

/*
 * Reads size bytes.  type is the name of the key's type for PUBKEY_GOOD, ""
 * otherwise.
 */
enum pubkey_state pubkey_judge(
    const uint8_t *bytes, size_t size, char type[static PUBKEY_TYPE_MAX]);

/* The fingerprint of size bytes.  ERR_CRYPTO. */
enum error pubkey_fingerprint(
    char out[static FINGERPRINT_MAX], const uint8_t *bytes, size_t size);

/*
 * True for a list of from="..." that sshd takes as it stands: networks and
 * addresses with commas between, "!" before those that are excluded
 * (core/exempt.h); or "", for anywhere.
 */
bool pubkey_source_good(const char *list);

#endif
