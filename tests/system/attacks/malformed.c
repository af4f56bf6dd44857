/*
 * Answers that are no code: each is refused with a sentence, and the next
 * answer is looked at as if nothing had been.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(malformed, .timeout = 120);

static void
expect_survived(const void *bytes, size_t size, const char *sentence)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_await(&c, PROMPT);
	channel_send_bytes(&c, bytes, size);
	channel_send(&c, "\n");
	channel_await(&c, sentence);
	channel_await(&c, PROMPT);
	channel_send(&c, user_code(&u));
	channel_send(&c, "\n");
	channel_finish(&c);
	expect_in(&c);
	login_close(&l);
}

static void
expect_no_code(const char *answer)
{
	expect_survived(answer, strlen(answer), "this is no code");
}

static void
expect_digits(size_t count, const char *sentence)
{
	struct text *digits = text_new();

	while (digits->size < count)
		text_add(digits, "7", 1);
	expect_survived(digits->bytes, digits->size, sentence);
}

Test(malformed, nothing)
{
	expect_no_code("");
}

Test(malformed, blanks)
{
	expect_no_code("      ");
}

Test(malformed, five_digits)
{
	expect_digits(5, "this is no code");
}

/* A code of another device might have seven. */
Test(malformed, seven_digits)
{
	expect_digits(7, "this code is wrong");
}

Test(malformed, nine_digits)
{
	expect_digits(9, "this is no code");
}

Test(malformed, digits_of_256_bytes)
{
	expect_digits(256, "this is no code");
}

Test(malformed, digits_of_65536_bytes)
{
	expect_digits(65536, "this is no code");
}

Test(malformed, letters)
{
	expect_no_code("abcdef");
}

Test(malformed, a_nul_among_digits)
{
	expect_survived("123\000456", 7, "this is no code");
}

Test(malformed, a_nul_behind_six_digits)
{
	expect_survived("123456\000", 7, "this is no code");
}

Test(malformed, wide_utf8_digits)
{
	expect_no_code("\357\274\221\357\274\222\357\274\223"
		       "\357\274\224\357\274\225\357\274\226");
}

Test(malformed, arabic_utf8_digits)
{
	expect_no_code("\331\241\331\242\331\243\331\244\331\245\331\246");
}

Test(malformed, a_sign_before_digits)
{
	expect_no_code("+123456");
}

Test(malformed, a_format_string)
{
	expect_no_code("%s%n%p");
}

Test(malformed, escape_sequences_are_not_sent_back)
{
	struct user u = user_enrolled();
	struct channel c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {"\033[31m", "\033]0;x\007", "\033c"});

	expect_refused(&c, "this is no code");
	cr_assert_null(strchr(c.err->bytes, '\033'));
}
