/*
 * Recovery codes: ten, 120 bits each, single use.  NIST SP 800-63B asks for 112
 * bits of a look-up secret whose hash needs no salt and no slow function.
 *
 * They are kept as HMAC-SHA256 under a key of the store's seal, with the uid
 * in front, so that neither a stolen store nor another user's row is of use.
 *
 * A set can hold scratch codes beside them, which an import brought: eight
 * digits, so that the brake of the TOTP codes has to be theirs too (verify.h).
 */
#ifndef CORE_RECOVERY_H
#define CORE_RECOVERY_H

#include <stdint.h>

#include "base/error.h"
#include "core/record.h"

#define RECOVERY_KEY 32

/* HMAC of one code into out.  ERR_CRYPTO when the library fails. */
enum error recovery_hash(uint8_t out[static RECOVERY_HASH],
    const uint8_t key[static RECOVERY_KEY], uint32_t uid,
    const uint8_t code[static RECOVERY_BYTES]);

/*
 * The same for a scratch code, SCRATCH_MIN to SCRATCH_MAX.  No recovery code
 * has its hash: the one is never taken for the other.
 */
enum error scratch_hash(uint8_t out[static RECOVERY_HASH],
    const uint8_t key[static RECOVERY_KEY], uint32_t uid, uint32_t number);

/*
 * Which code of r's set this is: *index 0 to 9, spent ones included, or -1
 * when none.  Compares with all of the set, whatever matched.
 */
enum error recovery_find(const struct record *r,
    const uint8_t key[static RECOVERY_KEY],
    const uint8_t code[static RECOVERY_BYTES], int *index);
enum error scratch_find(const struct record *r,
    const uint8_t key[static RECOVERY_KEY], uint32_t number, int *index);

#endif
