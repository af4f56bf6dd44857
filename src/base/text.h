/*
 * Text that came from outside: strict numbers, bounded copies, and escaping
 * for the place where it is shown.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Copies text into out, which holds size bytes and is always terminated.
 * ERR_LONG, and an empty out, when it does not fit: nothing is cut silently.
 */
enum error text_copy(char *out, size_t size, const char *text);

/*
 * printf(3) into out, which holds size bytes and is always terminated.
 * ERR_LONG when it did not fit; out then holds what did.
 */
enum error text_print(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Decimal digits only: no sign, no blank, no leading zero but "0" itself.
 * ERR_FORMAT for anything else, ERR_RANGE outside min and max; *out is then
 * untouched.
 */
enum error text_number(
    const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* True when text begins with start. */
bool text_starts(const char *text, const char *start);

/*
 * Bytes of the well-formed UTF-8 character (RFC 3629 section 4) that text
 * begins with; 0 at its end, for a broken sequence, and for a control
 * character, C1 and those of the order of writing (UAX #9) among them: a
 * terminal obeys those.
 */
size_t text_utf8_length(const char *text);

/*
 * A copy fit for a terminal or a log line: every byte outside printable ASCII,
 * the double quote and the backslash become \xHH.  Cut, with "..." at the end,
 * where it does not fit into size bytes (size is at least 8).  Returns out.
 */
char *text_escape(char *out, size_t size, const char *text);

/*
 * The same for text that may hold letters of any language: UTF-8 that is well
 * formed stays, control characters and broken sequences become \xHH.
 */
char *text_escape_utf8(char *out, size_t size, const char *text);

/*
 * Seconds as people say them, rounded up to the larger unit: "12 s",
 * "41 min", "3 h", "2 days".  Returns out, which holds size bytes (32 do).
 */
char *text_duration(char *out, size_t size, int64_t seconds);

#endif
