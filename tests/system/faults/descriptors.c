/*
 * A kernel that cannot bar descriptors from otpgated's socket (before Linux
 * 6.16): what the processes do that take them over, when they hang or cannot be
 * made.  Here strace makes the kernel say that it is such a one.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/discard.h"
#include "machine.h"
#include "os/local_socket.h"
#include "peer.h"
#include "run.h"
#include "world.h"

TestSuite(descriptors, .init = world_restore, .timeout = 120);

#define OLD "inject=setsockopt:error=ENOPROTOOPT:when=1"

/* What else goes wrong, as strace says it. */
static void
start_old(const char *what)
{
	machine_daemon_stop("TERM");
	machine_daemon_start(COMMAND("strace", "-f", "--seccomp-bpf", "-o",
	    "/dev/null", "-e", OLD, "-e", what));
}

/* A connection of uid whose unread message holds a descriptor. */
static void
send_one(uid_t uid, int fd)
{
	int at = peer_open(uid);

	cr_assert_geq(at, 0);
	cr_assert_eq(socket_send_passed(at, "xy", 2, fd), OK);
	close(at);
}

static void
expect_answer(void)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof bytes);
	int fd = peer_open(SOME_UID);

	cr_assert(peer_send(fd, bytes, size));
	cr_assert_gt(peer_receive(fd, bytes, sizeof bytes), 3);
	close(fd);
}

Test(descriptors, nobody_waits_for_their_end_while_no_process_can_be_made)
{
	int reader, fd;

	start_old("inject=clone,clone3,fork,vfork:error=EAGAIN");
	fd = peer_slow_end(&reader); /* after it, which would have it too */
	send_one(SOME_UID, fd);
	close(fd);
	expect_answer();
}

Test(descriptors, processes_that_hang_are_bounded)
{
	int i, processes;

	start_old("inject=exit_group:delay_enter=30000000");
	for (i = 0; i < 2 * DISCARD_CHILDREN; i++)
		send_one(SOME_UID, STDERR_FILENO);
	expect_answer();
	processes = atoi(run_fine(COMMAND("pgrep", "-c", "-x", "otpgated")));
	cr_assert_eq(processes, 1 + DISCARD_CHILDREN);
}

/* Then nobody is served, and who is to blame stands in the log. */
Test(descriptors, where_all_places_are_taken_root_is_told)
{
	const struct rlimit files = {10000, 10000};
	long from = machine_log_mark();
	int i;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	start_old("inject=clone,clone3,fork,vfork:error=EAGAIN");
	for (i = 0; i < DISCARD_KEPT; i++)
		send_one(SOME_UID, STDERR_FILENO);
	machine_log_await(from, "event=descriptors-full",
	    text_format("pkill -KILL -u %d", SOME_UID));
}
