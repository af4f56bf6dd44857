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

enum error
gate_line_read(struct gate_line *out, const char *command, const char *gate)
{
	char *argv[GATE_WORDS_MAX], *at = out->text, *word;
	const char *wrong;
	int argc = 0;

	memset(out, 0, sizeof *out);
	if (text_copy(out->text, sizeof out->text, command) != OK)
		return ERR_ABSENT;
	word = next_word(&at);
	if (word != NULL && strcmp(word, "exec") == 0)
		word = next_word(&at);
	if (word == NULL || strcmp(word, gate) != 0)
		return ERR_ABSENT;
	for (; word != NULL && argc < GATE_WORDS_MAX; word = next_word(&at))
		argv[argc++] = word;
	if (word != NULL || !text_starts(command, "exec") ||
	    strpbrk(command, "'\"\\$`;&|<>(){}*?[#~!\r\n") != NULL ||
	    arguments_read(&out->words, argc, argv, &wrong) != OK ||
	    out->words.help || out->words.version)
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
gate_line_lacks(
    const struct patterns *lists, const char *value, char *out, size_t size)
{
	if (strcmp(value, "none") == 0)
		return false;
	for (value += strspn(value, " "); *value != '\0';
	     value += strspn(value, " ")) {
		size_t length = strcspn(value, " ");
		bool named = false;

		for (size_t i = 0; i < lists->count; i++)
			named =
			    named || is_same(lists->pattern[i], value, length);
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
