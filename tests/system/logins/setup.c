/* Set-up at a login: what somebody without a second factor meets. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(setup, .timeout = 120);

static const char *
state_of(const struct user *u)
{
	return text_json(
	    run_fine(COMMAND("otpgate", "show", u->name, "--json")), "state");
}

/* Nothing at all: no device, no row in the listing. */
static void
expect_nothing_kept(const struct user *u)
{
	const char *all = run_fine(COMMAND("otpgate", "users", "--json"));

	cr_assert(!text_has(all, text_format("\"%s\"", u->name)), "%s", all);
	cr_assert_str_eq(state_of(u), "absent");
}

Test(setup, a_right_code_makes_the_secret_count)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	cr_assert(text_has(c.out->bytes, text_format("account    %s", u.name)),
	    "%s", c.out->bytes);
	setup_confirm(&c, &u);
	setup_leave(&c);
	login_close(&l);
	cr_assert_str_eq(state_of(&u), "good");
	c = ATTEMPT(
	    &u, .how = BY_PASSWORD, .what = IN, .answers = {user_code(&u)});
	expect_in(&c);
}

Test(setup, enter_skips_it_and_the_next_login_offers_again)
{
	struct user u = user_new("/bin/bash");

	for (int i = 0; i < 2; i++) {
		struct login l;
		struct channel c;

		login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
		setup_shell(&c, &l);
		channel_await(&c, OFFER);
		channel_send(&c, "\n");
		channel_await(&c, SHELL_PROMPT);
		setup_leave(&c);
		cr_assert_eq(c.status, 0);
		login_close(&l);
		expect_nothing_kept(&u);
	}
}

Test(setup, is_offered_once_on_a_connection)
{
	struct user u = user_new("/bin/bash");
	struct login l, other;
	struct channel first, second, third;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&first, &l);
	channel_await(&first, OFFER);
	setup_shell(&second, &l);
	channel_await(&second, SHELL_PROMPT);
	setup_leave(&second);
	cr_assert(!text_has(second.out->bytes, OFFER), "%s", second.out->bytes);
	login_open(&other, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&third, &other);
	channel_await(&third, OFFER);
	channel_send(&third, "\n");
	channel_await(&third, SHELL_PROMPT);
	setup_leave(&third);
	channel_send(&first, "\n");
	channel_await(&first, SHELL_PROMPT);
	setup_leave(&first);
	login_close(&l);
	login_close(&other);
}

/* Two connections of root have one listener above them, and are two. */
Test(setup, of_root_too_is_offered_once_on_each_connection)
{
	struct user u = user_new_root("/bin/bash");

	for (int i = 0; i < 2; i++) {
		struct login l;
		struct channel c, second;

		login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
		setup_shell(&c, &l);
		channel_await(&c, OFFER);
		channel_send(&c, "\n");
		channel_await(&c, "# ");
		setup_shell(&second, &l);
		channel_await(&second, "# ");
		cr_assert(!text_has(second.out->bytes, OFFER));
		setup_leave(&second);
		setup_leave(&c);
		login_close(&l);
	}
}

Test(setup, without_a_terminal_is_not_offered_and_the_login_just_works)
{
	struct user u = user_new("/bin/bash");
	struct channel c =
	    ATTEMPT(&u, .how = BY_PASSWORD, .what = "cat", .input = "a\nb\n");

	cr_assert_eq(c.status, 0);
	cr_assert_str_eq(c.out->bytes, "a\nb\n");
	cr_assert_str_empty(c.err->bytes);
	c = ATTEMPT(&u, .how = BY_PASSWORD, .want = WANT_SHELL,
	    .input = "echo in\nexit\n");
	cr_assert_eq(c.status, 0);
	cr_assert_str_eq(c.out->bytes, "in\n");
	cr_assert_str_empty(c.err->bytes);
}

