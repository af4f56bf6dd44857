/*
 * An otpgated that hangs, and what watches it: it tells by sd_notify(3)'s
 * protocol that it lives, and stops telling where it is stopped or its disk
 * stalls.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "machine.h"
#include "peer.h"
#include "run.h"
#include "terminal.h"
#include "world.h"

TestSuite(hang, .init = world_restore, .timeout = 120);

#define WATCH MACHINE_RUN "/notify"
#define SECONDS 2 /* after which it counts as hung, in these cases */

/* Starts it with somebody who watches; the socket of that. */
static int
start_watched(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = WATCH};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)unlink(WATCH);
	cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	cr_assert_eq(chmod(WATCH, 0777), 0);
	machine_daemon_stop("TERM");
	machine_daemon_start(COMMAND("env", "NOTIFY_SOCKET=" WATCH,
	    text_format("WATCHDOG_USEC=%d000000", SECONDS)));
	return fd;
}

/* The next word that comes within so many seconds, or "". */
static const char *
told(int fd, int seconds)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	static char said[64];
	ssize_t n;

	if (poll(&p, 1, seconds * 1000) != 1)
		return "";
	n = recv(fd, said, sizeof said - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	return said;
}

/* It was at work as it was stopped: what it had said before goes. */
static void
forget_said(int fd)
{
	while (*told(fd, 0) != '\0')
		;
}

Test(hang, one_that_lives_says_so_and_one_that_is_stopped_does_not)
{
	int fd = start_watched(), i;
	pid_t pid = machine_daemon_pid();

	cr_assert_str_eq(told(fd, SECONDS), "READY=1");
	for (i = 0; i < 3; i++)
		cr_assert_str_eq(told(fd, SECONDS), "WATCHDOG=1");
	cr_assert_eq(kill(pid, SIGSTOP), 0);
	forget_said(fd);
	cr_assert_str_eq(told(fd, 2 * SECONDS), "");
	cr_assert_eq(kill(pid, SIGCONT), 0);
	cr_assert_str_eq(told(fd, SECONDS), "WATCHDOG=1");
	machine_daemon_stop("TERM");
	for (i = 0; i < 9; i++)
		if (strcmp(told(fd, 0), "STOPPING=1") == 0)
			break;
	cr_assert_lt(i, 9);
}

/* ---- a disk that stalls ---- */

/* From now on each fdatasync takes that long, until strace ends. */
static void
stall(struct terminal *strace, int seconds)
{
	terminal_start(strace,
	    COMMAND("strace", "-o", "/dev/null", "-e",
		text_format("inject=fdatasync:delay_enter=%d000000", seconds),
		"-p", text_format("%d", machine_daemon_pid())));
	terminal_await(strace, "attached");
}

/* A request that has to be written; nobody waits for its answer. */
static int
send_enrolment(void)
{
	struct wire_enroll_request enroll = {.uid = SOME_UID};
	uint8_t bytes[WIRE_REQUEST_MAX];
	struct writer w;
	int fd = peer_open(0);

	writer_init(&w, bytes, sizeof bytes);
	put_request_header(&w, VERB_enroll);
	put_enroll_request(&w, &enroll);
	cr_assert(peer_send(fd, bytes, w.used));
	return fd;
}

static int
send_login_by_key(void)
{
	struct wire_login_request login = peer_login(SOME_UID, "");
	uint8_t bytes[WIRE_REQUEST_MAX];
	struct writer w;
	int fd = peer_open(0);

	(void)text_copy(login.methods, sizeof login.methods, "publickey");
	writer_init(&w, bytes, sizeof bytes);
	put_request_header(&w, VERB_login);
	put_login_request(&w, &login);
	cr_assert(peer_send(fd, bytes, w.used));
	return fd;
}

static bool
has_answer(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

Test(hang, a_stalled_commit_holds_no_answer_up_that_needs_none)
{
	uint8_t bytes[WIRE_REPLY_MAX];
	struct terminal strace;
	int writes, passes;

	stall(&strace, 8);
	cr_assert_eq(kill(machine_daemon_pid(), SIGSTOP), 0);
	writes = send_enrolment();
	passes = send_login_by_key();
	cr_assert_eq(kill(machine_daemon_pid(), SIGCONT), 0);
	cr_assert_gt(peer_receive(passes, bytes, sizeof bytes), 3);
	cr_assert_not(has_answer(writes));
	cr_assert_gt(peer_receive(writes, bytes, sizeof bytes), 3);
	cr_assert_eq(kill(strace.pid, SIGTERM), 0);
	terminal_finish(&strace);
}

Test(hang, a_stalled_commit_is_no_sign_of_life)
{
	int fd = start_watched();
	struct terminal strace;

	stall(&strace, 3 * SECONDS);
	close(send_enrolment());
	while (strcmp(told(fd, 2 * SECONDS), "") != 0)
		;
	cr_assert_eq(kill(strace.pid, SIGTERM), 0);
	terminal_finish(&strace);
}

/* Who comes later finds the loop waiting for the disk. */
Test(hang, a_stalled_commit_lets_keys_in_by_the_fallback)
{
	struct pair p = pair_new();
	struct terminal strace;
	struct channel c;
	long from = machine_log_mark();

	stall(&strace, 60);
	close(send_enrolment());
	c = ATTEMPT(.user = &p.enrolled, .how = BY_KEY, .what = IN);
	expect_in(&c);
	machine_log_await(from, "event=gate-fallback", "otpgated-hung");
	cr_assert_eq(kill(strace.pid, SIGTERM), 0);
	terminal_finish(&strace);
}
