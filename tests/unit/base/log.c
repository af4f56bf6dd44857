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
	for (int i = 0; i < 4; i++)
		log_text(&l, "a", longer);
	log_text(&l, "b", longer);
	log_text(&l, "c", "fits");
	log_text(&l, "d", longer);
	log_end(&l);
	cr_assert_null(strstr(line, " b="));
	cr_assert_str_eq(line + strlen(line) - strlen("x c=fits"), "x c=fits");
}

/* Whoever names himself and his methods cannot push the verdict out. */
Test(base_log, long_texts_leave_room_for_the_rest)
{
	char name[512] = "", methods[512] = "";
	struct log_line l;

	memset(name, '\x01', sizeof name - 1);
	for (size_t i = 0; i < sizeof methods - 1; i++) {
		methods[i] = 'm';
		log_start(&l, LOG_LEVEL_INFO, "login");
		log_text(&l, "user", name);
		log_text(&l, "address", name);
		log_text(&l, "methods", methods);
		log_text(&l, "verdict", "deny");
		log_end(&l);
		cr_assert_not_null(strstr(line, " verdict=deny"));
	}
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