Test(setup, of_a_command_on_a_terminal_is_not_offered)
{
	struct user u = user_new("/bin/bash");
	struct channel c =
	    ATTEMPT(&u, .how = BY_PASSWORD, .what = IN, .terminal = true);

	expect_in(&c);
	cr_assert_str_eq(c.out->bytes, "in\r\n");
}

Test(setup, is_not_offered_to_a_login_by_key)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	user_add_key(&u, "");
	login_open(&l, &u, BY_KEY, SSHD_GUARDED);
	setup_shell(&c, &l);
	channel_await(&c, SHELL_PROMPT);
	setup_leave(&c);
	login_close(&l);
	cr_assert(!text_has(c.out->bytes, OFFER), "%s", c.out->bytes);
}

Test(setup, a_wrong_code_can_be_mended)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	channel_send(&c, text_format("%s\n", user_wrong_code(&u)));
	channel_await(&c, "this code is wrong");
	channel_await(&c, OFFER);
	cr_assert_str_eq(state_of(&u), "absent");
	channel_send(&c, "hello\n");
	channel_await(&c, "this is no code");
	channel_await(&c, OFFER);
	setup_confirm(&c, &u);
	setup_leave(&c);
	login_close(&l);
	cr_assert_str_eq(state_of(&u), "good");
}

/* The secret that was on the screen opens nothing, and nothing is left. */
static void
expect_no_half_state(struct user *u)
{
	struct channel c;
	struct result r;

	expect_nothing_kept(u);
	r = run(COMMAND("otpgate", "confirm", u->name, user_code(u)));
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	c = ATTEMPT(u, .how = BY_PASSWORD, .what = IN);
	expect_in(&c);
}

/* Real ssh on a real terminal, up to the question. */
static struct user
at_the_question(struct terminal *t)
{
	struct user u = user_new("/bin/bash");
	struct channel c = {.out = text_new(), .err = text_new()};

	terminal_ssh(t, &u, SSHD_GUARDED, COMMAND("-oLogLevel=ERROR"));
	terminal_await(t, OFFER);
	c.out = t->seen;
	setup_scan(&c, OFFER, &u);
	return u;
}

Test(setup, ctrl_c_leaves_no_half_state)
{
	struct terminal t;
	struct user u = at_the_question(&t);

	terminal_type(&t, "\003");
	cr_assert_neq(terminal_finish(&t), 0);
	cr_assert(!text_has(t.seen->bytes, SHELL_PROMPT), "%s", t.seen->bytes);
	expect_no_half_state(&u);
}

Test(setup, a_hang_up_leaves_no_half_state)
{
	struct terminal t;
	struct user u = at_the_question(&t);

	terminal_hang_up(&t);
	(void)terminal_finish(&t);
	expect_no_half_state(&u);
}

Test(setup, a_key_bound_to_a_command_sets_nothing_up)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	user_add_key(&u, "command=\"echo bound\" ");
	login_open(&l, &u, BY_KEY_AND_PASSWORD,
	    sshd_start("AuthenticationMethods publickey,password\n" SSHD_GATE));
	setup_shell(&c, &l);
	channel_finish(&c);
	login_close(&l);
	cr_assert(text_has(c.out->bytes, "bound"), "%s", c.out->bytes);
	cr_assert(!text_has(c.out->bytes, OFFER), "%s", c.out->bytes);
}

Test(setup, what_is_shown_fits_into_eighty_columns)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	setup_confirm(&c, &u);
	for (const char *at = c.out->bytes; *at != '\0';) {
		size_t length = strcspn(at, "\r\n");

		if (strstr(at, SHELL_PROMPT) == at)
			break;
		/* a QR code is drawn by escapes and letters of three bytes */
		if (memchr(at, '\033', length) == NULL)
			cr_expect_leq(length, 80, "%.*s", (int)length, at);
		at += length;
		at += strspn(at, "\r\n");
	}
	setup_leave(&c);
	login_close(&l);
}
