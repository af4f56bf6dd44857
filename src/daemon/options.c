#include "daemon/options.h"

#include <string.h>

#include "base/text.h"
#include "core/exempt.h"
#include "core/methods.h"
#include "core/service.h"

#define OPTION(key, kind, field, min, max, words, standard, must, help)   \
	{#key, OPTION_##kind, offsetof(struct policy, field),             \
	    sizeof((struct policy *)0)->field, min, max, words, standard, \
	    must, help},
const struct option option_table[] = {
#include "daemon/options.def"
};
#undef OPTION
const size_t option_count = sizeof option_table / sizeof option_table[0];

const struct option *
option_find(const char *key)
{
	for (size_t i = 0; i < option_count; i++)
		if (strcmp(option_table[i].key, key) == 0)
			return &option_table[i];
	return NULL;
}

/* Which word of a list with blanks between text is, or -1. */
static int
word_index(const char *words, const char *text)
{
	size_t length = strlen(text);
	int index = 0;

	if (length == 0)
		return -1;
	for (const char *at = words; *at != '\0'; index++) {
		size_t word = strcspn(at, " ");

		if (word == length && memcmp(at, text, length) == 0)
			return index;
		at += word;
		at += strspn(at, " ");
	}
	return -1;
}

/* Copies the index-th word of words into out. */
static void
word_at(const char *words, unsigned int index, char *out, size_t size)
{
	size_t length;

	while (index > 0 && *words != '\0') {
		words += strcspn(words, " ");
		words += strspn(words, " ");
		index--;
	}
	length = strcspn(words, " ");
	(void)text_print(out, size, "%.*s", (int)length, words);
}

/* Fields of numbers and words are 32 bits wide; enums are ints. */
static void
store_number(const struct option *o, struct policy *p, uint32_t value)
{
	memcpy((char *)p + o->offset, &value, sizeof value);
}

static uint32_t
load_number(const struct option *o, const struct policy *p)
{
	uint32_t value;

	memcpy(&value, (const char *)p + o->offset, sizeof value);
	return value;
}

static enum error
parse_switch(const struct option *o, const char *text, struct policy *p)
{
	bool on = strcmp(text, "true") == 0;

	if (!on && strcmp(text, "false") != 0)
		return ERR_FORMAT;
	memcpy((char *)p + o->offset, &on, sizeof on);
	return OK;
}

static enum error
parse_number(const struct option *o, const char *text, struct policy *p)
{
	uint64_t value;
	enum error e = text_number(text, o->min, o->max, &value);

	if (e != OK)
		return e;
	if (o->words[0] != '\0' && word_index(o->words, text) < 0)
		return ERR_RANGE;
	store_number(o, p, (uint32_t)value);
	return OK;
}

static enum error
parse_word(const struct option *o, const char *text, struct policy *p)
{
	int index = word_index(o->words, text);

	if (index < 0)
		return ERR_RANGE;
	store_number(o, p, (uint32_t)index);
	return OK;
}

/*
 * Text ends up in a URI, in a terminal and in a libconfig string: letters,
 * digits and a few harmless marks are enough for a name.
 */
static enum error
parse_text(const struct option *o, const char *text, struct policy *p)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789 ._-+@()";
	size_t length = strlen(text);

	if (length > o->max)
		return ERR_RANGE;
	if (strspn(text, allowed) != length)
		return ERR_FORMAT;
	return text_copy((char *)p + o->offset, o->size, text);
}

static enum error
parse_methods(const struct option *o, const char *text, struct policy *p)
{
	char word[METHOD_MAX];
	const char *at = text;

	while (*at != '\0') {
		size_t length = strcspn(at, ",");

		if (length == 0 || length >= sizeof word ||
		    (at[length] == ',' && at[length + 1] == '\0'))
			return ERR_FORMAT;
		memcpy(word, at, length);
		word[length] = '\0';
		if (!methods_known(word))
			return ERR_RANGE;
		at += length;
		at += *at == ',';
	}
	return text_copy((char *)p + o->offset, o->size, text) == OK
	    ? OK
	    : ERR_RANGE;
}

static enum list_state
list_state_of(const struct option *o, const char *text)
{
	if (o->kind == OPTION_NETWORKS)
		return list_of_networks(text);
	if (o->kind == OPTION_SERVICES)
		return list_of_services(text);
	return list_of_groups(text, o->kind == OPTION_GROUPS);
}

static enum error
parse_list(const struct option *o, const char *text, struct policy *p)
{
	if (list_state_of(o, text) != LIST_GOOD)
		return ERR_FORMAT;
	return text_copy((char *)p + o->offset, o->size, text) == OK
	    ? OK
	    : ERR_RANGE;
}

