#include "doors/cli/doctor/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/*
 * What bash, zsh, fish, tcsh, ksh and the C library obey before a command
 * runs, and the drop-in's SetEnv line does not set; each is one example of what
 * a pattern may let in.
 */
static const char *const obeyed[] = {
    "BASH_FUNC_test%%",
    "PATH",
    "IFS",
    "GLIBC_TUNABLES",
    "LD_DEBUG",
    "LD_BIND_NOT",
    "FPATH",
    "fish_complete_path",
    "HOSTALIASES",
    "MALLOC_TRACE",
    "PROMPT_COMMAND",
    "BASH_XTRACEFD",
    "TERMCAP",
    "TERMINFO",
};

static size_t
count_lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text += *text == '\n') {
		text += strcspn(text, "\n");
		count++;
	}
	return count;
}

/* Cuts the line at text in two; false where there is no keyword. */
static bool
cut_line(char *text, struct setting *out)
{
	size_t length = strcspn(text, " ");

	if (length == 0)
		return false;
	out->keyword = text;
	out->value = text[length] == '\0' ? text + length : text + length + 1;
	text[length] = '\0';
	return true;
}

static enum error
cut_lines(struct settings *s)
{
	for (char *at = s->text; *at != '\0';) {
		size_t length = strcspn(at, "\n");
		bool last = at[length] == '\0';

		at[length] = '\0';
		if (length > 0 && !cut_line(at, &s->line[s->count++]))
			return ERR_FORMAT;
		at += last ? length : length + 1;
	}
	return s->count == 0 ? ERR_FORMAT : OK;
}

enum error
settings_read(struct settings *out, const char *text, size_t size)
{
	enum error e = ERR_UNSET;
	size_t lines;

	memset(out, 0, sizeof *out);
	if (memchr(text, '\0', size) != NULL)
		return ERR_FORMAT;
	if ((out->text = strndup(text, size)) == NULL)
		return ERR_MEMORY;
	lines = count_lines(out->text);
	e = lines > SETTINGS_MAX ? ERR_LONG : OK;
	if (e == OK) {
		out->line = calloc(lines + 1, sizeof *out->line);
		e = out->line == NULL ? ERR_MEMORY : cut_lines(out);
	}
	if (e != OK)
		settings_free(out);
	return e;
}

void
settings_free(struct settings *s)
{
	free(s->text);
	free(s->line);
	memset(s, 0, sizeof *s);
}

const char *
settings_next(const struct settings *s, const char *keyword, size_t *at)
{
	while (*at < s->count) {
		const struct setting *line = &s->line[(*at)++];

		if (strcmp(line->keyword, keyword) == 0)
			return line->value;
	}
	return NULL;
}

const char *
settings_value(const struct settings *s, const char *keyword)
{
	size_t at = 0;
	const char *value = settings_next(s, keyword, &at);

	return value == NULL ? "" : value;
}

bool
settings_is(const struct settings *s, const char *keyword, const char *value)
{
	return strcmp(settings_value(s, keyword), value) == 0;
}

bool
settings_has_env(const struct settings *s, const char *word)
{
	const char *value;
	size_t at = 0;

	while ((value = settings_next(s, "setenv", &at)) != NULL)
		if (strcmp(value, word) == 0)
			return true;
	return false;
}

/* The last star is the only one that ever has to take more. */
bool
pattern_fits(const char *pattern, const char *name)
{
	const char *star = NULL, *from = name;

	while (*name != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			from = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star != NULL) {
			pattern = star;
			name = ++from;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

const char *
accepted_variable(const char *pattern)
{
	for (size_t i = 0; i < sizeof obeyed / sizeof obeyed[0]; i++)
		if (pattern_fits(pattern, obeyed[i]))
			return obeyed[i];
	return NULL;
}
