/*
 * A disk that is full or fails at the commit: the code opens nothing, and it
 * is not spent.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"
#include "terminal.h"
#include "world.h"

TestSuite(disk, .init = world_restore, .timeout = 120);

#define DIR "/var/lib/otpgate"

/* A file system of half a megabyte under the store. */
static void
small_disk(void)
{
	world_break_stopped(
	    "cp -a " DIR " /run/testbed/small; "
	    "mount -t tmpfs -o size=512k,mode=0700 tmpfs " DIR
	    "; chown otpgate:otpgate " DIR "; cp -a /run/testbed/small/. " DIR
	    "; rm -rf /run/testbed/small");
}

Test(disk, that_is_full_refuses_and_loses_nothing)
{
	struct pair p = pair_new();
	const char *code;
	struct channel c;

	small_disk();
	run(COMMAND("dd", "if=/dev/zero", "of=" DIR "/fill", "bs=4k"));
	code = user_code(&p.enrolled);
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	expect_refused(&c, "could not be recorded");
	c = ATTEMPT(.user = &p.enrolled, .how = BY_KEY, .what = IN);
	expect_in(&c);
	/* With room again the same code opens, without a restart. */
	cr_assert_eq(unlink(DIR "/fill"), 0);
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(disk, that_is_full_refuses_an_enrolment)
{
	struct user u = user_new("/bin/bash");
	struct result r;

	small_disk();
	run(COMMAND("dd", "if=/dev/zero", "of=" DIR "/fill", "bs=4k"));
	r = run(COMMAND("otpgate", "enroll", u.name, "--json"));
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert_not(text_has(r.out->bytes, "secret"));
	cr_assert_eq(unlink(DIR "/fill"), 0);
	user_enroll(&u);
}

/* Makes a system call of otpgated fail from now on, until strace ends. */
static void
inject(struct terminal *strace, const char *what)
{
	terminal_start(strace,
	    COMMAND("strace", "-o", "/dev/null", "-e",
		text_format("inject=%s", what), "-p",
		text_format("%d", machine_daemon_pid())));
	terminal_await(strace, "attached");
}

static void
expect_refused_under(const char *what)
{
	struct pair p = pair_new();
	const char *code = user_code(&p.enrolled);
	struct terminal strace;
	struct channel c;
	long from = machine_log_mark();

	inject(&strace, what);
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	cr_assert_eq(kill(strace.pid, SIGTERM), 0);
	terminal_finish(&strace);
	expect_refused(&c, "could not be recorded");
	machine_log_await(from, "event=commit-failed", "");
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(disk, that_fails_at_fdatasync)
{
	expect_refused_under("fdatasync:error=EIO");
}

Test(disk, that_fails_at_a_write)
{
	expect_refused_under("pwrite64:error=EIO");
}

Test(disk, that_has_no_room_at_a_write)
{
	expect_refused_under("pwrite64:error=ENOSPC");
}