enum error
option_parse(const struct option *o, const char *text, struct policy *p)
{
	static enum error (*const parsers[])(
	    const struct option *, const char *, struct policy *) = {
	    [OPTION_SWITCH] = parse_switch,
	    [OPTION_NUMBER] = parse_number,
	    [OPTION_WORD] = parse_word,
	    [OPTION_TEXT] = parse_text,
	    [OPTION_METHODS] = parse_methods,
	    [OPTION_GROUPS] = parse_list,
	    [OPTION_NETWORKS] = parse_list,
	    [OPTION_NAMES] = parse_list,
	    [OPTION_SERVICES] = parse_list,
	};

	return parsers[o->kind](o, text, p);
}

void
option_write(const struct option *o, const struct policy *p,
    char out[static OPTION_VALUE_MAX])
{
	const char *field = (const char *)p + o->offset;
	bool on;

	switch (o->kind) {
	case OPTION_SWITCH:
		memcpy(&on, field, sizeof on);
		(void)text_copy(out, OPTION_VALUE_MAX, on ? "true" : "false");
		return;
	case OPTION_NUMBER:
		(void)text_print(
		    out, OPTION_VALUE_MAX, "%u", load_number(o, p));
		return;
	case OPTION_WORD:
		word_at(o->words, load_number(o, p), out, OPTION_VALUE_MAX);
		return;
	case OPTION_TEXT:
	case OPTION_METHODS:
	case OPTION_GROUPS:
	case OPTION_NETWORKS:
	case OPTION_NAMES:
	case OPTION_SERVICES:
		(void)text_copy(out, OPTION_VALUE_MAX, field);
		return;
	}
	out[0] = '\0';
}

/* Kinds that expect the same of every option. */
static const char *const expected[] = {
    [OPTION_SWITCH] = "true or false",
    [OPTION_METHODS] = "a list of sshd's method names",
    [OPTION_GROUPS] = "a list of names of groups such as 'staff' or '!guests'",
    [OPTION_NETWORKS] = "a list of networks such as '10.0.0.0/8', "
			"'2001:db8::/32' or '!10.1.0.0/16'",
    [OPTION_NAMES] = "a list of names of groups",
    [OPTION_SERVICES] = "a list of PAM services such as 'cockpit' or '!sudo' "
			"(ssh has a switch of its own)",
};

void
option_expects(const struct option *o, char out[static OPTION_VALUE_MAX])
{
	if (o->kind == OPTION_NUMBER && o->words[0] == '\0')
		(void)text_print(out, OPTION_VALUE_MAX,
		    "a number from %u to %u", o->min, o->max);
	else if (o->kind == OPTION_NUMBER)
		(void)text_print(
		    out, OPTION_VALUE_MAX, "one number of: %s", o->words);
	else if (o->kind == OPTION_WORD)
		(void)text_print(
		    out, OPTION_VALUE_MAX, "one word of: %s", o->words);
	else if (o->kind == OPTION_TEXT)
		(void)text_print(out, OPTION_VALUE_MAX,
		    "at most %u letters, digits, blanks and ._-+@()", o->max);
	else
		(void)text_copy(out, OPTION_VALUE_MAX, expected[o->kind]);
}

const char *
option_advice(const struct option *o, const char *text)
{
	static const char *const said[LIST_STATE_COUNT] = {
	    [LIST_TOO_MANY] = "; these are more than 32",
	    [LIST_HOST_BITS] = "; bits are set behind the prefix of one: "
			       "is the address or the prefix wrong?",
	    [LIST_ONLY_NEGATED] = "; it only excludes, and so exempts nobody: "
				  "name what is exempt, too",
	};
	enum list_state state = LIST_GOOD;

	if (o->kind >= OPTION_GROUPS)
		state = list_state_of(o, text);
	return said[state] == NULL ? "" : said[state];
}

void
option_defaults(struct policy *p)
{
	memset(p, 0, sizeof *p);
	for (size_t i = 0; i < option_count; i++)
		(void)option_parse(
		    &option_table[i], option_table[i].standard, p);
}

/* A list as libconfig writes it: ( "publickey", "hostbased" ). */
static enum error
write_list(const struct option *o, const char *value, char *out, size_t size)
{
	enum error e = text_print(out, size, "%s = (", o->key);

	while (e == OK && *value != '\0') {
		size_t used = strlen(out);
		size_t length = strcspn(value, ",");

		e = text_print(out + used, size - used, "%s\"%.*s\"",
		    out[used - 1] == '(' ? " " : ", ", (int)length, value);
		value += length;
		value += *value == ',';
	}
	if (e == OK) {
		size_t used = strlen(out);

		e = text_print(out + used, size - used, " );");
	}
	return e;
}

enum error
option_setting(
    const struct option *o, const char *value, char *out, size_t size)
{
	switch (o->kind) {
	case OPTION_SWITCH:
	case OPTION_NUMBER:
		return text_print(out, size, "%s = %s;", o->key, value);
	case OPTION_WORD:
	case OPTION_TEXT:
		return text_print(out, size, "%s = \"%s\";", o->key, value);
	case OPTION_METHODS:
	case OPTION_GROUPS:
	case OPTION_NETWORKS:
	case OPTION_NAMES:
	case OPTION_SERVICES:
		return write_list(o, value, out, size);
	}
	return ERR_FORMAT;
}
