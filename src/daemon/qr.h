/* QR codes: the only use of libqrencode.  Doors draw what is made here. */
#ifndef DAEMON_QR_H
#define DAEMON_QR_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * The QR code of text as bits, row by row, the first module in the highest
 * bit of the first byte, 1 for dark; *side modules in a row, no quiet zone.
 * ERR_LONG when it needs more than max bytes, ERR_SYSTEM when the library
 * fails; *side and *size are then 0.  The caller wipes out: it is the text.
 */
enum error qr_make(
    const char *text, uint8_t *out, size_t max, size_t *size, uint8_t *side);

#endif
