/*
 * Secret bytes: a type, an owner and an end.
 *
 * Rules:
 *   - Whoever declares a struct secret MUST wipe it on every way out.
 *   - The bytes MUST NOT be logged, printed or put into an argument list.
 *   - Two secrets MUST be compared with secret_equal(), never with memcmp(3).
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* RFC 4226 section 4, R6, asks for 16 bytes and recommends 20. */
#define SECRET_MIN 10 /* what other programs' shortest exports hold */
#define SECRET_MAX 64 /* one block of SHA-1 and SHA-256 */
#define SECRET_NEW 20 /* what otpgate makes: 160 bits */

struct secret {
	size_t size; /* 0: none */
	uint8_t bytes[SECRET_MAX];
};

/*
 * Copies size bytes into s.  ERR_LONG, and an empty s, when they are more than
 * SECRET_MAX.  Does not judge SECRET_MIN: that is the importer's business.
 */
enum error secret_set(struct secret *s, const uint8_t *bytes, size_t size);

/* Overwrites all of s, in a way that the compiler keeps; s is then empty. */
void secret_wipe(struct secret *s);

/*
 * True when the size bytes at a and b are the same.  Takes the same time
 * whatever they hold; size is not hidden.
 */
bool secret_equal(const void *a, const void *b, size_t size);

#endif
