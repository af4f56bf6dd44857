/*
 * Clients of an otpgated that does not run or does not answer: those that
 * leave while their gate waits for it, and those that speak sftp.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sftp.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(clients, .init = world_restore, .timeout = 120);

/* ---- who leaves ---- */

static int taken[2]; /* a pipe: a byte for each request */

/* Takes requests, and answers none. */
static void
swallow(int fd)
{
	char bytes[WIRE_REQUEST_MAX];

	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		cr_assert_eq(write(taken[1], "", 1), 1);
}

/* The gate of a login that waits for an answer that never comes. */
struct waiting {
	struct user user;
	struct terminal client;
	pid_t gate, stand_in;
	long from; /* in the log */
};

static struct waiting
start_waiting(const char *option)
{
	struct waiting w = {.user = user_enrolled()};
	char byte;

	machine_daemon_stop("KILL");
	cr_assert_eq(pipe(taken), 0);
	w.stand_in = peer_stand_in(swallow);
	w.from = machine_log_mark();
	terminal_ssh(&w.client, &w.user, SSHD_GUARDED, COMMAND(option, IN));
	cr_assert_eq(read(taken[0], &byte, 1), 1);
	w.gate = user_gate(&w.user);
	return w;
}

static void
end_waiting(struct waiting *w)
{
	run_await_death(w->gate);
	(void)terminal_finish(&w->client);
	cr_assert_eq(kill(w->stand_in, SIGKILL), 0);
	(void)run_wait(w->stand_in);
}

/* No signal comes there: only the pipes tell. */
Test(clients, one_without_a_terminal_that_leaves_ends_its_gate)
{
	struct waiting w = start_waiting("-T");

	cr_assert_eq(kill(w.client.pid, SIGKILL), 0);
	machine_log_await(
	    w.from, text_format("user=%s ", w.user.name), "reason=client-gone");
	end_waiting(&w);
}

/* Whatever the gate logged stands before a line that comes after its end. */
static void
expect_not_waited(const struct waiting *w)
{
	static const char mark[] = "the gate has ended";

	run_fine(COMMAND("logger", mark));
	machine_log_await(w->from, mark, "");
	cr_assert_not(
	    text_has(machine_log_since(w->from), "otpgated-unreachable"));
}

Test(clients, a_hang_up_ends_a_gate_that_waits_for_otpgated)
{
	struct waiting w = start_waiting("-tt");

	terminal_hang_up(&w.client);
	end_waiting(&w);
	expect_not_waited(&w);
}

Test(clients, one_with_a_terminal_that_is_killed_ends_its_gate)
{
	struct waiting w = start_waiting("-tt");

	cr_assert_eq(kill(w.client.pid, SIGKILL), 0);
	end_waiting(&w);
	expect_not_waited(&w);
}

/* The gate of u, as soon as there is one. */
static void
await_gate(const struct user *u)
{
	while (run(COMMAND("pgrep", "-u", u->name, "-x", "gate")).status != 0)
		;
}

Test(clients, one_that_leaves_while_the_queue_is_full_ends_its_gate)
{
	const struct rlimit files = {10000, 10000};
	struct user u = user_enrolled();
	long from = machine_log_mark();
	struct terminal t;
	int opened = 0;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	cr_assert_eq(kill(machine_daemon_pid(), SIGSTOP), 0);
	while (peer_knock())
		cr_assert_lt(++opened, 9000, "the queue has no end");
	terminal_ssh(&t, &u, SSHD_GUARDED, COMMAND("-T", IN));
	await_gate(&u);
	cr_assert_eq(kill(t.pid, SIGKILL), 0);
	machine_log_await(
	    from, text_format("user=%s ", u.name), "reason=client-gone");
	(void)terminal_finish(&t);
	cr_assert_eq(kill(machine_daemon_pid(), SIGCONT), 0);
}

/* ---- who speaks sftp ---- */

Test(clients, sftp_is_told_that_otpgated_does_not_run)
{
	struct user u = user_enrolled();
	const char *said;

	machine_daemon_stop("TERM");
	said = sftp_by_libssh(&u, BY_PASSWORD, SSHD_GUARDED);
	cr_assert(text_has(said, "otpgated does not run"), "%s", said);
}

/* A verdict, and not the gate's own refusal. */
Test(clients, sftp_is_told_what_is_wrong_with_the_policy)
{
	struct user u = user_enrolled();
	const char *said;

	world_break_stopped("echo 'nonsense = ;' >" MACHINE_POLICY);
	said = sftp_by_libssh(&u, BY_PASSWORD, SSHD_GUARDED);
	cr_assert(text_has(said, "otpgate.conf"), "%s", said);
}
