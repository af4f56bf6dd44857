#include "doors/gate/keyline.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t"

/* How an option is written. */
enum form { FLAG, SWITCH /* also with "no-" */, VALUE };

static const struct {
	const char *name;
	enum form form;
} known[] = {
    {"restrict", FLAG},
    {"cert-authority", FLAG},
    {"port-forwarding", SWITCH},
    {"agent-forwarding", SWITCH},
    {"x11-forwarding", SWITCH},
    {"touch-required", SWITCH},
    {"verify-required", SWITCH},
    {"pty", SWITCH},
    {"user-rc", SWITCH},
    {"command", VALUE},
    {"principals", VALUE},
    {"from", VALUE},
    {"expiry-time", VALUE},
    {"environment", VALUE},
    {"permitopen", VALUE},
    {"permitlisten", VALUE},
    {"tunnel", VALUE},
};

/* Passes over what text begins with, in either case; NULL if it does not. */
static const char *
pass(const char *text, const char *start)
{
	size_t length = strlen(start);

	return strncasecmp(text, start, length) == 0 ? text + length : NULL;
}

/* True where an option ends. */
static bool
ends(const char *text)
{
	return *text == '\0' || strchr("," BLANKS, *text) != NULL;
}

/*
 * Passes over ="VALUE"; *value is then the value with \" made ", to be freed.
 * A backslash before anything else is one.
 */
static enum error
pass_value(const char **at, char **value)
{
	const char *from = *at;
	size_t used = 0;

	*value = NULL;
	if (from[0] != '=' || from[1] != '"')
		return ERR_FORMAT;
	*value = malloc(strlen(from));
	if (*value == NULL)
		return ERR_MEMORY;
	for (from += 2; *from != '"' && *from != '\0'; from++) {
		if (from[0] == '\\' && from[1] == '"')
			from++;
		(*value)[used++] = *from;
	}
	(*value)[used] = '\0';
	*at = from + 1;
	if (*from == '"' && ends(*at))
		return OK;
	free(*value);
	*value = NULL;
	return ERR_FORMAT;
}

/* The index of the option that *at begins with; *at is then after its name. */
static bool
pass_name(const char **at, size_t *which)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const char *after = pass(*at, known[i].name);
		const char *positive = pass(*at, "no-");

		if (after == NULL && known[i].form == SWITCH &&
		    positive != NULL)
			after = pass(positive, known[i].name);
		if (after == NULL ||
		    (known[i].form == VALUE ? *after != '=' : !ends(after)))
			continue;
		*at = after;
		*which = i;
		return true;
	}
	return false;
}

static enum error
read_option(struct keyoptions *out, const char **at)
{
	enum error e = ERR_UNSET;
	char *value = NULL;
	size_t which;

	if (!pass_name(at, &which))
		return ERR_FORMAT;
	if (strcmp(known[which].name, "cert-authority") == 0)
		out->authority = true;
	if (known[which].form != VALUE)
		return OK;
	if ((e = pass_value(at, &value)) != OK)
		return e;
	if (strcmp(known[which].name, "command") != 0) {
		free(value);
		return OK;
	}
	if (out->command != NULL) {
		free(value);
		return ERR_EXISTS;
	}
	out->command = value;
	return OK;
}

static enum error
read_options(struct keyoptions *out, const char *at)
{
	enum error e = ERR_UNSET;

	while (*at != '\0' && strchr(BLANKS, *at) == NULL) {
		if ((e = read_option(out, &at)) != OK)
			return e;
		if (*at != ',')
			break;
		if (*++at == '\0')
			return ERR_FORMAT;
	}
	return OK;
}

enum error
keyoptions_read(struct keyoptions *out, const char *text)
{
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	e = read_options(out, text);
	if (e != OK) {
		free(out->command);
		memset(out, 0, sizeof *out);
	}
	return e;
}

/* What follows the options, blanks passed over; NULL for an open quote. */
static const char *
pass_options(const char *at)
{
	bool quoted = false;

	for (; *at != '\0' && (quoted || strchr(BLANKS, *at) == NULL); at++) {
		if (at[0] == '\\' && at[1] == '"')
			at++;
		else if (*at == '"')
			quoted = !quoted;
	}
	return quoted ? NULL : at + strspn(at, BLANKS);
}

/* True when TYPE BASE64 stands at text and is this key. */
static bool
holds(const char *text, const struct key *key)
{
	size_t length = strcspn(text, BLANKS);
	const char *blob = text + length + strspn(text + length, BLANKS);
	struct key found;
	bool same;

	if (!key_goes_by(key, text, length) ||
	    key_read(&found, blob, strcspn(blob, BLANKS)) != OK)
		return false;
	same = key_same(&found, key);
	key_free(&found);
	return same;
}

enum error
keyline_read(struct keyoptions *out, const char *line, const struct key *key,
    bool authority)
{
	const char *options = line + strspn(line, BLANKS), *after;
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	if (*options == '\0' || *options == '\n' || *options == '#')
		return ERR_ABSENT;
	if (holds(options, key)) {
		options = "";
	} else {
		after = pass_options(options);
		if (after == NULL || !holds(after, key))
			return ERR_ABSENT;
	}
	if ((e = keyoptions_read(out, options)) != OK)
		return e;
	if (out->authority == authority)
		return OK;
	free(out->command);
	memset(out, 0, sizeof *out);
	return ERR_ABSENT;
}

/* Where the principal of a line starts: after its last blank. */
static const char *
principal_at(const char *line)
{
	const char *blank = strrchr(line, ' ');

	if (blank == NULL)
		blank = strrchr(line, '\t');
	return blank == NULL ? line : blank + strspn(blank, BLANKS);
}

enum error
principal_line_read(struct keyoptions *out, const char *line,
    const struct certificate *certificate)
{
	enum error e = ERR_ABSENT;
	const char *principal;
	char *copy;
	size_t length;

	memset(out, 0, sizeof *out);
	copy = strdup(line + strspn(line, BLANKS));
	if (copy == NULL)
		return ERR_MEMORY;
	length = strcspn(copy, "#");
	while (length > 0 && strchr(BLANKS "\n", copy[length - 1]) != NULL)
		length--;
	copy[length] = '\0';
	principal = principal_at(copy);
	if (length > 0 && certificate_names(certificate, principal))
		e = keyoptions_read(out, principal == copy ? "" : copy);
	free(copy);
	return e;
}
