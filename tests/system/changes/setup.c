/*
 * Setting up, renewing and removing: where it is required, with tickets, on a
 * full disk, and with otpgated killed at every write. The state afterwards is
 * the one before or the one after.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(required, .init = world_restore, .timeout = 120);
TestSuite(tickets, .init = world_restore, .timeout = 120);
TestSuite(setup_faults, .init = world_restore, .timeout = 300);

#define TICKET "Ticket from your administrator"

/* By hand, as an editor would: the command asks more of who requires it. */
static void
add_policy(const char *lines, const char *in_force)
{
	long from = machine_log_mark();

	world_break(text_format("echo '%s' >>" MACHINE_POLICY, lines));
	cr_assert_eq(kill(machine_daemon_pid(), SIGHUP), 0);
	machine_log_await(from, "event=policy", in_force);
}

static void
require(void)
{
	add_policy("policy = \"required\";", "policy=required");
}

static const char *
show(const struct user *u)
{
	return run_fine(COMMAND("otpgate", "show", u->name, "--json"));
}

static const char *
state_of(const struct user *u)
{
	return text_json(show(u), "state");
}

/* What u runs, with a code of its own in the environment. */
static struct result
run_with_code(const struct user *u, const char *code, const char *const words[])
{
	const char *argv[16] = {"env", text_format("OTPGATE_CODE=%s", code)};

	for (size_t i = 0; words[i] != NULL && i < 13; i++)
		argv[2 + i] = words[i];
	return run_as(u->uid, argv, NULL);
}

#define WITH_CODE(u, code, ...) run_with_code(u, code, COMMAND(__VA_ARGS__))

/* ---- required ---- */

Test(required, a_set_up_on_a_terminal_lets_in)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	require();
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, DEMAND, &u);
	cr_assert(!text_has(c.out->bytes, "skip"), "%s", c.out->bytes);
	setup_confirm(&c, &u);
	setup_leave(&c);
	login_close(&l);
	cr_assert_str_eq(state_of(&u), "good");
}

Test(required, it_cannot_be_skipped)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	require();
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	for (int i = 0; i < 5; i++) {
		channel_await(&c, DEMAND);
		channel_send(&c, "\n");
		channel_await(&c, "cannot be skipped");
	}
	channel_await(&c, "was not set up");
	channel_finish(&c);
	login_close(&l);
	cr_assert_eq(c.status, GATE_REFUSED);
	cr_assert_str_eq(state_of(&u), "absent");
}

Test(required, a_wrong_code_lets_nobody_in)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	require();
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, DEMAND, &u);
	for (int i = 0; i < 5; i++) {
		channel_send(&c, "hello\n");
		channel_await(&c, "this is no code");
	}
	channel_finish(&c);
	login_close(&l);
	cr_assert_eq(c.status, GATE_REFUSED);
}

Test(required, a_session_without_a_terminal_is_told_how)
{
	struct user u = user_new("/bin/bash");
	struct channel c;

	require();
	c = ATTEMPT(&u, .how = BY_PASSWORD, .what = IN);
	expect_refused(&c, "log in on a terminal (ssh -t)");
	c = ATTEMPT(&u, .how = BY_PASSWORD, .want = WANT_SHELL);
	expect_refused(&c, "log in on a terminal (ssh -t)");
}

Test(required, a_command_on_a_terminal_can_set_up)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	require();
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, true);
	channel_ask(&c, WANT_COMMAND, IN);
	setup_scan(&c, DEMAND, &u);
	channel_send(&c, text_format("%s\n", user_code(&u)));
	channel_await(&c, GO_ON);
	channel_send(&c, "\n");
	channel_await(&c, "in\r\n");
	channel_finish(&c);
	login_close(&l);
	cr_assert_eq(c.status, 0);
}

