/*
 * The password, then the code, as two steps of sshd: the shipped drop-in and
 * the shipped stack.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "dialogue.h"
#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "world.h"

#define STACK_MODULE "pam_otpgate.so"

TestSuite(steps, .init = world_restore, .timeout = 120);

static int
start(void)
{
	return sshd_start_behind(SSHD_STACK_KBDINT, SSHD_KBDINT);
}

static void
expect_out(const struct dialogue_end *e)
{
	cr_assert_not(e->in, "let in: %s", e->said->bytes);
}

/* True when otpgated logged that this code, or none, was looked at. */
static bool
was_counted(long from, const struct user *u, const char *reason)
{
	return text_has(machine_log_since(from),
		   text_format(
		       "event=login user=%s uid=%d", u->name, (int)u->uid)) &&
	    text_has(machine_log_since(from), reason);
}

Test(steps, password_then_code)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct dialogue_end e = DIALOGUE(.user = &u, .port = start(),
	    .password = u.password, .dialogue = true, .answers = {code});

	cr_assert(e.password);
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 1);
}

Test(steps, a_code_opens_once)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port = start();
	struct dialogue_end e = DIALOGUE(.user = &u, .port = port,
	    .password = u.password, .dialogue = true, .answers = {code});

	cr_assert(e.in);
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {code, code, code});
	expect_out(&e);
	cr_assert(text_has(e.said->bytes, "used already"), "%s", e.said->bytes);
}

Test(steps, three_wrong_codes_end_the_dialogue)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	struct dialogue_end e =
	    DIALOGUE(.user = &u, .port = start(), .password = u.password,
		.dialogue = true, .answers = {wrong, wrong, wrong, wrong});

	expect_out(&e);
	cr_assert_eq(e.questions, 3, "%zu: %s", e.questions, e.said->bytes);
	cr_assert(text_has(e.said->bytes, "code is wrong"));
	cr_assert(
	    text_has(e.said->bytes, "no tries are left"), "%s", e.said->bytes);
}

/* In one and the same dialogue: sshd counts no failure. */
Test(steps, a_wrong_code_can_be_followed_by_the_right_one)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u), *code = user_code(&u);
	struct dialogue_end e = DIALOGUE(.user = &u, .port = start(),
	    .password = u.password, .dialogue = true, .answers = {wrong, code});

	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 2);
}

Test(steps, the_password_alone_is_not_enough)
{
	struct user u = user_enrolled();
	struct dialogue_end e =
	    DIALOGUE(.user = &u, .port = start(), .password = u.password);

	cr_assert(e.password);
	expect_out(&e);
}

Test(steps, keyboard_interactive_alone_is_not_offered)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct dialogue_end e = DIALOGUE(.user = &u, .port = start(),
	    .dialogue = true, .answers = {u.password, code});

	expect_out(&e);
	cr_assert_eq(e.questions, 0, "%s", e.said->bytes);
}

/* Who has not the password spends nothing, and is told nothing. */
Test(steps, without_the_password_otpgated_is_not_asked)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port = start();
	long from = machine_log_mark();
	struct dialogue_end e = DIALOGUE(.user = &u, .port = port,
	    .password = "wrong", .dialogue = true, .answers = {code});

	cr_assert_not(e.password);
	expect_out(&e);
	cr_assert_not(was_counted(from, &u, ""));
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {code});
	cr_assert(e.in, "%s", e.said->bytes);
}

Test(steps, a_key_alone_is_not_asked)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = start(), .what = IN);
	expect_in(&c);
}

Test(steps, a_user_without_a_secret_is_not_asked)
{
	struct user u = user_new("/bin/bash");
	struct dialogue_end e = DIALOGUE(.user = &u, .port = start(),
	    .password = u.password, .dialogue = true);

	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 0);
}

/* ---- both in one dialogue, where a site says so ---- */

/* The shipped stack with that word on its last line, and one method alone. */
static int
start_dialogue(const char *word, const char *methods)
{
	const char *stack = machine_get(SSHD_STACKS "otpgate-sshd");
	const char *last = "\nauth\trequired\tpam_otpgate.so\n";

	return sshd_start_behind(
	    sshd_stack(
		sshd_replace(stack, last,
		    text_format("\nauth required pam_otpgate.so%s\n", word)),
		SSHD_BACKSTOP),
	    text_format("AuthenticationMethods %s\n"
			"KbdInteractiveAuthentication yes\n"
			"PasswordAuthentication yes\n" SSHD_DEBIAN,
		methods));
}

#define ONE_METHOD "keyboard-interactive:pam"

Test(steps, password_and_code_in_one_dialogue)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	const char *code = user_code(&u);
	int port = start_dialogue(" dialogue", ONE_METHOD);
	struct dialogue_end e = DIALOGUE(.user = &u, .port = port,
	    .dialogue = true, .answers = {u.password});

	expect_out(&e);
	e = DIALOGUE(.user = &u, .port = port, .dialogue = true,
	    .answers = {u.password, code});
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 2);
	e = DIALOGUE(.user = &plain, .port = port, .dialogue = true,
	    .answers = {plain.password});
	cr_assert(e.in, "%s", e.said->bytes);
}

/* Without the word it is not asked for there, and so nobody gets in. */
Test(steps, one_dialogue_takes_the_word)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct dialogue_end e =
	    DIALOGUE(.user = &u, .port = start_dialogue("", ONE_METHOD),
		.dialogue = true, .answers = {u.password, code});

	expect_out(&e);
	cr_assert_eq(e.questions, 1, "%s", e.said->bytes);
}

