/*
 * What the seed's description says of setting up at a login, and of skipping
 * it: doc/SEED names a case for each of its sentences.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "screen.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(seed_setup, .timeout = 120);

/* ---- logins with a shell on a terminal ---- */

/* u is offered a set-up, and gets in without. */
static void
skip_at_login(const struct user *u)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	channel_await(&c, OFFER);
	channel_send(&c, "\n");
	channel_await(&c, SHELL_PROMPT);
	setup_leave(&c);
	cr_assert_eq(c.status, 0);
	login_close(&l);
}

static void
set_up_at_login(struct user *u)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, u);
	setup_confirm(&c, u);
	setup_leave(&c);
	login_close(&l);
}

/* ---- Setting up individual 2FA ---- */

Test(seed_setup, users_without_a_secret_are_asked_to_set_up_at_a_login)
{
	struct user u = user_new("/bin/bash");

	set_up_at_login(&u);
	expect_out_without(&u);
}

Test(seed_setup, users_can_set_up_at_any_time)
{
	struct user u = user_new("/bin/bash");
	struct result r =
	    run_as(u.uid, COMMAND("otpgate", "enroll", "--json"), NULL);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	phone_scan(&u.phone, text_json(r.out->bytes, "uri"));
	r = run_as(u.uid, COMMAND("otpgate", "confirm", user_code(&u)), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_in_with(&u, user_code(&u));
}

/* At the question of a set-up, in a window for both. */
static void
look_at_set_up(struct terminal *t, const struct user *u)
{
	terminal_ssh(t, u, SSHD_GUARDED, COMMAND("-oLogLevel=ERROR"));
	terminal_await(t, OFFER);
}

/* Confirms what is on the screen, up to the shell, and logs in once more. */
static void
go_on(struct terminal *t, struct user *u)
{
	terminal_type(t, text_format("%s\n", user_code(u)));
	terminal_await(t, GO_ON);
	terminal_type(t, "\n");
	terminal_await(t, SHELL_PROMPT);
	terminal_type(t, "exit\n");
	cr_assert_eq(terminal_finish(t), 0, "%s", t->seen->bytes);
	expect_in_with(u, user_code(u));
}

Test(seed_setup, the_screen_shows_the_qr_code_and_the_key)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;

	look_at_set_up(&t, &u);
	phone_scan(&u.phone, screen_scan(&t));
	cr_assert_str_eq(screen_key(&t), u.phone.secret);
	terminal_hang_up(&t);
	(void)terminal_finish(&t);
}

Test(seed_setup, the_qr_code_can_be_scanned)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;

	look_at_set_up(&t, &u);
	phone_scan(&u.phone, screen_scan(&t));
	go_on(&t, &u);
}

Test(seed_setup, the_key_can_be_typed)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;

	look_at_set_up(&t, &u);
	phone_scan(
	    &u.phone, text_format("otpauth://totp/?secret=%s", screen_key(&t)));
	go_on(&t, &u);
}

Test(seed_setup, once_set_up_codes_are_asked_for)
{
	struct user u = user_new("/bin/bash");

	expect_in_unasked(&u);
	set_up_at_login(&u);
	expect_in_with(&u, user_code(&u));
	expect_in_with(&u, user_code(&u));
}

/* ---- Skipping ---- */

Test(seed_setup, skipping_does_not_keep_out)
{
	struct user u = user_new("/bin/bash");

	skip_at_login(&u);
	expect_in_unasked(&u);
}

Test(seed_setup, what_was_skipped_can_be_done_later)
{
	struct user u = user_new("/bin/bash");
	struct result r;

	skip_at_login(&u);
	r = run_as(u.uid, COMMAND("otpgate", "enroll", "--json"), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	phone_scan(&u.phone, text_json(r.out->bytes, "uri"));
	r = run_as(u.uid, COMMAND("otpgate", "confirm", user_code(&u)), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_in_with(&u, user_code(&u));
}

/* A login session is a connection: its second shell is not offered it. */
Test(seed_setup, it_is_offered_once_in_a_login_session)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel first, second;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&first, &l);
	channel_await(&first, OFFER);
	channel_send(&first, "\n");
	channel_await(&first, SHELL_PROMPT);
	setup_shell(&second, &l);
	channel_await(&second, SHELL_PROMPT);
	cr_assert_not(text_has(second.out->bytes, OFFER));
	setup_leave(&second);
	setup_leave(&first);
	login_close(&l);
}

Test(seed_setup, it_is_offered_again_until_it_is_set_up)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	skip_at_login(&u);
	skip_at_login(&u);
	set_up_at_login(&u);
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	channel_await(&c, PROMPT);
	channel_send(&c, text_format("%s\n", user_code(&u)));
	channel_await(&c, SHELL_PROMPT);
	setup_leave(&c);
	login_close(&l);
	cr_assert_not(text_has(c.out->bytes, OFFER), "%s", c.out->bytes);
}

/* ---- after removing, after clearing ---- */

static struct user
user_removed(void)
{
	struct user u = user_enrolled();
	const char *code = text_format("OTPGATE_CODE=%s", user_code(&u));
	struct result r = run_as(
	    u.uid, COMMAND("env", code, "otpgate", "remove", "--yes"), NULL);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	return u;
}

Test(seed_setup, after_removing_it_is_offered_again)
{
	struct user u = user_removed();

	set_up_at_login(&u);
	expect_in_with(&u, user_code(&u));
}

Test(seed_setup, after_removing_it_can_be_skipped)
{
	struct user u = user_removed();

	skip_at_login(&u);
}

Test(seed_setup, after_clearing_it_is_offered_at_the_next_login)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	set_up_at_login(&u);
	expect_in_with(&u, user_code(&u));
}