Test(required, the_last_device_cannot_be_removed_only_renewed)
{
	struct user u = user_enrolled();
	struct result r;

	require();
	r = WITH_CODE(&u, user_code(&u), "otpgate", "remove", "--yes");
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, "otpgate renew"), "%s", r.err->bytes);
	r = WITH_CODE(&u, user_code(&u), "otpgate", "renew", "--json");
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
}

/* Who is bound to one command does not get the whole account's factor. */
Test(required, a_key_bound_to_a_command_cannot_set_up)
{
	struct user u = user_new("/bin/bash");
	struct channel c;

	user_add_key(&u, "command=\"echo bound\" ");
	require();
	c = ATTEMPT(&u, .how = BY_KEY_AND_PASSWORD,
	    .port = sshd_start(
		"AuthenticationMethods publickey,password\n" SSHD_GATE),
	    .what = IN, .terminal = true);
	cr_assert_eq(c.status, GATE_REFUSED, "%s", c.out->bytes);
	cr_assert(text_has(c.out->bytes, "bound to"), "%s", c.out->bytes);
	cr_assert_str_eq(state_of(&u), "absent");
}

/*
 * Where sshd did not tell who logged in, it can be a restricted key, and a
 * first set-up is no proof.
 */
Test(required, a_login_that_sshd_did_not_tell_cannot_set_up)
{
	struct user u = user_new("/bin/bash");
	struct channel c;

	require();
	world_break("echo >/tmp/fill; used=$(df -k --output=used /tmp | "
		    "tr -dc 0-9); mount -o remount,size=${used}k /tmp");
	c = ATTEMPT(&u, .how = BY_PASSWORD, .what = IN, .terminal = true);
	cr_assert_eq(c.status, GATE_REFUSED);
	cr_assert(text_has(c.out->bytes, "room in /tmp"), "%s", c.out->bytes);
	cr_assert(!text_has(c.out->bytes, DEMAND), "%s", c.out->bytes);
}

/* ---- tickets ---- */

static const char *
ticket_of(const char *json)
{
	return text_json(json, "ticket");
}

Test(tickets, a_set_up_asks_for_the_word_that_root_made)
{
	struct user u = user_new("/bin/bash");
	const char *ticket;
	struct login l;
	struct channel c;

	add_policy(
	    "policy = \"required\"; setup = \"ticket\";", "policy=required");
	c = ATTEMPT(&u, .how = BY_PASSWORD, .what = IN, .terminal = true);
	cr_assert_eq(c.status, GATE_REFUSED);
	cr_assert(text_has(c.out->bytes, "--ticket"), "%s", c.out->bytes);
	ticket = ticket_of(run_fine(
	    COMMAND("otpgate", "enroll", u.name, "--ticket", "--json")));
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	channel_await(&c, TICKET);
	channel_send(&c, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX\n");
	channel_await(&c, "this is not the ticket");
	channel_await(&c, TICKET);
	cr_assert(!text_has(c.out->bytes, DEMAND), "%s", c.out->bytes);
	channel_send(&c, text_format("%s\n", ticket));
	setup_scan(&c, DEMAND, &u);
	setup_confirm(&c, &u);
	setup_leave(&c);
	login_close(&l);
}

Test(tickets, clear_can_make_one_and_the_command_asks_for_it)
{
	struct user u = user_enrolled();
	const char *said, *ticket;
	struct terminal t;
	struct result r;

	add_policy("setup = \"ticket\";", "enabled=true");
	said =
	    run_fine(COMMAND("otpgate", "clear", u.name, "--ticket", "--yes"));
	ticket = strstr(said, "for a day:");
	cr_assert_not_null(ticket, "%s", said);
	ticket += strlen("for a day:");
	ticket += strspn(ticket, " \n");
	ticket = text_format("%.*s", (int)strcspn(ticket, " \n"), ticket);
	r = run_as(u.uid, COMMAND("otpgate", "enroll", "--json"), NULL);
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, "ticket"), "%s", r.err->bytes);
	terminal_start(&t,
	    COMMAND("setpriv", text_format("--reuid=%u", u.uid),
		"--clear-groups", "otpgate", "enroll"));
	terminal_await(&t, TICKET);
	terminal_type(&t, text_format("%s\n", ticket));
	terminal_await(&t, "Code from your app: ");
	terminal_type(&t, "\003");
	(void)terminal_finish(&t);
}