/* A password of six digits looks like a code, and is none. */
Test(steps, the_password_once_more_is_not_counted_as_a_code)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *digits = user_wrong_code(&u);
	int port = start_dialogue(" dialogue", ONE_METHOD);
	long from = machine_log_mark();
	struct dialogue_end e;

	run_input(COMMAND("chpasswd"), text_format("%s:%s\n", u.name, digits));
	e = DIALOGUE(.user = &u, .port = port, .dialogue = true,
	    .answers = {digits, digits, code});
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_not(text_has(machine_log_since(from), "code-wrong"));
}

/* sshd answers every question with the password then. */
Test(steps, the_word_shuts_the_method_password)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();
	struct dialogue_end e = DIALOGUE(.user = &u,
	    .port = start_dialogue(" dialogue", "any"), .password = u.password);

	cr_assert_not(e.password);
	expect_out(&e);
	machine_log_await(from, "event=pam-refused", "no-code");
}

/* ---- an sshd of another name ---- */

#define OTHER "sshd-other"

Test(steps, service_ssh_makes_it_sshd)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	const char *stack = text_format("%s\n%s%s",
	    machine_get(SSHD_STACKS "otpgate-sshd"), SSHD_BACKSTOP,
	    "@include common-account\n@include common-session\n");
	int without = sshd_start_as(OTHER, stack, SSHD_KBDINT);
	long from = machine_log_mark();
	struct dialogue_end e;
	int with;

	e = DIALOGUE(.user = &u, .port = without, .password = u.password,
	    .dialogue = true, .answers = {u.password, code});
	expect_out(&e);
	machine_log_await(from, "service=" OTHER, "service-not-named");
	with = sshd_start_as(OTHER,
	    sshd_replace(stack, STACK_MODULE, STACK_MODULE " service=ssh"),
	    SSHD_KBDINT);
	e = DIALOGUE(.user = &u, .port = with, .password = u.password,
	    .dialogue = true, .answers = {code});
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 1);
}

/* ---- what cannot be a code ---- */

/* It may be a password, typed ahead or sent by a program. */
Test(steps, what_is_no_code_is_not_counted_and_not_logged)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	int port = start();
	long from = machine_log_mark();
	struct dialogue_end e =
	    DIALOGUE(.user = &u, .port = port, .password = u.password,
		.dialogue = true, .answers = {u.password, "", "12345", code});

	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 4);
	cr_assert(text_has(e.said->bytes, "this is no code"));
	cr_assert_not(was_counted(from, &u, "not-a-code"));
	cr_assert_not(text_has(machine_log_since(from), u.password));
}

Test(steps, questions_come_to_an_end)
{
	struct user u = user_enrolled();
	struct dialogue_end e = DIALOGUE(.user = &u, .port = start(),
	    .password = u.password, .dialogue = true);

	expect_out(&e);
	cr_assert_eq(e.questions, 6, "%zu", e.questions);
	cr_assert(
	    text_has(e.said->bytes, "no code was given"), "%s", e.said->bytes);
}

/* ---- the change of an expired password ---- */

static bool
asks_for_a_new_password(const struct dialogue_end *e)
{
	return text_has(e->said->bytes, "New password") ||
	    text_has(e->said->bytes, "Current password");
}

Test(steps, an_expired_password_is_not_changed_without_the_code)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u), *code = user_code(&u);
	int port = start();
	struct dialogue_end e;

	run_fine(COMMAND("chage", "-d", "0", u.name));
	e = DIALOGUE(.user = &u, .dialogue = true, .answers = {u.password},
	    .port =
		sshd_start("KbdInteractiveAuthentication yes\n" SSHD_DEBIAN));
	cr_assert(asks_for_a_new_password(&e), "%s", e.said->bytes);
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {wrong, wrong, wrong});
	expect_out(&e);
	cr_assert_not(asks_for_a_new_password(&e), "%s", e.said->bytes);
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {code});
	cr_assert(asks_for_a_new_password(&e), "%s", e.said->bytes);
}

/* ---- otpgated does not run ---- */

Test(steps, without_otpgated_passwords_are_refused_and_keys_are_not)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	int port = start();
	struct dialogue_end e;
	struct channel c;

	user_add_key(&u, "");
	machine_daemon_stop("TERM");
	e = DIALOGUE(.user = &plain, .port = port, .password = plain.password,
	    .dialogue = true);
	expect_out(&e);
	cr_assert(text_has(e.said->bytes, "otpgated does not run"), "%s",
	    e.said->bytes);
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_in(&c);
	machine_daemon_start(COMMAND("env"));
}

/* The one exception is an argument, and not there by itself. */
Test(steps, without_the_fallback_keys_are_refused_too)
{
	struct user u = user_enrolled();
	int port =
	    sshd_start_behind(sshd_stack("@include " SSHD_STACKS "otpgate-sshd",
				  "session requisite pam_otpgate.so\n"),
		SSHD_KBDINT);
	user_add_key(&u, "");
	machine_daemon_stop("TERM");
	cr_assert_not(dialogue_runs(&u, BY_KEY, port));
	machine_daemon_start(COMMAND("env"));
	cr_assert(dialogue_runs(&u, BY_KEY, port));
}
