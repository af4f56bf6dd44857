/*
 * Asking a person one line: on the terminal, or without one.
 *
 * Rules:
 *   - The terminal's mode MUST be restored on every way out, signals among
 *     them.
 *   - Typed-ahead input MUST NOT be thrown away (a program may have sent it).
 *   - Nothing MUST ever go to standard output.
 *   - Without a terminal not one byte after the answer's end MUST be read: it
 *     belongs to the command.
 */
#ifndef TERM_PROMPT_H
#define TERM_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Where a question goes and where its answer comes from. */
struct prompt {
	int terminal;	  /* a descriptor of the terminal, or -1 */
	int watch;	  /* a descriptor whose end ends the wait, or -1 */
	bool echo;	  /* show what is typed (terminal only) */
	int64_t deadline; /* clock_milliseconds() */
};

/* Opens /dev/tty: a descriptor, or -1 when there is no terminal. */
int prompt_terminal(void);

/*
 * Writes question to the terminal, else to standard error, and reads one line,
 * up to LF or CR, into out: size bytes, terminated, without the line's end.
 * More than fits is read to the line's end and gives ERR_LONG.  A NUL within
 * gives ERR_FORMAT.  ERR_TIMEOUT, ERR_CLOSED (end of file, hang-up, or 128 KiB
 * without a line's end: a program that pours data in has no code to give),
 * ERR_DOWN (watch ended), ERR_INTERRUPTED (a signal; *signal tells which, and
 * the caller dies of it).  out is the caller's to wipe; on an error it is
 * empty.
 */
enum error prompt_line(const struct prompt *p, const char *question, char *out,
    size_t size, int *signal);

#endif
