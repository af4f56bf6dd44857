#include "doors/cli/doctor/match.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/lines.h"

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

/* The first pattern of list, which has commas, that is not a negation. */
static bool
fill(enum kind_of kind, const char *list, char *out)
{
	char pattern[CRITERION_MAX];

	for (; *list != '\0'; list += *list == ',') {
		size_t length = strcspn(list, ",");

		(void)text_print(
		    pattern, sizeof pattern, "%.*s", (int)length, list);
		list += length;
		if (pattern[0] == '!')
			continue;
		if (kind == NAME ? fill_name(pattern, out, CRITERION_MAX)
				 : fill_address(pattern, out, CRITERION_MAX))
			return true;
	}
	out[0] = '\0';
	return false;
}

/* Takes one criterion; *at stands behind its word. */
static bool
take(struct example *e, const char *word, const char **at)
{
	char list[CRITERION_MAX * 4];

	*at += strspn(*at, " \t=");
	if (!line_word(at, list, sizeof list))
		return false;
	for (size_t i = 0; i < sizeof criteria_known / sizeof criteria_known[0];
	     i++)
		if (strcmp(word, criteria_known[i].word) == 0)
			return fill(criteria_known[i].kind, list,
			    (char *)e + criteria_known[i].offset);
	return false;
}

bool
match_example(const char *criteria, struct example *out)
{
	char word[CRITERION_MAX];

	memset(out, 0, sizeof *out);
	while (*criteria != '\0') {
		const char *end = criteria + strcspn(criteria, " \t=");

		(void)line_keyword(criteria, word, sizeof word);
		criteria = end;
		if (!take(out, word, &criteria))
			return false;
		criteria += strspn(criteria, " \t");
	}
	return true;
}

bool
match_is_all(const char *criteria)
{
	char word[CRITERION_MAX];

	return line_keyword(criteria, word, sizeof word)[0] == '\0' &&
	    strcmp(word, "all") == 0;
}
