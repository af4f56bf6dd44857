/*
 * Password and code typed as one string, for clients that know one question.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "dialogue.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "world.h"

TestSuite(one, .init = world_restore, .timeout = 120);

static int
start(void)
{
	return sshd_start_behind(SSHD_STACK_ONE, SSHD_ONE);
}

static bool
lets_in(const struct user *u, int port, const char *password, const char *code)
{
	return DIALOGUE(.user = u, .port = port,
	    .password = text_format("%s%s", password, code))
	    .in;
}

Test(one, password_and_code_let_in)
{
	struct user u = user_enrolled();
	int port = start();

	cr_assert_not(lets_in(&u, port, u.password, ""));
	cr_assert_not(lets_in(&u, port, u.password, user_wrong_code(&u)));
	cr_assert(lets_in(&u, port, u.password, user_code(&u)));
}

Test(one, a_recovery_code_as_printed)
{
	struct user u = user_new("/bin/bash");
	const char *recovery = user_recovery_code(user_enroll(&u));
	int port = start();

	cr_assert(lets_in(&u, port, u.password, recovery));
	cr_assert_not(lets_in(&u, port, u.password, recovery));
}

/* Who can try codes has the password. */
Test(one, a_wrong_password_spends_no_code)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port = start();
	long from = machine_log_mark();

	cr_assert_not(lets_in(&u, port, "wrong", code));
	cr_assert_not(text_has(machine_log_since(from), "code-accepted"));
	cr_assert(lets_in(&u, port, u.password, code));
}

Test(one, a_password_that_ends_in_digits_stays_whole)
{
	struct user u = user_new("/bin/bash");
	int port = start();

	run_input(COMMAND("chpasswd"), text_format("%s:pw-123456\n", u.name));
	cr_assert(lets_in(&u, port, "pw-123456", ""));
	user_enroll(&u);
	cr_assert_not(lets_in(&u, port, "pw-123456", ""));
	cr_assert(lets_in(&u, port, "pw-123456", user_code(&u)));
}

/* The question says so, and is the same for everybody. */
Test(one, the_dialogue_asks_for_both_at_once)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	const char *code = user_code(&u);
	int port = start();
	struct dialogue_end e = DIALOGUE(.user = &u, .port = port,
	    .dialogue = true, .answers = {u.password});
	const char *question = e.said->bytes;

	cr_assert_not(e.in);
	cr_assert(text_has(question, "code (if you have one) right behind it"),
	    "%s", question);
	e = DIALOGUE(.user = &u, .port = port, .dialogue = true,
	    .answers = {text_format("%s%s", u.password, code)});
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 1);
	e = DIALOGUE(.user = &plain, .port = port, .dialogue = true,
	    .answers = {plain.password});
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert(text_has(question, e.said->bytes), "%s", e.said->bytes);
}

/* Whoever has not the password could fill the log with a name that they know,
 * and learn which of them have a factor. */
Test(one, guesses_without_the_password_leave_no_line)
{
	struct user u = user_enrolled();
	int port = start();
	long from = machine_log_mark();

	for (int i = 0; i < 3; i++) {
		cr_assert_not(lets_in(&u, port, "wrong", "123456"));
		cr_assert_not(DIALOGUE(.user = &u, .port = port,
		    .dialogue = true, .answers = {"wrong123456"})
				  .in);
	}
	cr_assert_not(text_has(machine_log_since(from), "otpgated["), "%s",
	    machine_log_since(from));
	cr_assert_not(text_has(machine_log_since(from), "pam_otpgate["));
}

/* Nobody without the password is asked for a code. */
Test(one, a_wrong_password_in_the_dialogue_ends_it)
{
	struct user u = user_enrolled();
	int port = start();
	long from = machine_log_mark();
	struct dialogue_end e = DIALOGUE(.user = &u, .port = port,
	    .dialogue = true, .answers = {"wrong"});

	cr_assert_not(e.in);
	cr_assert_eq(e.questions, 1, "%s", e.said->bytes);
	cr_assert_not(text_has(machine_log_since(from), "event=login"));
}

/* A password of six digits looks like a code, and is none. */
Test(one, a_password_of_digits_alone_spends_no_code)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *digits = user_wrong_code(&u);
	int port = start();
	long from = machine_log_mark();

	run_input(COMMAND("chpasswd"), text_format("%s:%s\n", u.name, digits));
	cr_assert_not(lets_in(&u, port, digits, ""));
	cr_assert(lets_in(&u, port, digits, code));
	cr_assert_not(text_has(machine_log_since(from), "code-wrong"));
}

/* A code that one try has left behind is not the next one's. */
Test(one, a_code_of_an_earlier_try_is_forgotten)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port = start();
	struct login l;

	login_connect(&l, &u, port);
	cr_assert_eq(
	    ssh_userauth_password(l.ssh, NULL, text_format("wrong%s", code)),
	    SSH_AUTH_DENIED);
	cr_assert_eq(
	    ssh_userauth_password(l.ssh, NULL, u.password), SSH_AUTH_DENIED);
	cr_assert_eq(ssh_userauth_password(
			 l.ssh, NULL, text_format("%s%s", u.password, code)),
	    SSH_AUTH_SUCCESS);
	login_close(&l);
}

Test(one, a_user_without_a_secret_types_the_password)
{
	struct user u = user_new("/bin/bash");

	cr_assert(lets_in(&u, start(), u.password, ""));
}

Test(one, without_otpgated_nobody_gets_in)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	int port = start();

	machine_daemon_stop("TERM");
	cr_assert_not(lets_in(&u, port, u.password, user_code(&u)));
	cr_assert_not(lets_in(&plain, port, plain.password, ""));
	machine_daemon_start(COMMAND("env"));
}

/* PAM asks about a login before its password is looked at. */
Test(one, who_has_no_password_writes_no_name)
{
	struct user u = user_enrolled(), twin;
	const char *uid = text_format("%d", (int)u.uid), *shown;
	int port = start();

	twin = u;
	(void)snprintf(twin.name, sizeof twin.name, "twin%s", uid);
	cr_assert(lets_in(&u, port, u.password, user_code(&u)));
	run_fine(COMMAND("useradd", "-o", "-u", uid, twin.name));
	cr_assert_not(lets_in(&twin, port, "wrong", "123456"));
	shown = run_fine(COMMAND("otpgate", "show", u.name, "--json"));
	run_fine(COMMAND("userdel", "-f", twin.name));
	cr_assert(text_has(shown, text_format("\"name\": \"%s\"", u.name)),
	    "%s", shown);
}
