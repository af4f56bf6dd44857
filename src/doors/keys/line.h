/* A line as sshd reads it from an AuthorizedKeysCommand (sshd(8)). */
#ifndef DOORS_KEYS_LINE_H
#define DOORS_KEYS_LINE_H

#include <stddef.h>

#include "base/error.h"
#include "wire/message.h"

/* expiry-time="...Z",from="..." TYPE KEY, newline and NUL. */
#define KEY_LINE_MAX 4096

/*
 * The line of a key that was found.  ERR_FORMAT for what would not be one line
 * with one key: it is otpgated's, but sshd obeys it.  ERR_LONG, ERR_RANGE for a
 * time that has no year of four digits.
 */
enum error key_line_write(
    char *out, size_t size, const struct wire_emit_reply *key);

#endif
