/*
 * otpgated that does not run, or does not answer: password logins are refused,
 * and keys get in where the drop-in says so.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(outage, .init = world_restore, .timeout = 120);

static void
expect_down(const char *signal)
{
	struct pair p = pair_new();
	long from = machine_log_mark();

	machine_daemon_stop(signal);
	pair_expect_shut(&p, "otpgated does not run");
	machine_log_await(from, "event=gate-fallback",
	    text_format("user=%s ", p.enrolled.name));
	machine_daemon_start(COMMAND("env"));
	pair_expect_served(&p);
}

Test(outage, stopped)
{
	expect_down("TERM");
}

Test(outage, killed)
{
	expect_down("KILL");
}

Test(outage, restricted_keys_stay_restricted_meanwhile)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "command=\"echo only\" ");
	machine_daemon_stop("KILL");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = "id");
	cr_assert_str_eq(c.out->bytes, "only\n");
}

static int
sshd_without_fallback(void)
{
	return sshd_start(
	    sshd_gate_changed(COMMAND(" --fallback=publickey", "")));
}

/* The one exception is the drop-in's own: without it keys are shut out too. */
Test(outage, keys_are_refused_where_the_drop_in_has_no_fallback)
{
	struct user u = user_enrolled();
	int port = sshd_without_fallback();
	struct channel c;

	user_add_key(&u, "");
	machine_daemon_stop("KILL");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_refused(&c, "otpgated does not run");
}

/*
 * The exception is for keys alone: sshd's description can be overwritten by
 * whoever can write a file as the user, and these words say nothing that could
 * be looked up.
 */
static void
expect_forgery_shut(const char *text)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	machine_daemon_stop("KILL");
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	login_forge(&u, text);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_finish(&c);
	expect_refused(&c, "otpgated does not run");
	login_close(&l);
}

Test(outage, a_forged_hostbased_is_shut_out)
{
	expect_forgery_shut("hostbased\n");
}

Test(outage, a_forged_gssapi_is_shut_out)
{
	expect_forgery_shut("gssapi-keyex\n");
}

/* ---- something is there, but no answer ---- */

/*
 * A key gets in at an sshd with the fallback, and not at port, where it is
 * taken out.  All logins at once: each waits as long as a gate waits for
 * otpgated.
 */
static void
expect_no_answer(const struct pair *p, int port, const char *sentence)
{
	const struct {
		enum how how;
		int port;
	} row[] = {{BY_PASSWORD, SSHD_GUARDED}, {BY_KEY, SSHD_GUARDED},
	    {BY_KEY, port}};
	struct login l[3];
	struct channel c[3];
	long from = machine_log_mark();
	size_t i;

	for (i = 0; i < 3; i++) {
		login_open(&l[i], &p->enrolled, row[i].how, row[i].port);
		channel_open(&c[i], &l[i], false);
		channel_ask(&c[i], WANT_COMMAND, IN);
	}
	for (i = 0; i < 3; i++) {
		channel_finish(&c[i]);
		if (i == 1)
			expect_in(&c[i]);
		else
			expect_refused(&c[i], sentence);
		login_close(&l[i]);
	}
	machine_log_await(from, "event=gate-fallback", "otpgated-hung");
}

Test(outage, hung_refuses_passwords_and_lets_keys_in_by_the_fallback)
{
	struct pair p = pair_new();
	int port = sshd_without_fallback();

	cr_assert_eq(kill(machine_daemon_pid(), SIGSTOP), 0);
	expect_no_answer(&p, port, "otpgated does not answer");
	cr_assert_eq(kill(machine_daemon_pid(), SIGCONT), 0);
	pair_expect_served(&p);
}

/* More connections than can wait: the kernel says EAGAIN to the next one. */
Test(outage, a_full_queue_refuses_passwords_and_lets_keys_in)
{
	const struct rlimit files = {10000, 10000};
	struct pair p = pair_new();
	int port = sshd_without_fallback();
	int opened = 0;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	cr_assert_eq(kill(machine_daemon_pid(), SIGSTOP), 0);
	while (peer_knock())
		cr_assert_lt(++opened, 9000, "the queue has no end");
	expect_no_answer(&p, port, "otpgated does not answer");
	cr_assert_eq(kill(machine_daemon_pid(), SIGCONT), 0);
}

/* Root put something else there, or otpgated died in the middle. */
Test(outage, a_connection_that_is_cut_refuses_passwords_and_lets_keys_in)
{
	struct pair p = pair_new();
	int port = sshd_without_fallback();
	pid_t cutter;

	machine_daemon_stop("KILL");
	cutter = peer_cutter();
	expect_no_answer(&p, port, "otpgated ended the connection");
	cr_assert_eq(kill(cutter, SIGKILL), 0);
	run_wait(cutter);
}

Test(outage, a_login_at_the_prompt_ends_when_otpgated_dies)
{
	struct user u = user_enrolled();
	struct terminal t;

	terminal_ssh(&t, &u, SSHD_GUARDED, COMMAND("-t", IN));
	terminal_await(&t, PROMPT);
	machine_daemon_stop("KILL");
	cr_assert_eq(terminal_finish(&t), GATE_REFUSED, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "log in again"), "%s", t.seen->bytes);
}

Test(outage, a_code_that_was_used_is_used_after_a_restart)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *next = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	machine_daemon_stop("KILL");
	machine_daemon_start(COMMAND("env"));
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, next});
	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "this code was used already"));
}

/* Requests that came before the signal are answered, each of them whole. */
Test(outage, stopping_finishes_what_is_under_way)
{
	uint8_t bytes[WIRE_REQUEST_MAX], reply[WIRE_REPLY_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof(bytes));
	int fds[40];
	size_t i, n = sizeof(fds) / sizeof(fds[0]);

	for (i = 0; i < n; i++) {
		fds[i] = peer_open(SOME_UID);
		cr_assert(peer_send(fds[i], bytes, size));
	}
	machine_daemon_stop("TERM");
	for (i = 0; i < n; i++) {
		cr_assert_gt(peer_receive(fds[i], reply, sizeof(reply)), 3,
		    "request %zu", i);
		cr_assert_eq(reply[2], STATUS_OK);
		close(fds[i]);
	}
}

/* A second one would share the store, and know nothing of the first's. */
Test(outage, a_second_otpgated_does_not_start)
{
	struct pair p = pair_new();
	struct result r =
	    run(COMMAND("timeout", "20", "/usr/sbin/otpgated", "-d"));

	cr_assert_eq(r.status, 1, "%s", r.err->bytes);
	pair_expect_served(&p);
}

Test(outage, a_prompt_without_an_answer_ends_at_its_deadline)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	run_fine(COMMAND("otpgate", "policy", "set", "deadline", "10"));
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_finish(&c);
	expect_refused(&c, "no code came in time");
	login_close(&l);
}
