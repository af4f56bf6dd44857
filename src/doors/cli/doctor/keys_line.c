#include "doors/cli/doctor/keys_line.h"

#include <string.h>

#include "doors/cli/doctor/lines.h"

/* True when the next word of *at is that one. */
static bool
next_is(const char **at, const char *word)
{
	char found[KEYS_LINE_WORD_MAX];

	return line_word(at, found, sizeof found) && strcmp(found, word) == 0;
}

enum error
keys_line_read(struct keys_line *out, const char *command, const char *keys)
{
	const char *at = command;

	memset(out, 0, sizeof *out);
	if (!line_word(&at, out->program, sizeof out->program) ||
	    strcmp(out->program, "none") == 0) {
		out->program[0] = '\0';
		return ERR_ABSENT;
	}
	if (strcmp(out->program, keys) != 0)
		return ERR_FOREIGN;
	if (!next_is(&at, "%u") || !next_is(&at, "%f"))
		return ERR_FORMAT;
	if (at[strspn(at, " \t")] == '\0')
		return OK;
	return next_is(&at, "--then") &&
		line_word(&at, out->then, sizeof out->then) &&
		out->then[0] != '\0'
	    ? OK
	    : ERR_FORMAT;
}
