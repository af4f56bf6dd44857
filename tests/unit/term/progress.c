/* How term/progress.c draws, on a terminal and without one. */
#include "term/progress.h"

#include <criterion/criterion.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int master = -1, slave = -1;
static FILE *out;
static struct progress p;

static void
start(void)
{
	struct termios raw;

	cr_assert_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
	cr_assert_eq(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	cr_assert_eq(tcsetattr(slave, TCSANOW, &raw), 0);
	out = fdopen(slave, "w");
	cr_assert_not_null(out);
}

static void
stop(void)
{
	(void)fclose(out);
	(void)close(master);
}

TestSuite(term_progress, .init = start, .fini = stop);

/* What was drawn since the last time; a mark says where it ends. */
static const char *
drawn(void)
{
	static char text[4096];
	size_t used = 0;

	(void)fputc('$', out);
	(void)fflush(out);
	do {
		ssize_t n = read(master, text + used, sizeof text - 1 - used);

		cr_assert_gt(n, 0);
		used += (size_t)n;
	} while (text[used - 1] != '$');
	text[used - 1] = '\0';
	return text;
}

Test(term_progress, draws_a_bar_and_takes_it_away)
{
	const char *text;
	size_t width;

	progress_start(&p, out, "Importing");
	progress_show(&p, 1, 2, 1000);
	text = drawn();
	cr_expect_str_eq(
	    text, "\rImporting [###############               ]  50 %");
	width = strlen(text) - 1;
	progress_show(&p, 2, 2, 1100);
	cr_expect_str_eq(
	    drawn(), "\rImporting [##############################] 100 %");
	progress_end(&p);
	text = drawn();
	cr_expect_eq(strlen(text), width + 2, "blanks between two returns");
	cr_expect_eq(strspn(text + 1, " "), width);
	progress_end(&p);
	cr_expect_str_eq(drawn(), "");
}

Test(term_progress, draws_ten_times_a_second_at_the_most)
{
	unsigned int count = 0;

	progress_start(&p, out, "Importing");
	for (int64_t now = 5000; now < 6000; now++) {
		progress_show(&p, (uint64_t)now, 6000, now);
		count += strlen(drawn()) > 0;
	}
	cr_expect_eq(count, 10);
}

Test(term_progress, shows_nothing_of_nothing_and_no_more_than_all)
{
	progress_start(&p, out, "Importing");
	progress_show(&p, 0, 0, 1000);
	cr_expect_str_eq(drawn(), "");
	progress_show(&p, 7, 5, 1000);
	cr_expect_not_null(strstr(drawn(), " 100 %"));
}

Test(term_progress, is_silent_where_there_is_no_terminal)
{
	FILE *file = tmpfile();

	cr_assert_not_null(file);
	progress_start(&p, file, "Importing");
	progress_show(&p, 1, 2, 1000);
	progress_end(&p);
	cr_expect_eq(ftell(file), 0);
	(void)fclose(file);
}
