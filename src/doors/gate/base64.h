/* base64 as sshd reads it in its key files (b64_pton of RFC 2045). */
#ifndef DOORS_GATE_BASE64_H
#define DOORS_GATE_BASE64_H

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

#endif
