#include "doors/cli/doctor/shipped.h"

#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/gate_line.h"
#include "places.h"

#define WORD_MAX 512

/* ---- one line ---- */

static bool
ends(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

/* Moves *text behind all words of shipped, or up to one that begins stop. */
static bool
skip_words(const char **text, const char *shipped, const char *stop)
{
	char found[WORD_MAX], wanted[WORD_MAX];

	for (;;) {
		const char *before = *text;

		if (!line_word(&shipped, wanted, sizeof wanted) ||
		    (stop != NULL && text_starts(wanted, stop)))
			return true;
		if (wanted[0] == '\0' ||
		    !line_word(text, found, sizeof found) ||
		    strcmp(found, wanted) != 0)
			return false;
		/* a quote in ours is another line */
		before += strspn(before, " \t");
		if (*before == '"')
			return false;
	}
}

/* Words that the gate's own reader takes, and nothing for a shell. */
static bool
runs_gate(const char *text)
{
	struct gate_line line;
	char word[64];

	return gate_line_read(&line, line_keyword(text, word, sizeof word),
		   PATH_GATE) == OK;
}

bool
line_is_shipped(const char *text, const char *shipped, enum place place)
{
	const char *whole = text;
	char word[WORD_MAX];

	if (!skip_words(&text, shipped, place == PLACE_OPTIONS ? "--" : NULL))
		return false;
	if (ends(text))
		return true;
	switch (place) {
	case PLACE_OPTIONS:
		return runs_gate(whole);
	case PLACE_VARIABLES:
		return true;
	case PLACE_THEN:
		return line_word(&text, word, sizeof word) &&
		    strcmp(word, "--then") == 0 && !ends(text);
	case PLACE_DIALOGUE:
		return line_word(&text, word, sizeof word) &&
		    strcmp(word, "dialogue") == 0 && ends(text);
	case PLACE_NONE:
	case PLACE_ABSENCE:
	case PLACE_ACCOUNTS:
		break;
	}
	return false;
}

/* ---- a file ---- */

bool
names_are_plain(const char *list)
{
	return list[0] != '\0' && strpbrk(list, "*?!\"\\#= \t") == NULL;
}

/* The lines of a block for excepted accounts that begins with line n. */
static size_t
block_length(const struct lines *l, size_t n, size_t end)
{
	const char *text = l->line[n].text;
	char word[WORD_MAX];
	size_t length = 1;
	bool commanded = false;

	if (!line_word(&text, word, sizeof word) ||
	    strcmp(word, "Match") != 0 ||
	    !line_word(&text, word, sizeof word) || strcmp(word, "User") != 0 ||
	    !line_word(&text, word, sizeof word) || !names_are_plain(word) ||
	    !ends(text))
		return 0;
	for (; n + length < end; length++) {
		bool command;

		(void)line_keyword(l->line[n + length].text, word, sizeof word);
		command = strcmp(word, "forcecommand") == 0;
		if (!command && strcmp(word, "chrootdirectory") != 0)
			break;
		commanded = commanded || command;
	}
	return commanded ? length : 0;
}

bool
shipped_compare(struct difference *out, const struct lines *l,
    const size_t span[static 2], const struct lines *shipped)
{
	size_t n = span[0];

	for (size_t k = 0; k < shipped->count; k++) {
		const struct line *wanted = &shipped->line[k];
		size_t length = 0;

		while (n < span[1] && wanted->place == PLACE_ACCOUNTS &&
		    (length = block_length(l, n, span[1])) > 0)
			n += length;
		if (n < span[1] &&
		    line_is_shipped(
			l->line[n].text, wanted->text, wanted->place)) {
			n++;
		} else if (wanted->place != PLACE_ABSENCE) {
			*out = (struct difference){
			    n < span[1] ? n : NO_LINE, wanted->text, k};
			return false;
		}
	}
	*out = (struct difference){
	    n < span[1] ? n : NO_LINE, NULL, shipped->count};
	return n == span[1];
}
