#include "doors/cli/doctor/match.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/lines.h"
#include "doors/cli/doctor/shipped.h"

enum kind_of { NAME, ADDRESS };

static const struct {
	const char *word;
	size_t offset;
	enum kind_of kind;
} criteria_known[] = {
    {"user", offsetof(struct example, user), NAME},
    {"group", offsetof(struct example, group), NAME},
    {"host", offsetof(struct example, host), NAME},
    {"address", offsetof(struct example, address), ADDRESS},
    {"localaddress", offsetof(struct example, local_address), ADDRESS},
    {"localport", offsetof(struct example, local_port), NAME},
};

static bool
is_address(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	    inet_pton(AF_INET6, text, bytes) == 1;
}

/* What the stars and question marks of a name may stand for. */
static bool
fill_name(const char *pattern, char *out, size_t size)
{
	size_t used = 0;

	for (; *pattern != '\0'; pattern++) {
		char c = *pattern == '*' || *pattern == '?' ? 'x' : *pattern;

		if (used + 1 >= size)
			return false;
		out[used++] = c;
	}
	out[used] = '\0';
	return used > 0;
}

/* An address of a network, or one that a pattern with a star fits. */
static bool
fill_address(const char *pattern, char *out, size_t size)
{
	static const char *const fillings[] = {"1", "1.1", "1.1.1", "1.1.1.1"};
	size_t star = strcspn(pattern, "*?");

	(void)text_print(
	    out, size, "%.*s", (int)strcspn(pattern, "/"), pattern);
	if (pattern[star] == '\0')
		return is_address(out);
	for (size_t i = 0; i < sizeof fillings / sizeof fillings[0]; i++) {
		(void)text_print(out, size, "%.*s%s%s", (int)star, pattern,
		    fillings[i], pattern + star + 1);
		if (is_address(out))
			return true;
	}
	return false;
}

/*
 * Pattern number wanted of those in list, commas between, that are no
 * negation, or the last one; how many there are.
 */
static size_t
fill(enum kind_of kind, const char *list, size_t wanted, char *out)
{
	char pattern[CRITERION_MAX], filled[CRITERION_MAX];
	size_t count = 0;

	for (; *list != '\0'; list += *list == ',') {
		size_t length = strcspn(list, ",");

		(void)text_print(
		    pattern, sizeof pattern, "%.*s", (int)length, list);
		list += length;
		if (pattern[0] == '!' ||
		    !(kind == NAME
			    ? fill_name(pattern, filled, sizeof filled)
			    : fill_address(pattern, filled, sizeof filled)))
			continue;
		if (count++ <= wanted)
			(void)text_copy(out, CRITERION_MAX, filled);
	}
	return count;
}

/* Takes one criterion; *at stands behind its word.  How many it names. */
static size_t
take(struct example *e, const char *word, size_t wanted, const char **at)
{
	char list[CRITERION_MAX * 4];

	*at += strspn(*at, " \t=");
	if (!line_word(at, list, sizeof list))
		return 0;
	for (size_t i = 0; i < sizeof criteria_known / sizeof criteria_known[0];
	     i++)
		if (strcmp(word, criteria_known[i].word) == 0)
			return fill(criteria_known[i].kind, list, wanted,
			    (char *)e + criteria_known[i].offset);
	return 0;
}

bool
match_example(const char *criteria, size_t wanted, struct example *out)
{
	char word[CRITERION_MAX];
	size_t most = 0;

	memset(out, 0, sizeof *out);
	while (*criteria != '\0') {
		const char *end = criteria + strcspn(criteria, " \t=");
		size_t count;

		(void)line_keyword(criteria, word, sizeof word);
		criteria = end;
		count = take(out, word, wanted, &criteria);
		if (count == 0)
			return false;
		most = count > most ? count : most;
		criteria += strspn(criteria, " \t");
	}
	return wanted < most;
}

bool
match_is_tried(const char *criteria)
{
	char word[16], list[CRITERION_MAX];

	criteria = line_keyword(criteria, word, sizeof word);
	return (strcmp(word, "user") == 0 || strcmp(word, "group") == 0) &&
	    line_word(&criteria, list, sizeof list) && names_are_plain(list) &&
	    *criteria == '\0';
}

bool
match_is_all(const char *criteria)
{
	char word[CRITERION_MAX];

	return line_keyword(criteria, word, sizeof word)[0] == '\0' &&
	    strcmp(word, "all") == 0;
}