/* ---- the time runs out ---- */

/* The gate's clock is a hundred times as fast: ten minutes are six seconds. */
Test(setup_faults, a_time_out_leaves_no_half_state)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;
	int port = sshd_start(sshd_gate_changed(COMMAND("exec " MACHINE_GATE,
	    "exec faketime -f \"+0 x100\" " MACHINE_GATE)));

	login_open(&l, &u, BY_PASSWORD, port);
	setup_shell(&c, &l);
	channel_await(&c, OFFER);
	channel_await(&c, "came in time");
	channel_finish(&c);
	login_close(&l);
	cr_assert_eq(c.status, GATE_REFUSED);
	cr_assert_str_eq(state_of(&u), "absent");
}

/* ---- a full disk ---- */

#define DIR "/var/lib/otpgate"

Test(setup_faults, a_full_disk_sets_nothing_up_and_lets_the_login_go_on)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	world_break_stopped(
	    "cp -a " DIR " /run/testbed/small; "
	    "mount -t tmpfs -o size=512k,mode=0700 tmpfs " DIR
	    "; chown otpgate:otpgate " DIR "; cp -a /run/testbed/small/. " DIR
	    "; rm -rf /run/testbed/small");
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	run(COMMAND("dd", "if=/dev/zero", "of=" DIR "/fill", "bs=4k"));
	channel_send(&c, text_format("%s\n", user_code(&u)));
	channel_await(&c, "could not be recorded");
	channel_await(&c, SHELL_PROMPT);
	setup_leave(&c);
	login_close(&l);
	cr_assert_eq(unlink(DIR "/fill"), 0);
	cr_assert_str_eq(state_of(&u), "absent");
}

/* ---- otpgated ends between two steps ---- */

Test(setup_faults, otpgated_killed_at_the_question_leaves_all_as_it_was)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	machine_daemon_stop("KILL");
	channel_await(&c, "otpgated was restarted");
	channel_finish(&c);
	login_close(&l);
	cr_assert_eq(c.status, GATE_REFUSED);
	machine_daemon_start(COMMAND("env"));
	cr_assert_str_eq(state_of(&u), "absent");
}

Test(setup_faults, otpgated_killed_behind_the_code_keeps_what_it_said)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	setup_shell(&c, &l);
	setup_scan(&c, OFFER, &u);
	channel_send(&c, text_format("%s\n", user_code(&u)));
	channel_await(&c, "Your recovery codes.");
	machine_daemon_stop("KILL");
	channel_await(&c, SHELL_PROMPT);
	setup_leave(&c);
	login_close(&l);
	machine_daemon_start(COMMAND("env"));
	cr_assert_str_eq(state_of(&u), "good");
	c = ATTEMPT(
	    &u, .how = BY_PASSWORD, .what = IN, .answers = {user_code(&u)});
	expect_in(&c);
}

/* ---- otpgated ends within a step ---- */

#define WRITES_MAX 60 /* of one step: far more than there are */

struct step {
	struct user user;
	struct result (*act)(struct step *s);
	const char *before, *after; /* what show --json has, beside the last */
};

static const char *
number_of(const char *json, const char *key)
{
	const char *at = strstr(json, text_format("\"%s\":", key));

	cr_assert_not_null(at, "no %s in %s", key, json);
	at += strlen(key) + 3;
	at += strspn(at, " ");
	return text_format("%.*s", (int)strspn(at, "0123456789"), at);
}

/* How many devices count, of how many, and how many recovery codes are left. */
static const char *
picture(const struct user *u)
{
	const char *json = show(u);

	return text_format("%s of %zu, %s", number_of(json, "devices"),
	    text_count(json, "\"device\":"), number_of(json, "recovery_left"));
}

