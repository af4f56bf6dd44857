#include "daemon/origin.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/prctl.h>
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
		/* A case that fails leaves nothing behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
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

	origin_verify(all, from(sshd, 1000), 0);
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

	origin_verify(all, from(sshd, 1000), 0);
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
	cr_assert_eq(origin_tell(from(sshd, 1000), "key\n", true), OK);
	cr_assert_eq(origin_tell(from(sshd, 1000), "", false), OK);
	cr_expect_str_eq(from(sshd, 1000)->told, "");
	cr_expect_not(from(sshd, 1000)->keyed);
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

/* ---- who gives way when there are as many as can be ---- */

/*
 * One process is all of them, as each has a start of its own: this many are
 * quickly made.
 */
static pid_t crowd;

static void
come_by(uint64_t start, uint32_t uid)
{
	PROC(&proc, .pid = crowd, .parent = LISTENER, .name = "sshd",
	    .start = start);
	PROC(&proc, .pid = GATE, .parent = crowd, .name = "gate", .uid = uid);
}

static void
record(uint64_t start, uint32_t uid, bool keyed)
{
	come_by(start, uid);
	cr_assert_eq(
	    origin_tell(origin_of(all, GATE, uid), "a b\n", keyed), OK);
}

static void
record_many(uint64_t first, uint64_t count, uint32_t uid, bool keyed)
{
	for (uint64_t i = 0; i < count; i++)
		record(first + i, uid, keyed);
}

static bool
is_recorded(uint64_t start, uint32_t uid)
{
	const struct origin *o;

	come_by(start, uid);
	o = origin_find(all, GATE, uid);
	return o != NULL && o->told != NULL;
}

#define FIRST 1000 /* start of a crowd's first one */

/* The password alone is enough for that: it must not reach anybody else. */
Test(daemon_origin, a_crowd_of_one_user_drives_out_its_own)
{
	crowd = sshd_start();
	record(10, 1001, false);
	record_many(FIRST, ORIGINS_MAX + 1, 1000, false);
	cr_expect(is_recorded(10, 1001));
	cr_expect(is_recorded(FIRST + ORIGINS_MAX, 1000));
	cr_expect_not(is_recorded(FIRST, 1000), "the oldest gave way");
	cr_expect_not(is_recorded(FIRST + 1, 1000), "and the next");
	cr_expect(is_recorded(FIRST + 2, 1000));
	record(11, 1002, false);
	cr_expect(is_recorded(10, 1001), "the oldest of all");
	cr_expect(is_recorded(11, 1002));
	cr_expect_not(is_recorded(FIRST + 2, 1000));
	sshd_end(crowd);
}

Test(daemon_origin, a_code_counts_for_twelve_hours)
{
	struct origin *at;

	crowd = sshd_start();
	record(10, 1000, false);
	at = origin_find(all, GATE, 1000);
	cr_expect_not(origin_verified(at, 100));
	origin_verify(all, at, 100);
	origins_settle(all, true);
	cr_expect(origin_verified(at, 100 + ORIGIN_VERIFIED - 1));
	cr_expect_not(origin_verified(at, 100 + ORIGIN_VERIFIED));
	/* One that was not committed does not make an old one count again. */
	origin_verify(all, at, 100 + ORIGIN_VERIFIED);
	cr_expect(origin_verified(at, 100 + ORIGIN_VERIFIED));
	origins_settle(all, false);
	cr_expect_not(origin_verified(at, 100 + ORIGIN_VERIFIED));
	sshd_end(crowd);
}

Test(daemon_origin, a_crowd_by_password_spares_code_and_key)
{
	crowd = sshd_start();
	record(10, 1000, false);
	origin_verify(all, origin_find(all, GATE, 1000), 0);
	origins_settle(all, true);
	record(11, 1000, true);
	record_many(FIRST, ORIGINS_MAX, 1000, false);
	cr_expect(is_recorded(10, 1000));
	cr_expect(origin_find(all, GATE, 1000)->verified);
	cr_expect(is_recorded(11, 1000));
	cr_expect_not(is_recorded(FIRST, 1000), "the oldest of the others");
	cr_expect_not(is_recorded(FIRST + 1, 1000));
	sshd_end(crowd);
}

/* Whoever has driven it out is not taken for it: it is as if never told. */
Test(daemon_origin, one_that_gave_way_comes_back_untold)
{
	const struct origin *back;

	crowd = sshd_start();
	record_many(FIRST, ORIGINS_MAX + 1, 1000, true);
	come_by(FIRST, 1000);
	back = origin_of(all, GATE, 1000);
	cr_assert_not_null(back);
	cr_expect_null(back->told);
	cr_expect_not(back->keyed);
	sshd_end(crowd);
}
