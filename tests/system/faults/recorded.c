/*
 * The record of how a connection logged in, which root's PAM has otpgated
 * remember, where it is lost or cannot be made: sshd's file, the user's own, is
 * not believed in its place.  Each forgery is tried without the word of the
 * gate's line as well, and gets in.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "world.h"

static void
show_processes(void)
{
	run_fine(COMMAND("mount", "-o", "remount,hidepid=0", "/proc"));
}

static void
restore(void)
{
	show_processes();
	world_restore();
}

TestSuite(recorded, .init = restore, .fini = show_processes, .timeout = 120);

/* The same line, of which a failure does not end the login. */
#define RECORD_OPTIONAL "session optional pam_otpgate.so record\n"

/* A session by the password alone, of which sshd's file says it was a key. */
static struct channel
forged_session(struct login *l, const struct user *u)
{
	struct channel c;

	channel_open(&c, l, false);
	login_forge(u, login_key_line(u));
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	return c;
}

/* ---- lost ---- */

static struct channel
session_after_restart(
    const struct user *u, const char *word, const char *signal)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, sshd_start_recording(SSHD_RECORD, word));
	machine_daemon_stop(signal);
	machine_daemon_start(COMMAND("env"));
	c = forged_session(&l, u);
	login_close(&l);
	return c;
}

static void
expect_lost_record_asked(const char *signal)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	c = session_after_restart(&u, SSHD_RECORD_WORD, signal);
	expect_refused(&c, PROMPT);
	c = session_after_restart(&u, "", signal);
	expect_in(&c);
}

Test(recorded, lost_in_a_restart)
{
	expect_lost_record_asked("TERM");
}

Test(recorded, lost_in_a_crash)
{
	expect_lost_record_asked("KILL");
}

/* ---- not made: /proc hides the connection ---- */

static void
hide_processes(void)
{
	run_fine(COMMAND("mount", "-o", "remount,hidepid=2", "/proc"));
}

static struct channel
session_hidden(const struct user *u, const char *line, const char *word)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, sshd_start_recording(line, word));
	c = forged_session(&l, u);
	login_close(&l);
	return c;
}

Test(recorded, not_made_where_proc_hides_processes)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	hide_processes();
	c = session_hidden(&u, RECORD_OPTIONAL, SSHD_RECORD_WORD);
	expect_refused(&c, PROMPT);
	c = session_hidden(&u, RECORD_OPTIONAL, "");
	expect_in(&c);
}

/* The shipped line says so itself, and lets nobody on to the gate. */
Test(recorded, the_shipped_line_refuses_where_it_cannot_be_made)
{
	struct user u = user_enrolled();
	int port = sshd_start_recording(SSHD_RECORD, SSHD_RECORD_WORD);
	long from = machine_log_mark();
	struct channel c;

	user_add_key(&u, "");
	hide_processes();
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	cr_assert_neq(c.status, 0);
	cr_assert_neq(c.status, GATE_REFUSED);
	cr_assert(text_has(c.out->bytes, "could not be recorded"), "%s%s",
	    c.out->bytes, c.err->bytes);
	machine_log_await(
	    from, "event=pam-not-recorded", "reason=connection-unseen");
	show_processes();
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_in(&c);
}

/* ---- otpgated does not run ---- */

/* Root, by the key of u's. */
static struct user
root_by_key_of(const struct user *u)
{
	struct user root = *u;

	(void)snprintf(root.name, sizeof root.name, "root");
	run_fine(COMMAND("install", "-D", "-m", "0600",
	    text_format("%s/.ssh/authorized_keys", u->home),
	    "/root/.ssh/authorized_keys"));
	return root;
}

/*
 * While there is nothing to ask, a key is as good as a forged one; but of root
 * sshd's file is root's own, and somebody must be able to come and mend.
 */
Test(recorded, while_otpgated_is_down_only_roots_key_lets_in)
{
	struct user u = user_enrolled();
	struct user root;
	int port = sshd_start_recording(SSHD_RECORD, SSHD_RECORD_WORD);
	struct channel c;

	user_add_key(&u, "");
	root = root_by_key_of(&u);
	machine_daemon_stop("KILL");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_refused(&c, "otpgated does not run");
	c = ATTEMPT(.user = &u, .port = port, .what = IN);
	expect_refused(&c, "otpgated does not run");
	c = ATTEMPT(.user = &root, .how = BY_KEY, .port = port, .what = IN);
	expect_in(&c);
}

static struct channel
session_while_down(const struct user *u, const char *word)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, sshd_start_recording(SSHD_RECORD, word));
	machine_daemon_stop("KILL");
	c = forged_session(&l, u);
	login_close(&l);
	machine_daemon_start(COMMAND("env"));
	return c;
}

Test(recorded, a_forgery_does_not_get_in_meanwhile)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	c = session_while_down(&u, SSHD_RECORD_WORD);
	expect_refused(&c, "otpgated does not run");
	c = session_while_down(&u, "");
	expect_in(&c);
}
