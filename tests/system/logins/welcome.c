/* What a person sees first in a shell: as sshd shows it without a gate. */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "sshd.h"

TestSuite(welcome, .timeout = 120);

/* An interactive login from start to end, as the person sees it. */
static const char *
welcome(const struct user *u, int port, const char *code)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, port);
	channel_open(&c, &l, true);
	channel_ask(&c, WANT_SHELL, NULL);
	if (code != NULL) {
		channel_await(&c, PROMPT);
		channel_send(&c, text_format("%s\n", code));
	}
	channel_await(&c, "$ ");
	channel_send(&c, "exit\n");
	channel_finish(&c);
	login_close(&l);
	return text_behind_prompt(c.out);
}

/* The same without the time of the last login, which differs. */
static const char *
without_time(const char *seen)
{
	static const char mark[] = "Last login: ";
	const char *from = strstr(seen, mark), *to;

	if (from == NULL)
		return seen;
	from += strlen(mark);
	to = strstr(from, " from ");
	cr_assert_not_null(to, "%s", seen);
	return text_format("%.*s%s", (int)(from - seen), seen, to);
}

static void
expect_same_welcome(const char *hush)
{
	struct user u = user_enrolled();
	int plain = sshd_start(SSHD_DEBIAN);
	const char *expected, *seen;

	if (hush != NULL)
		user_put(&u, hush, "");
	welcome(&u, plain, NULL); /* so that there is a login before */
	expected = welcome(&u, plain, NULL);
	seen = welcome(&u, SSHD_GUARDED, user_present_code(&u));
	cr_assert_eq(text_has(expected, "Last login: "), hush == NULL);
	cr_assert_str_eq(without_time(seen), without_time(expected));
}

Test(welcome, the_message_of_the_day_and_the_last_login_are_shown)
{
	expect_same_welcome(NULL);
}

Test(welcome, hushlogin_silences_them)
{
	expect_same_welcome(".hushlogin");
}

Test(welcome, the_last_login_is_the_entry_before)
{
	struct user u = user_enrolled();
	const char *first = welcome(&u, SSHD_GUARDED, user_code(&u));
	const char *second = welcome(&u, SSHD_GUARDED, user_code(&u));

	cr_assert_not(text_has(first, "Last login"), "%s", first);
	cr_assert(text_has(second, "Last login: "), "%s", second);
	cr_assert(text_has(second, " from 127.0.0.1"), "%s", second);
}
