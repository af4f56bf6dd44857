/*
 * HOTP (RFC 4226) and TOTP (RFC 6238).  Pure: the step comes in as a number.
 *
 * Rules:
 *   - No branch and no address MUST depend on the secret, the digest or the
 *     code; tests/unit/core/constant_time.c proves it under valgrind.
 */
#ifndef CORE_TOTP_H
#define CORE_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"
#include "core/policy.h"

#define TOTP_DIGITS_MIN 6
#define TOTP_DIGITS_MAX 8

/* How a secret is turned into codes. */
struct totp_form {
	enum algorithm algorithm;
	uint32_t digits; /* 6 to 8 */
	uint32_t period; /* seconds: 30 or 60 */
};

/* True when all three are in range: then there is a code of that form. */
bool totp_form_valid(const struct totp_form *form);

/* The library's HMAC contexts, made once and kept warm. */
struct totp;

/* NULL when memory or the cryptographic library fails.  totp_free() ends it. */
struct totp *totp_new(void);

/* Wipes and frees *t, and sets it to NULL.  NULL is fine. */
void totp_free(struct totp **t);

/* The step, RFC 6238's T, that second now lies in; 0 before 1970. */
uint64_t totp_step(const struct totp_form *form, int64_t now);

/* Seconds until the step after now's begins: 1 to period. */
uint32_t totp_next(const struct totp_form *form, int64_t now);

/*
 * The code of secret at step, 0 to 10^digits - 1, into *code (RFC 4226
 * section 5.3).  ERR_RANGE when the form is none of ours or the secret empty,
 * ERR_CRYPTO when the library fails; *code is then UINT32_MAX, which no code
 * equals.  The secret is gone from t afterwards.
 */
enum error totp_code(struct totp *t, const struct totp_form *form,
    const struct secret *secret, uint64_t step, uint32_t *code);

/*
 * The two halves of RFC 4226 section 5.3, in constant time: the 31 bits that
 * dynamic truncation takes out of a digest of size bytes, 20 at least, and
 * the remainder of a value below 2^31 after division by 10^digits.
 */
uint32_t totp_truncate(const uint8_t *digest, size_t size);
uint32_t totp_reduce(uint32_t value, uint32_t digits);

#endif
