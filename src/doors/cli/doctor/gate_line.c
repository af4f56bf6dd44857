#include "doors/cli/doctor/gate_line.h"

#include <string.h>

#include "base/text.h"

/* The word that *at begins with, and *at behind it and its blanks. */
static char *
next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t length = strcspn(word, " \t");

	if (length == 0)
		return NULL;
	*at = word + length;
	if (**at != '\0') {
		**at = '\0';
		(*at)++;
	}
	return word;
}

static bool
add_list(const char **lists, size_t *count, const char *list)
{
	if (*count >= GATE_LISTS_MAX)
		return false;
	lists[(*count)++] = list;
	return true;
}

static bool
take_word(struct gate_line *g, const char *word)
{
	static const char keys[] = "--keys=", principals[] = "--principals=";

	if (text_starts(word, keys))
		return add_list(g->keys, &g->key_count, word + sizeof keys - 1);
	if (text_starts(word, principals))
		return add_list(g->principals, &g->principal_count,
		    word + sizeof principals - 1);
	if (strcmp(word, "--unlisted-keys=shell") == 0)
		return g->unlisted_shell = true;
	if (strcmp(word, "--fallback=publickey") == 0)
		return g->fallback = true;
	return false;
}

enum error
gate_line_read(struct gate_line *out, const char *command, const char *gate)
{
	char *at = out->text, *word;

	memset(out, 0, sizeof *out);
	if (text_copy(out->text, sizeof out->text, command) != OK)
		return ERR_ABSENT;
	word = next_word(&at);
	if (word != NULL && strcmp(word, "exec") == 0)
		word = next_word(&at);
	if (word == NULL || strcmp(word, gate) != 0)
		return ERR_ABSENT;
	if (strpbrk(command, "'\"\\$`;&|<>(){}*?[#~!") != NULL)
		return ERR_FORMAT;
	while ((word = next_word(&at)) != NULL)
		if (!take_word(out, word))
			return ERR_REFUSED;
	return OK;
}

/* "%h/" and nothing name the same place. */
static bool
is_same(const char *list, const char *word, size_t length)
{
	static const char home[] = "%h/";

	if (text_starts(list, home))
		list += sizeof home - 1;
	if (length >= sizeof home - 1 && text_starts(word, home)) {
		word += sizeof home - 1;
		length -= sizeof home - 1;
	}
	return strlen(list) == length && memcmp(list, word, length) == 0;
}

bool
gate_line_lacks(const char *const *lists, size_t count, const char *value,
    char *out, size_t size)
{
	if (strcmp(value, "none") == 0)
		return false;
	for (value += strspn(value, " "); *value != '\0';
	     value += strspn(value, " ")) {
		size_t length = strcspn(value, " ");
		bool named = false;

		for (size_t i = 0; i < count; i++)
			named = named || is_same(lists[i], value, length);
		if (!named) {
			(void)text_print(out, size, "%.*s", (int)length, value);
			return true;
		}
		value += length;
	}
	return false;
}

bool
gate_line_names(const char *value, const char *list)
{
	for (value += strspn(value, " "); *value != '\0';
	     value += strspn(value, " ")) {
		size_t length = strcspn(value, " ");

		if (is_same(list, value, length))
			return true;
		value += length;
	}
	return false;
}