/* Kills otpgated at its nth write; false when it has not come to that. */
static bool
act_killed_at(struct step *s, int nth)
{
	pid_t daemon = machine_daemon_pid();
	struct terminal strace;
	bool killed;

	terminal_start(&strace,
	    COMMAND("strace", "-o", "/dev/null", "-e",
		text_format(
		    "inject=pwrite64,fdatasync:signal=KILL:when=%d", nth),
		"-p", text_format("%d", daemon)));
	terminal_await(&strace, "attached");
	killed = s->act(s).status != 0;
	(void)kill(strace.pid, SIGTERM);
	(void)terminal_finish(&strace);
	if (killed) {
		run_await_death(daemon);
		machine_daemon_start(COMMAND("env"));
	}
	return killed;
}

/* At each write of the step, until it comes to its end. */
static void
sweep(struct step *s)
{
	int nth = 1;

	cr_assert_str_eq(picture(&s->user), s->before);
	while (act_killed_at(s, nth)) {
		const char *now = picture(&s->user);

		cr_assert(
		    strcmp(now, s->before) == 0 || strcmp(now, s->after) == 0,
		    "write %d: %s", nth, now);
		if (strcmp(now, s->after) == 0)
			return; /* it was done, and only its answer was lost */
		cr_assert_lt(nth++, WRITES_MAX);
	}
	cr_assert_gt(nth, 1, "it was never killed");
	cr_assert_str_eq(picture(&s->user), s->after);
}

static struct result
act_confirm(struct step *s)
{
	return run(COMMAND(
	    "otpgate", "confirm", s->user.name, user_present_code(&s->user)));
}

Test(setup_faults, killed_at_any_write_of_a_confirmation)
{
	struct step s = {.user = user_new("/bin/bash"),
	    .act = act_confirm,
	    .before = "0 of 1, 0",
	    .after = "1 of 1, 10"};

	user_enroll_pending(&s.user);
	sweep(&s);
}

Test(setup_faults, killed_at_any_write_of_a_renewal)
{
	struct step s = {.user = user_enrolled(),
	    .act = act_confirm,
	    .before = "1 of 2, 10",
	    .after = "1 of 1, 10"};
	struct phone old = s.user.phone;
	struct result r = WITH_CODE(
	    &s.user, user_code(&s.user), "otpgate", "renew", "--json");
	struct channel c;

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	snprintf(s.user.phone.secret, sizeof(s.user.phone.secret), "%s",
	    text_json(r.out->bytes, "secret"));
	s.user.phone.next = 0;
	sweep(&s);
	c = ATTEMPT(&s.user, .what = IN,
	    .answers = {phone_code(&old, phone_step(&old)),
		phone_code(&old, phone_step(&old)),
		phone_code(&old, phone_step(&old))});
	expect_refused(&c, "this code is wrong");
	c = ATTEMPT(&s.user, .what = IN, .answers = {user_code(&s.user)});
	expect_in(&c);
}

/* What a killed try spent was not committed: the same code does again. */
static struct result
act_remove(struct step *s)
{
	return WITH_CODE(&s->user, user_present_code(&s->user), "otpgate",
	    "remove", "--yes");
}

Test(setup_faults, killed_at_any_write_of_a_removal)
{
	struct step s = {.user = user_enrolled(),
	    .act = act_remove,
	    .before = "1 of 1, 10",
	    .after = "0 of 0, 0"};

	sweep(&s);
}

static struct result
act_enroll(struct step *s)
{
	return run(COMMAND("otpgate", "enroll", s->user.name, "--json"));
}

Test(setup_faults, killed_at_any_write_of_an_enrolment)
{
	struct step s = {.user = user_new("/bin/bash"),
	    .act = act_enroll,
	    .before = "0 of 0, 0",
	    .after = "0 of 1, 0"};

	sweep(&s);
}
