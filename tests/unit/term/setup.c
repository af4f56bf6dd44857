/* What a person sees of a new secret. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "term/setup.h"

static struct wire_enroll_reply reply;
static struct qr_screen screen;
static char *text;
static size_t size;

static void
start(void)
{
	memset(&reply, 0, sizeof reply);
	memcpy(reply.secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 33);
	memcpy(reply.issuer, "host", 5);
	memcpy(reply.account, "al\x1b[2Jice", 10);
	reply.device.digits = 8;
	reply.device.period = 60;
	reply.device.algorithm = ALGORITHM_SHA256;
	reply.qr_side = 21;
	reply.qr_size = (21 * 21 + 7) / 8;
	screen = (struct qr_screen){QR_PLAIN, 80, 80, ""};
}

static void
stop(void)
{
	free(text);
}

static void
show(void)
{
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	setup_show(out, &reply, &screen);
	cr_assert_eq(fclose(out), 0);
}

static void
expect_line(const char *line)
{
	cr_expect_not_null(strstr(text, line), "%s is not in:\n%s", line, text);
}

TestSuite(setup, .init = start, .fini = stop);

Test(setup, shows_the_key_in_groups_and_all_settings)
{
	show();
	expect_line("    key        ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567\n");
	expect_line("    issuer     host\n");
	expect_line("    account    al\\x1b[2Jice\n");
	expect_line("    digits     8\n");
	expect_line("    period     60 seconds\n");
	expect_line("    algorithm  SHA256\n");
}

/* With the question below it, the code has to be on the screen whole. */
Test(setup, the_code_comes_last_and_leaves_a_line)
{
	screen.rows = 21 + 2 * 2 + 1;
	show();
	cr_expect_null(strstr(text, "too small"));
	screen.rows--;
	stop();
	show();
	expect_line("too small");
	expect_line("50 columns and 26\nrows");
}

Test(setup, says_that_there_is_no_code)
{
	reply.qr_side = 0;
	reply.qr_size = 0;
	show();
	expect_line("There is no QR code of it");
	expect_line("ABCD EFGH");
}

Test(setup, recovery_codes_stand_two_a_line)
{
	struct wire_recovery_reply r;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	memset(&r, 0, sizeof r);
	r.code_count = 3;
	for (size_t i = 0; i < r.code_count; i++)
		memset(r.code[i].text, (int)('A' + i), 4);
	setup_show_recovery(out, &r);
	cr_assert_eq(fclose(out), 0);
	expect_line("\n\n    AAAA    BBBB\n    CCCC\n\n");
}
