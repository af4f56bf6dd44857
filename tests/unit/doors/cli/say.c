/* How the command wraps what it says, and what it lets through. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "doors/cli/say.h"

static char *text;
static size_t size;

static void
stop(void)
{
	free(text);
}

static const char *
wrapped(size_t indent, const char *said)
{
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	say_wrapped(out, indent, said);
	cr_assert_eq(fclose(out), 0);
	return text;
}

static size_t
longest_line(const char *lines)
{
	size_t longest = 0;

	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");

		longest = length > longest ? length : longest;
		lines += length;
		lines += *lines == '\n';
	}
	return longest;
}

TestSuite(say, .fini = stop);

Test(say, fills_lines_up_to_80_columns)
{
	char said[400];

	for (size_t i = 0; i < sizeof said; i++)
		said[i] = i % 8 == 7 ? ' ' : 'a';
	said[sizeof said - 1] = '\0';
	cr_expect_eq(longest_line(wrapped(0, said)), 79u);
	stop();
	said[79] = 'b'; /* the tenth word has one letter more, and fits not */
	cr_expect_leq(longest_line(wrapped(0, said)), 80u);
}

Test(say, indents_every_line)
{
	wrapped(4,
	    "one two three four five six seven eight nine ten eleven "
	    "twelve thirteen fourteen fifteen sixteen seventeen");
	cr_expect_str_eq(text,
	    "    one two three four five six seven eight nine ten eleven "
	    "twelve thirteen\n"
	    "    fourteen fifteen sixteen seventeen\n");
}

Test(say, takes_line_ends_for_blanks)
{
	cr_expect_str_eq(wrapped(0, " a\nb \n\n c\n"), "a b c\n");
}

Test(say, keeps_long_words_whole)
{
	char said[120], want[122];

	memset(said, 'x', sizeof said - 1);
	said[sizeof said - 1] = '\0';
	(void)snprintf(want, sizeof want, "%s\n", said);
	cr_expect_str_eq(wrapped(0, said), want);
}

Test(say, lets_nothing_through_that_a_terminal_obeys)
{
	cr_expect_str_eq(wrapped(0, "a\x1b[2J \x07 \xc2\x9b \xff r\xc3\xa9"),
	    "a?[2J ? ?? ? r\xc3\xa9\n");
}

Test(say, help_names_every_sentence_or_those_of_a_word)
{
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	say_help(out, NULL);
	cr_assert_eq(fclose(out), 0);
	for (int s = 0; s < SENTENCE_COUNT; s++) {
		char first[32];

		(void)snprintf(first, sizeof first, "    otpgate %.10s",
		    grammar_pattern((enum sentence)s));
		cr_expect_not_null(strstr(text, first), "%s", first);
	}
	cr_expect_leq(longest_line(text), 80u);
	stop();
	out = open_memstream(&text, &size);
	cr_assert_not_null(out);
	say_help(out, "unlock");
	cr_assert_eq(fclose(out), 0);
	cr_expect_not_null(strstr(text, "otpgate unlock USER [--clock]\n"));
	cr_expect_not_null(strstr(text, "otpgate unlock --all [--clock]\n"));
	cr_expect_null(strstr(text, "otpgate clear"));
}
