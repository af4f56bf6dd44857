/* Files with all that they include, in the order in which they are read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doors/cli/doctor/lines.h"

static char place[] = "/tmp/otpgate-lines-XXXXXX";
static struct lines l;

static void
start(void)
{
	cr_assert_not_null(mkdtemp(place));
	cr_assert_eq(chdir(place), 0);
}

static void
stop(void)
{
	static const char *const names[] = {"main", "a.conf", "b.conf", "loop"};

	lines_free(&l);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		(void)unlink(names[i]);
	(void)rmdir("dir");
	(void)rmdir(place);
}

TestSuite(lines, .init = start, .fini = stop);

static const char *
path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof path, "%s/%s", place, name);
	return path;
}

static void
fill(const char *name, const char *text)
{
	FILE *out = fopen(name, "w");

	cr_assert_not_null(out);
	cr_assert_geq(fputs(text, out), 0);
	cr_assert_eq(fclose(out), 0);
}

/* All lines, each with the number it has and a semicolon. */
static const char *
shown(void)
{
	static char out[1024];
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < l.count; i++)
		used += (size_t)snprintf(out + used, sizeof out - used,
		    "%d=%s;", l.line[i].number, l.line[i].text);
	return out;
}

Test(lines, comments_and_blanks_are_none)
{
	fill("main", "# no\n\n  one \t\r\n\t# two\nthree");
	lines_add(&l, path_of("main"), lines_of_sshd, 0);
	cr_expect_str_eq(shown(), "3=one;5=three;");
	cr_expect_str_eq(l.failed, "");
	cr_expect_eq(l.sources, 1);
	cr_expect_gt(l.source[0]->changed, 0);
}

Test(lines, includes_stand_where_they_are)
{
	char text[256], out[192];

	(void)snprintf(
	    text, sizeof text, "first\nINCLUDE=\"%s/*.conf\"\nlast\n", place);
	fill("main", text);
	fill("b.conf", "from b\n");
	fill("a.conf", "\nfrom a\n");
	lines_add(&l, path_of("main"), lines_of_sshd, 0);
	cr_expect_str_eq(shown(), "1=first;2=from a;1=from b;3=last;");
	lines_place(&l, 1, out, sizeof out);
	cr_expect(strstr(out, "/a.conf:2") != NULL, "%s", out);
	cr_expect_eq(l.line[0].file, l.line[3].file);
}

/* "include" takes lines of its type alone; a substack is not opened. */
Test(lines, pam_has_two_ways_to_include)
{
	char text[512];

	(void)snprintf(text, sizeof text,
	    "@include %s/a.conf\nauth include %s/a.conf\n"
	    "session substack x\nauth required pam_x.so include\n",
	    place, place);
	fill("main", text);
	fill("a.conf", "-AUTH a\nsession b\n");
	lines_add(&l, path_of("main"), lines_of_pam, 0);
	cr_expect_str_eq(shown(),
	    "1=-AUTH a;2=session b;1=-AUTH a;3=session substack x;"
	    "4=auth required pam_x.so include;");
}

Test(lines, pam_joins_lines_and_cuts_comments)
{
	fill("main",
	    "auth \\\n required a\nauth b # c \\\nauth d\n# e \\\nauth f\n"
	    "auth g \\ \n h");
	lines_add(&l, path_of("main"), lines_of_pam, 0);
	cr_expect(
	    strstr(shown(), "=auth    required a;") != NULL, "%s", shown());
	cr_expect(strstr(shown(), "=auth b;") != NULL, "%s", shown());
	cr_expect(strstr(shown(), "=auth d;") != NULL, "%s", shown());
	cr_expect(strstr(shown(), "=auth f;") != NULL, "%s", shown());
	cr_expect(strstr(shown(), "=auth g     h;") != NULL, "%s", shown());
}

Test(lines, a_comment_right_above_names_a_place)
{
	fill("main",
	    "# Yours to change: this line can be left out.\na\nb\n"
	    "# Yours to change: this line can be left out.\n\nc\n"
	    "# Yours to change: all of it.\nd\n"
	    "\t# Yours to change: the word dialogue at the end of this "
	    "line.\n@include e\n");
	lines_add(&l, path_of("main"), lines_of_shipped, 0);
	cr_assert_eq(l.count, 5);
	cr_expect_eq(l.line[0].place, PLACE_ABSENCE);
	cr_expect_eq(l.line[1].place, PLACE_NONE);
	cr_expect_eq(l.line[2].place, PLACE_NONE);
	cr_expect_eq(l.line[3].place, PLACE_NONE);
	cr_expect_eq(l.line[4].place, PLACE_DIALOGUE);
	cr_expect_str_eq(l.line[4].text, "@include e");
}

Test(lines, a_circle_ends)
{
	char text[256];

	(void)snprintf(text, sizeof text, "x\nInclude %s\n", path_of("loop"));
	fill("loop", text);
	lines_add(&l, path_of("loop"), lines_of_sshd, 0);
	cr_expect_eq(l.count, LINES_DEPTH);
	cr_expect(l.failed[0] != '\0');
}

Test(lines, a_missing_file_adds_nothing)
{
	lines_add(&l, path_of("main"), lines_of_sshd, 0);
	cr_expect_eq(l.count, 0);
	cr_expect_str_eq(l.failed, "");
}

Test(lines, what_cannot_be_read_is_named)
{
	cr_assert_eq(mkdir("dir", 0700), 0);
	lines_add(&l, path_of("dir"), lines_of_sshd, 0);
	cr_expect(strstr(l.failed, "/dir") != NULL, "%s", l.failed);
}

Test(lines, words)
{
	const char *at = "  one \"two three\"\tfour\"five\" \"\" \"end";
	char word[16];

	cr_assert(line_word(&at, word, sizeof word));
	cr_expect_str_eq(word, "one");
	cr_assert(line_word(&at, word, sizeof word));
	cr_expect_str_eq(word, "two three");
	cr_assert(line_word(&at, word, sizeof word));
	cr_expect_str_eq(word, "four\"five\"");
	cr_assert(line_word(&at, word, sizeof word));
	cr_expect_str_eq(word, "");
	cr_assert(line_word(&at, word, sizeof word));
	cr_expect_str_eq(word, "end");
	cr_expect(!line_word(&at, word, sizeof word));
}

Test(lines, keywords)
{
	char word[16];

	cr_expect_str_eq(
	    line_keyword("ForceCommand \t exec x", word, sizeof word),
	    "exec x");
	cr_expect_str_eq(word, "forcecommand");
	cr_expect_str_eq(line_keyword("A=b", word, sizeof word), "b");
	cr_expect_str_eq(line_keyword("A = =b", word, sizeof word), "=b");
	cr_expect_str_eq(line_keyword("alone", word, sizeof word), "");
}
