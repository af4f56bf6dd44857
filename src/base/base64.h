/* base64 (RFC 4648), read as sshd does in its key files (b64_pton). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Bytes that length characters can stand for at most. */
#define BASE64_SIZE(length) ((length) / 4 * 3 + 3)

/*
 * Decodes length characters of text into out.  Blanks of any kind are passed
 * over, as sshd does; padding must be there and be right.  ERR_FORMAT;
 * ERR_LONG when max bytes are too few.
 */
enum error base64_decode(
    const char *text, size_t length, uint8_t *out, size_t max, size_t *size);

/* Bytes of the text for size bytes, its NUL among them. */
#define BASE64_TEXT(size) (((size) + 2) / 3 * 4 + 1)

/*
 * Writes size bytes as text, padded; out holds BASE64_TEXT(size) bytes.
 * Returns out.
 */
char *base64_encode(char *out, const uint8_t *bytes, size_t size);

#endif
