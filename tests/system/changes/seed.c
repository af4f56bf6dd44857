/*
 * What the seed's description says of the two switches, of the window and of
 * setting up while all is off: doc/SEED names a case for each of its
 * sentences.
 */
#include <criterion/criterion.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

static void
start_disabled(void)
{
	world_restore();
	run_fine(COMMAND("otpgate", "disable"));
	run_fine(COMMAND("otpgate", "disable", "ssh"));
}

/* All begin as it is shipped: nothing is on. */
TestSuite(seed_switches, .init = start_disabled, .timeout = 120);

static void
enable(void)
{
	run_fine(COMMAND("otpgate", "enable"));
	run_fine(COMMAND("otpgate", "enable", "ssh"));
}

/* A shell on a terminal; what stands before its prompt, or an offer. */
static void
open_shell(struct login *l, struct channel *c, const struct user *u,
    const char *awaited)
{
	login_open(l, u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(c, l);
	channel_await(c, awaited);
}

static void
leave_shell(struct login *l, struct channel *c)
{
	setup_leave(c);
	login_close(l);
}

/* ---- About, enabling ---- */

Test(seed_switches, enabling_offers_a_set_up_and_does_not_require_it)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	enable();
	open_shell(&l, &c, &u, OFFER);
	channel_send(&c, "\n");
	channel_await(&c, SHELL_PROMPT);
	leave_shell(&l, &c);
	expect_in_unasked(&u);
}

Test(seed_switches, required_is_the_mode_that_demands_a_set_up)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	enable();
	run_fine(COMMAND(
	    "otpgate", "policy", "set", "policy", "required", "--force"));
	open_shell(&l, &c, &u, DEMAND);
	channel_send(&c, "\n");
	channel_await(&c, "cannot be skipped");
	channel_await(&c, DEMAND);
	channel_send(&c, "\003");
	channel_finish(&c);
	login_close(&l);
	cr_assert_neq(c.status, 0);
}

Test(seed_switches, ssh_has_a_switch_of_its_own)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("otpgate", "enable"));
	expect_in_unasked(&u);
	run_fine(COMMAND("otpgate", "enable", "ssh"));
	expect_in_with(&u, user_code(&u));
}

Test(seed_switches, accounts_with_a_secret_are_not_asked_until_enabled)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("otpgate", "enable", "ssh"));
	expect_in_unasked(&u);
	run_fine(COMMAND("otpgate", "enable"));
	expect_in_with(&u, user_code(&u));
}

Test(seed_switches, accounts_without_a_secret_set_up_once_enabled)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	open_shell(&l, &c, &u, SHELL_PROMPT);
	cr_assert_not(text_has(c.out->bytes, OFFER), "%s", c.out->bytes);
	leave_shell(&l, &c);
	enable();
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	setup_confirm(&c, &u);
	leave_shell(&l, &c);
}

/* Far enough back that a step that turns over meanwhile changes nothing. */
Test(seed_switches, the_window_takes_in_earlier_codes)
{
	struct user u = user_new("/bin/bash");
	const char *code;
	struct channel c;

	enable();
	run_fine(COMMAND("otpgate", "policy", "set", "window", "9"));
	user_enroll_pending(&u);
	/* What came before the code that confirmed would count as used. */
	run_fine(COMMAND("otpgate", "confirm", u.name,
	    phone_code(&u.phone, phone_step(&u.phone) - 7)));
	code = phone_code(&u.phone, phone_step(&u.phone) - 4);
	run_fine(COMMAND("otpgate", "policy", "set", "window", "1"));
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, code, code});
	expect_refused(&c, "this code is wrong");
	run_fine(COMMAND("otpgate", "policy", "set", "window", "9"));
	expect_in_with(&u, code);
}

/* ---- Disabling, reactivating ---- */

Test(seed_switches, disabling_asks_nobody_any_more)
{
	struct user u = user_enrolled();

	enable();
	expect_in_with(&u, user_code(&u));
	run_fine(COMMAND("otpgate", "disable"));
	expect_in_unasked(&u);
}

Test(seed_switches, root_can_bypass_by_command_who_lost_all_codes)
{
	struct user u = user_enrolled();

	enable();
	expect_out_without(&u);
	run_fine(COMMAND("otpgate", "disable"));
	expect_in_unasked(&u);
}

Test(seed_switches, enabled_again_the_same_secrets_count)
{
	struct user u = user_enrolled();

	enable();
	run_fine(COMMAND("otpgate", "disable"));
	run_fine(COMMAND("otpgate", "enable"));
	expect_in_with(&u, user_code(&u));
}

/* ---- Setting up while it is off ---- */

Test(seed_switches, a_set_up_while_disabled_counts_once_enabled)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	struct channel c = {.err = text_new()};

	terminal_start(&t,
	    COMMAND("setpriv", text_format("--reuid=%u", u.uid),
		"--clear-groups", "otpgate", "enroll"));
	terminal_await(&t, "Two-factor is not on for SSH on this machine");
	terminal_await(&t, DEMAND);
	c.out = t.seen;
	setup_scan(&c, DEMAND, &u);
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	expect_in_unasked(&u);
	enable();
	expect_in_with(&u, user_code(&u));
}

/* ---- Logging in using SSH ---- */

Test(seed_switches, ssh_on_asks_no_code_of_users_without_a_secret)
{
	struct user u = user_new("/bin/bash");

	enable();
	expect_in_unasked(&u);
}
