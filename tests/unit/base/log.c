#include "base/log.h"

#include <criterion/criterion.h>
#include <string.h>

static char line[LOG_LINE_MAX];
static enum log_level level;
static int lines;

static void
keep(enum log_level l, const char *text)
{
	cr_assert_lt(strlen(text), sizeof line);
	memcpy(line, text, strlen(text) + 1);
	level = l;
	lines++;
}

static void
setup(void)
{
	log_open(keep);
}

TestSuite(base_log, .init = setup);

Test(base_log, writes_one_line_of_fields)
{
	struct log_line l;

	log_start(&l, LOG_LEVEL_NOTICE, "login");
	log_text(&l, "user", "alice");
	log_number(&l, "uid", 1000);
	log_number(&l, "wait", INT64_MIN);
	cr_assert_eq(lines, 0);
	log_end(&l);
	cr_assert_eq(lines, 1);
	cr_assert_eq(level, LOG_LEVEL_NOTICE);
	cr_assert_str_eq(
	    line, "event=login user=alice uid=1000 wait=-9223372036854775808");
}

Test(base_log, quotes_where_it_must)
{
	struct log_line l;

	log_start(&l, LOG_LEVEL_INFO, "x");
	log_text(&l, "a", "");
	log_text(&l, "b", "two words");
	log_text(&l, "c", "k=v");
	log_text(&l, "d", "say \"no\"");
	log_end(&l);
	cr_assert_str_eq(line,
	    "event=x a=\"\" b=\"two words\" c=\"k=v\" d=\"say \\x22no\\x22\"");
}

/* Nobody who names himself can write a second line or a field. */
Test(base_log, lets_nobody_forge)
{
	struct log_line l;

	log_start(&l, LOG_LEVEL_INFO, "x");
	log_text(&l, "user", "eve\nevent=login verdict=pass");
	log_text(&l, "host", "h\" verdict=pass \"");
	log_text(&l, "tty", "\x1b]0;\x07\xc2\x9b");
	log_end(&l);
	cr_assert_str_eq(line,
	    "event=x user=\"eve\\x0aevent=login verdict=pass\""
	    " host=\"h\\x22 verdict=pass \\x22\""
	    " tty=\\x1b]0;\\x07\\xc2\\x9b");
}

/* A line that is full drops whole fields, never half of one. */
Test(base_log, drops_a_field_that_does_not_fit)
{
	struct log_line l;
	char longer[450];

	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	log_start(&l, LOG_LEVEL_INFO, "x");
	log_text(&l, "a", longer);
	log_text(&l, "b", longer);
	log_text(&l, "c", longer);
	log_text(&l, "d", "fits");
	log_end(&l);
	cr_assert_null(strstr(line, " c="));
	cr_assert_not_null(strstr(line, " b=xxx"));
	cr_assert_not_null(strstr(line, " d=fits"));
}

Test(base_log, cuts_a_long_value)
{
	static char longer[5000];
	struct log_line l;

	memset(longer, 'y', sizeof longer - 1);
	log_start(&l, LOG_LEVEL_INFO, "x");
	log_text(&l, "a", longer);
	log_end(&l);
	cr_assert_str_eq(line + strlen(line) - 4, "y...");
}

Test(base_log, writes_messages)
{
	log_message(LOG_LEVEL_ERROR, "start", "line %d: %s", 3, "bad\n");
	cr_assert_eq(level, LOG_LEVEL_ERROR);
	cr_assert_str_eq(line, "event=start message=\"line 3: bad\\x0a\"");
}

Test(base_log, bears_a_long_message)
{
	static char longer[5000];

	memset(longer, 'z', sizeof longer - 1);
	log_message(LOG_LEVEL_ERROR, "start", "%s", longer);
	cr_assert_eq(lines, 1);
}
