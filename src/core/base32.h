/*
 * Base32 after RFC 4648 section 6, strictly.
 */
#ifndef CORE_BASE32_H
#define CORE_BASE32_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Characters, NUL included, that size bytes need without padding. */
#define BASE32_SIZE(size) (((size)*8 + 4) / 5 + 1)

/*
 * Writes the upper-case base32 of size bytes, without padding, into out of
 * out_size characters; terminated.  ERR_LONG, and an empty out, if it does
 * not fit.  No table is indexed by the bytes: they may be a secret.
 */
enum error base32_encode(
    char *out, size_t out_size, const uint8_t *bytes, size_t size);

/*
 * Reads text, upper case, with the padding of RFC 4648 or with none, into at
 * most max bytes of out; *size tells how many.  ERR_FORMAT for any other
 * character, a length that no bytes have, padding in the wrong place, or
 * unused bits that are not zero (RFC 4648 section 3.5).  ERR_LONG over max.
 * On an error *size is 0 and out holds nothing of the text.
 */
enum error base32_decode(
    uint8_t *out, size_t max, size_t *size, const char *text);

#endif
