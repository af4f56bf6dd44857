/* How term/table.c aligns. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "term/table.h"

static char *text;
static size_t size;
static FILE *out;

static void
start(void)
{
	cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
	out = open_memstream(&text, &size);
	cr_assert_not_null(out);
}

static void
stop(void)
{
	free(text);
}

static void
expect(const char *want)
{
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(text, want);
}

static void
row(struct table *t, const char *a, const char *b, const char *c)
{
	const char *const cells[] = {a, b, c};

	cr_assert_eq(table_row(t, cells), OK);
}

static const char *const headings[] = {"NAME", ">TRIES", "FROM", NULL};

TestSuite(table, .init = start, .fini = stop);

Test(table, aligns_left_and_right_without_blanks_at_the_end)
{
	struct table *t = table_new(out, headings);

	row(t, "bo", "10", "192.0.2.7");
	row(t, "alexandra", "7", "");
	table_end(&t);
	cr_expect_null(t);
	expect("NAME       TRIES  FROM\n"
	       "bo            10  192.0.2.7\n"
	       "alexandra      7  \n");
}

Test(table, says_its_headings_without_rows)
{
	struct table *t = table_new(out, headings);

	table_end(&t);
	expect("NAME  TRIES  FROM\n");
}

Test(table, counts_columns_not_bytes)
{
	struct table *t = table_new(out, headings);

	row(t, "ren\xc3\xa9", "1", "x");
	row(t, "\xe6\x9d\xb1\xe4\xba\xac", "1", "x");
	row(t, "abcd", "1", "x");
	table_end(&t);
	expect("NAME  TRIES  FROM\n"
	       "ren\xc3\xa9      1  x\n"
	       "\xe6\x9d\xb1\xe4\xba\xac      1  x\n"
	       "abcd      1  x\n");
}

Test(table, escapes_what_came_from_outside)
{
	struct table *t = table_new(out, headings);

	row(t, "a\x1b[2Jb", "1", "c\nd");
	table_end(&t);
	expect("NAME       TRIES  FROM\n"
	       "a\\x1b[2Jb      1  c\\x0ad\n");
}

Test(table, prints_all_rows_of_a_long_listing_once)
{
	struct table *t = table_new(out, headings);
	static const char first[] = "NAME  TRIES  FROM\na         1  b\n";
	size_t lines = 0;

	for (size_t i = 0; i < TABLE_ROWS + 1; i++)
		row(t, "a", "1", "b");
	row(t, "a-longer-name", "1", "b");
	table_end(&t);
	cr_assert_eq(fclose(out), 0);
	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	cr_expect_eq(lines, TABLE_ROWS + 3);
	cr_expect_eq(strncmp(text, first, strlen(first)), 0);
	cr_expect_not_null(strstr(text, "\na-longer-name      1  b\n"));
}

Test(table, ends_where_there_is_none)
{
	struct table *t = NULL;

	table_end(&t);
	expect("");
}
