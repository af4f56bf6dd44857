/*
 * What sshd makes of its configuration for one login, as "sshd -T" prints it:
 * a keyword in lower case and its value on each line.
 *
 * Pure: text in, words out.
 */
#ifndef DOORS_CLI_DOCTOR_SETTINGS_H
#define DOORS_CLI_DOCTOR_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define SETTINGS_MAX 1024 /* lines */

struct setting {
	const char *keyword, *value;
};

struct settings {
	char *text; /* what the lines point into */
	struct setting *line;
	size_t count;
};

/*
 * Reads size bytes of text.  ERR_FORMAT where a byte is NUL or no line has a
 * keyword, ERR_LONG for too many lines, ERR_MEMORY; *out is empty then.
 */
enum error settings_read(struct settings *out, const char *text, size_t size);

void settings_free(struct settings *s);

/* The first value of keyword, or "" without one. */
const char *settings_value(const struct settings *s, const char *keyword);

/*
 * The next value of keyword from line *at on, which is moved behind it; NULL
 * behind the last.
 */
const char *settings_next(
    const struct settings *s, const char *keyword, size_t *at);

/* True where keyword has that value. */
bool settings_is(
    const struct settings *s, const char *keyword, const char *value);

/* True where a SetEnv of sshd is that word: NAME=VALUE. */
bool settings_has_env(const struct settings *s, const char *word);

/* True where sshd's pattern, with * and ?, fits name. */
bool pattern_fits(const char *pattern, const char *name);

/*
 * A variable that pattern, an AcceptEnv, lets clients set, that the shell or
 * the C library obeys before the gate runs, and that the drop-in does not set;
 * NULL when there is none.
 */
const char *accepted_variable(const char *pattern);

#endif
