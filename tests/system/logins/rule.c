/* The rule: who is asked for a code. */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(rule, .timeout = 120);

Test(rule, a_user_without_a_secret_is_not_asked)
{
	struct user u = user_new("/bin/bash");
	struct channel c = ATTEMPT(.user = &u, .what = IN);

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(rule, a_secret_counts_only_after_a_code_confirmed_it)
{
	struct user u = user_new("/bin/bash");
	struct channel c;

	user_enroll_pending(&u);
	c = ATTEMPT(.user = &u, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(rule, a_login_by_key_is_not_asked)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(rule, a_login_by_password_is_asked)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(rule, a_login_by_keyboard_interactive_is_asked)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port = sshd_start("KbdInteractiveAuthentication yes\n" SSHD_GATE);
	struct channel c = ATTEMPT(.user = &u, .how = BY_KEYBOARD, .port = port,
	    .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(rule, a_login_by_key_and_password_is_asked)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port =
	    sshd_start("AuthenticationMethods publickey,password\n" SSHD_GATE);
	struct channel c;

	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY_AND_PASSWORD, .port = port,
	    .what = IN, .answers = {code});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(rule, a_login_with_an_empty_password_is_asked)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port =
	    sshd_start("PermitEmptyPasswords yes\nUsePAM no\n" SSHD_GATE);
	struct channel c;

	run_fine(COMMAND("passwd", "--quiet", "--delete", u.name));
	u.password[0] = '\0';
	c = ATTEMPT(.user = &u, .port = port, .what = IN, .answers = {code});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(rule, the_second_of_two_root_logins_is_asked_as_well)
{
	struct user root = {.name = "root", .password = "pw-root"};
	struct login first;
	struct channel c, second;
	const char *code;

	run_input(COMMAND("chpasswd"), "root:pw-root\n");
	/* What this machine's root likes to start takes long. */
	run_fine(COMMAND("rm", "-f", "/root/.bashrc"));
	user_enroll(&root);
	login_open(&first, &root, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &first, false);
	channel_ask(&c, WANT_COMMAND, "cat");
	channel_await(&c, PROMPT);
	channel_send(&c, user_code(&root));
	channel_send(&c, "\nthrough\n");
	channel_await(&c, "through");
	/* The first one is still there. */
	code = user_code(&root);
	second = ATTEMPT(.user = &root, .what = IN, .answers = {code});
	expect_in(&second);
	cr_assert_eq(channel_prompts(&second), 1);
	channel_end_input(&c);
	channel_finish(&c);
	login_close(&first);
	run_fine(COMMAND("otpgate", "clear", "root", "--yes"));
}

Test(rule, a_user_who_was_cleared_is_not_asked_any_more)
{
	struct user u = user_enrolled();
	struct channel c;

	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	c = ATTEMPT(.user = &u, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(rule, explain_says_what_a_login_will_meet)
{
	struct user u = user_enrolled();
	const char *by_password = run_fine(COMMAND(
	    "otpgate", "explain", u.name, "--method", "password", "--json"));
	const char *by_key = run_fine(COMMAND(
	    "otpgate", "explain", u.name, "--method", "publickey", "--json"));

	cr_assert_str_eq(text_json(by_password, "verdict"), "challenge");
	cr_assert_str_eq(text_json(by_password, "reason"), "has-secret");
	cr_assert_str_eq(text_json(by_key, "verdict"), "pass");
	cr_assert_str_eq(text_json(by_key, "reason"), "password-less");
}
