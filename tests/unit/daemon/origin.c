#include "daemon/origin.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/os/proc.h"

#define LISTENER 2 /* no process of the test's has that number */
#define GATE 4000000

static struct proc proc;
static struct origins *all;

static void
open_machine(void)
{
	proc_open(&proc);
	PROC(&proc, .pid = LISTENER, .parent = 1, .name = "sshd", .start = 5);
	all = origins_new(proc.path);
	cr_assert_not_null(all);
}

static void
close_machine(void)
{
	origins_free(&all);
	cr_assert_null(all);
	proc_close(&proc);
}

TestSuite(daemon_origin, .init = open_machine, .fini = close_machine);

/* A process that waits; in the test's /proc it is an sshd. */
static pid_t
sshd_start(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	PROC(
	    &proc, .pid = pid, .parent = LISTENER, .name = "sshd", .start = 10);
	return pid;
}

static void
sshd_end(pid_t pid)
{
	cr_assert_eq(kill(pid, SIGKILL), 0);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

/* The origin of a gate below that sshd. */
static struct origin *
from(pid_t sshd, uint32_t uid)
{
	PROC(&proc, .pid = GATE, .parent = sshd, .name = "gate", .uid = uid);
	return origin_of(all, GATE, uid);
}

Test(daemon_origin, two_sessions_of_one_connection_are_one)
{
	pid_t sshd = sshd_start(), other = sshd_start();
	struct origin *one = from(sshd, 1000);

	cr_assert_not_null(one);
	cr_expect_not(one->offered);
	one->offered = true;
	cr_expect(from(sshd, 1000)->offered);
	cr_expect_not(from(other, 1000)->offered, "another connection");
	cr_expect_not(from(sshd, 1001)->offered, "another user");
	cr_expect(from(sshd, 1000)->offered);
	sshd_end(sshd);
	sshd_end(other);
}

Test(daemon_origin, a_code_on_one_counts_there_alone)
{
	pid_t sshd = sshd_start(), other = sshd_start();

	origin_verify(all, from(sshd, 1000));
	cr_expect(from(sshd, 1000)->verified);
	cr_expect_not(from(other, 1000)->verified, "another connection");
	cr_expect_not(from(sshd, 1001)->verified, "another user");
	origins_settle(all, true);
	cr_expect(from(sshd, 1000)->verified);
	origins_settle(all, false);
	cr_expect(from(sshd, 1000)->verified, "that was another turn");
	sshd_end(sshd);
	cr_expect_null(from(sshd, 1000));
	sshd_end(other);
}

Test(daemon_origin, a_code_that_was_not_committed_does_not_count)
{
	pid_t sshd = sshd_start();

	origin_verify(all, from(sshd, 1000));
	origins_settle(all, false);
	cr_expect_not(from(sshd, 1000)->verified);
	sshd_end(sshd);
}

Test(daemon_origin, is_found_only_where_something_is_known)
{
	pid_t sshd = sshd_start();

	PROC(&proc, .pid = GATE, .parent = sshd, .name = "gate", .uid = 1000);
	cr_expect_null(origin_find(all, GATE, 1000));
	cr_assert_not_null(origin_of(all, GATE, 1000));
	cr_expect_not_null(origin_find(all, GATE, 1000));
	cr_expect_null(origin_find(all, GATE, 1001));
	sshd_end(sshd);
	cr_expect_null(origin_find(all, GATE, 1000));
}

Test(daemon_origin, what_was_told_last_is_remembered)
{
	pid_t sshd = sshd_start();

	cr_expect_null(from(sshd, 1000)->told);
	cr_assert_eq(origin_tell(from(sshd, 1000), "password\n"), OK);
	cr_assert_eq(origin_tell(from(sshd, 1000), ""), OK);
	cr_expect_str_eq(from(sshd, 1000)->told, "");
	sshd_end(sshd);
}

/* Its number may be somebody else's at once. */
Test(daemon_origin, is_forgotten_when_its_sshd_ends)
{
	pid_t sshd = sshd_start();

	from(sshd, 1000)->offered = true;
	sshd_end(sshd);
	cr_expect_null(from(sshd, 1000), "nobody has the number");
	cr_expect_null(from(sshd, 1000), "nor was it remembered");
}

Test(daemon_origin, of_another_start_is_another)
{
	pid_t sshd = sshd_start();

	from(sshd, 1000)->offered = true;
	PROC(&proc, .pid = sshd, .parent = LISTENER, .name = "sshd",
	    .start = 11);
	cr_expect_not(from(sshd, 1000)->offered);
	sshd_end(sshd);
}

Test(daemon_origin, that_cannot_be_seen_is_none)
{
	cr_expect_null(from(3999999, 1000));
	cr_expect_null(origin_of(all, 3999998, 1000));
}

Test(daemon_origin, a_user_with_many_drives_out_his_own)
{
	pid_t sshd[ORIGINS_USER + 1], other = sshd_start();

	from(other, 1001)->offered = true;
	for (size_t i = 0; i < ORIGINS_USER + 1; i++) {
		sshd[i] = sshd_start();
		from(sshd[i], 1000)->offered = true;
	}
	cr_expect(from(other, 1001)->offered);
	cr_expect(from(sshd[ORIGINS_USER], 1000)->offered);
	cr_expect_not(from(sshd[0], 1000)->offered, "the oldest gave way");
	for (size_t i = 0; i < ORIGINS_USER + 1; i++)
		sshd_end(sshd[i]);
	sshd_end(other);
}

/* Whoever has no code can come by many: they drive out each other. */
Test(daemon_origin, one_with_a_code_gives_way_last)
{
	pid_t first = sshd_start(), sshd[ORIGINS_USER + 1];

	origin_verify(all, from(first, 1000));
	origins_settle(all, true);
	for (size_t i = 0; i < ORIGINS_USER + 1; i++) {
		sshd[i] = sshd_start();
		cr_assert_eq(
		    origin_tell(from(sshd[i], 1000), "password\n"), OK);
	}
	cr_expect(from(first, 1000)->verified);
	cr_expect_null(from(sshd[0], 1000)->told, "the oldest without");
	for (size_t i = 0; i < ORIGINS_USER + 1; i++)
		sshd_end(sshd[i]);
	sshd_end(first);
}
