#include "doors/gate/arguments.h"

#include <string.h>

#include "base/text.h"

static enum error
add_pattern(struct patterns *p, const char *value)
{
	if (*value == '\0')
		return ERR_FORMAT;
	if (p->count == PATTERNS_MAX)
		return ERR_FULL;
	p->pattern[p->count++] = value;
	return OK;
}

/* What follows start in text, or NULL. */
static const char *
after(const char *text, const char *start)
{
	return text_starts(text, start) ? text + strlen(start) : NULL;
}

static enum error
read_one(struct arguments *out, const char *argument)
{
	const struct {
		const char *text;
		bool *flag;
	} flags[] = {
	    {"--unlisted-keys=shell", &out->unlisted_shell},
	    {"--fallback=publickey", &out->fallback_publickey},
	    {"--record", &out->record},
	    {"--help", &out->help},
	    {"--version", &out->version},
	};
	const char *value;

	if ((value = after(argument, "--keys=")) != NULL)
		return add_pattern(&out->keys, value);
	if ((value = after(argument, "--principals=")) != NULL)
		return add_pattern(&out->principals, value);
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (strcmp(argument, flags[i].text) == 0) {
			*flags[i].flag = true;
			return OK;
		}
	return ERR_FORMAT;
}

enum error
arguments_read(struct arguments *out, int argc, char **argv, const char **wrong)
{
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	for (int i = 1; i < argc; i++) {
		*wrong = argv[i];
		if ((e = read_one(out, argv[i])) != OK)
			return e;
	}
	return OK;
}

/* What a token stands for, or NULL. */
static const char *
token(char letter, const char *name, const char *home, const char *uid)
{
	switch (letter) {
	case '%':
		return "%";
	case 'h':
		return home;
	case 'u':
		return name;
	case 'U':
		return uid;
	default:
		return NULL;
	}
}

/* Puts text behind what out holds. */
static enum error
append(char *out, size_t size, const char *text, size_t length)
{
	size_t used = strlen(out);

	if (length >= size - used)
		return ERR_LONG;
	memcpy(out + used, text, length);
	out[used + length] = '\0';
	return OK;
}

static enum error
expand(
    char *out, size_t size, const char *pattern, const char *tokens[static 3])
{
	enum error e = OK;

	while (*pattern != '\0' && e == OK) {
		const char *text = pattern;
		size_t length = strcspn(pattern, "%");

		pattern += length;
		if (length == 0) {
			text =
			    token(pattern[1], tokens[0], tokens[1], tokens[2]);
			if (text == NULL)
				return ERR_FORMAT;
			length = strlen(text);
			pattern += 2;
		}
		e = append(out, size, text, length);
	}
	return e;
}

enum error
pattern_expand(char *out, size_t size, const char *pattern, const char *name,
    const char *home, unsigned long uid)
{
	char number[24];
	const char *tokens[3] = {name, home, number};
	char expanded[4096] = "";
	enum error e = ERR_UNSET;

	if ((e = text_print(number, sizeof number, "%lu", uid)) != OK ||
	    (e = expand(expanded, sizeof expanded, pattern, tokens)) != OK)
		return e;
	if (expanded[0] == '/')
		return text_copy(out, size, expanded);
	return text_print(out, size, "%s/%s", home, expanded);
}
