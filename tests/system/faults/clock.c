/*
 * The clock of the machine, set by faketime(1) while otpgated runs: set back,
 * ahead and right again; and which codes count, with the clock held still.
 */
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "world.h"

#define CLOCK MACHINE_RUN "/clock"
#define NOON 1893499200 /* 2030-01-01 12:00:00 UTC, the begin of a step */

/* What otpgated reads as the time, from its next look on. */
static void
clock_set(const char *time)
{
	machine_put(CLOCK, time, 0644);
}

static void
restore_with_clock(void)
{
	world_restore();
	machine_daemon_stop("TERM");
	clock_set("+0");
	machine_daemon_start(COMMAND("env", "TZ=UTC", "FAKETIME_NO_CACHE=1",
	    "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_TIMESTAMP_FILE=" CLOCK,
	    "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1"));
}

TestSuite(clock, .init = restore_with_clock, .timeout = 120);

/* The code of a phone whose clock is so many steps from the true time. */
static const char *
code_at(const struct user *u, int64_t steps)
{
	return phone_code(&u->phone, phone_step(&u->phone) + steps);
}

#define HOUR 120 /* steps */

/* ---- which codes count ---- */

/* Whether a code of that step counts at noon, for somebody new. */
static bool
counts_at_noon(int step)
{
	struct user u = user_new("/bin/bash");
	const char *code;
	struct channel c;

	/* Confirmed long ago, so that no step near noon is spent. */
	clock_set("2030-01-01 11:00:00");
	user_enroll_pending(&u);
	run_fine(COMMAND("otpgate", "confirm", u.name,
	    phone_code(&u.phone, NOON / 30 - HOUR)));
	clock_set("2030-01-01 12:00:10");
	code = phone_code(&u.phone, NOON / 30 + step);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	if (c.status == 0)
		return true;
	expect_refused(&c, "this code is wrong");
	return false;
}

Test(clock, by_default_one_step_before_and_one_after_count)
{
	run_fine(COMMAND("otpgate", "policy", "set", "window", "1"));
	cr_assert_not(counts_at_noon(-2));
	cr_assert(counts_at_noon(-1));
	cr_assert(counts_at_noon(0));
	cr_assert(counts_at_noon(1));
	cr_assert_not(counts_at_noon(2));
}

Test(clock, without_window_and_lookahead_only_the_present_step_counts)
{
	run_fine(COMMAND("otpgate", "policy", "set", "window", "0"));
	run_fine(COMMAND("otpgate", "policy", "set", "lookahead", "0"));
	cr_assert_not(counts_at_noon(-1));
	cr_assert(counts_at_noon(0));
	cr_assert_not(counts_at_noon(1));
}

/* ---- a clock that is wrong ---- */

Test(clock, set_back_used_codes_stay_used)
{
	struct pair p = pair_new();
	struct user *u = &p.enrolled;
	const char *code = user_code(u);
	struct channel c = ATTEMPT(.user = u, .what = IN, .answers = {code});

	expect_in(&c);
	clock_set("-3600");
	c = ATTEMPT(.user = u, .what = IN, .answers = {code_at(u, -HOUR)});
	expect_refused(&c, "the clock of this machine was ahead");
	clock_set("+0");
	pair_expect_served(&p);
}

Test(clock, set_back_does_not_shut_out_others)
{
	struct user u = user_new("/bin/bash");
	struct channel c;
	const char *code;

	clock_set("-3600");
	user_enroll_pending(&u);
	run_fine(COMMAND("otpgate", "confirm", u.name, code_at(&u, -HOUR - 1)));
	code = code_at(&u, -HOUR);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
}

/*
 * Who logged in while it was ahead has spent the steps of that hour: he is
 * told so, and has his recovery codes.  Nobody else is touched.
 */
Test(clock, ahead_and_right_again_says_when_and_takes_a_recovery_code)
{
	struct pair p = pair_new();
	struct user u = user_new("/bin/bash");
	const char *recovery = user_recovery_code(user_enroll(&u));
	const char *code;
	struct channel c;

	clock_set("+3600");
	code = code_at(&u, HOUR);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	clock_set("+0");
	code = code_at(&u, 0);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, recovery});
	cr_assert(text_has(c.err->bytes, "the clock of this machine was ahead"),
	    "%s", c.err->bytes);
	expect_in(&c);
	pair_expect_served(&p);
}

/* Root says that it was wrong: the present opens, and nothing twice. */
Test(clock, ahead_and_right_again_unlock_lets_the_present_open)
{
	struct user u = user_enrolled();
	const char *ahead, *code;
	struct channel c;

	clock_set("+3600");
	ahead = code_at(&u, HOUR);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {ahead});
	expect_in(&c);
	clock_set("+0");
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code_at(&u, 0)});
	expect_refused(&c, "otpgate unlock USER --clock");
	run_fine(COMMAND("otpgate", "unlock", u.name, "--clock"));
	cr_assert(
	    text_has(run_fine(COMMAND("otpgate", "unlock", u.name, "--clock")),
		"Nothing changed"));
	code = code_at(&u, 0);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	clock_set("+3600");
	c = ATTEMPT(.user = &u, .what = IN, .answers = {ahead});
	expect_refused(&c, "this code was used already");
	clock_set("+0");
}

/* A budget that was spent in the future fills as if it were spent now. */
Test(clock, ahead_and_right_again_does_not_freeze_the_brake)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u), *code;
	struct channel c;
	int i;

	clock_set("+86400000"); /* 1000 days */
	for (i = 0; i < 4; i++)
		c = ATTEMPT(.user = &u, .what = IN,
		    .answers = {wrong, wrong, wrong});
	clock_set("+0");
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, code, code});
	expect_refused(&c, "too many wrong codes; try again in ");
	cr_assert_not(text_has(c.err->bytes, "day"), "%s", c.err->bytes);
	/* Four hours later it goes on. */
	clock_set("+14400");
	code = code_at(&u, 4 * HOUR);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
}

/* ---- the lock ---- */

/* Wrong codes day after day, each day's budget of them, by u's own process. */
static void
guess_for_days(const struct user *u, int days)
{
	const char *wrong = user_wrong_code(u);
	int day, i;

	for (day = 1; day <= days; day++) {
		clock_set(text_format("+%dd", day));
		for (i = 0; i < 6; i++)
			cr_assert_eq(peer_try(u->uid, u, wrong),
			    REASON_CODE_WRONG, "day %d, try %d", day, i);
	}
}

#define DAY (24 * HOUR)
#define LOCKED_AFTER 10 /* days: 300 units */

static struct user
user_locked(const char **recovery)
{
	struct user u = user_new("/bin/bash");

	*recovery = user_recovery_code(user_enroll(&u));
	guess_for_days(&u, LOCKED_AFTER);
	clock_set(text_format("+%dd", LOCKED_AFTER + 1));
	return u;
}

Test(clock, guesses_of_many_days_lock_until_a_recovery_code)
{
	const char *recovery, *code;
	struct user u = user_locked(&recovery);
	struct channel c;

	code = code_at(&u, (LOCKED_AFTER + 1) * DAY);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, recovery});
	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "your second factor is locked"), "%s",
	    c.err->bytes);
	c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {code_at(&u, (LOCKED_AFTER + 1) * DAY + 1)});
	expect_in(&c);
}

Test(clock, guesses_of_many_days_lock_until_unlock)
{
	const char *recovery;
	struct user u = user_locked(&recovery);
	struct channel c;

	cr_assert(
	    text_has(run_fine(COMMAND("otpgate", "show", u.name)), "Locked"));
	run_fine(COMMAND("otpgate", "unlock", u.name));
	c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {code_at(&u, (LOCKED_AFTER + 1) * DAY)});
	expect_in(&c);
}

/* A connection from 127.0.9.1: a network in which nobody ever succeeded. */
static int
connect_from_elsewhere(void)
{
	struct sockaddr_in from = {.sin_family = AF_INET,
	    .sin_addr = {htonl(INADDR_LOOPBACK + 0x900)}};
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(SSHD_GUARDED),
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_geq(fd, 0);
	cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

/* The factor locked, and far more wrong recovery codes than are counted. */
Test(clock, a_thief_keeps_no_recovery_code_from_opening_anywhere)
{
	const char *recovery, *wrong;
	struct user u = user_locked(&recovery);
	struct login l;
	struct channel c;
	int fd;

	wrong =
	    text_format("%s%s", recovery[0] == 'A' ? "B" : "A", recovery + 1);
	for (int i = 0; i < 5; i++)
		cr_assert_eq(peer_try(u.uid, &u, wrong), REASON_CODE_WRONG);
	for (int i = 0; i < 20; i++)
		cr_assert_eq(
		    peer_try(u.uid, &u, wrong), REASON_RECOVERY_BRAKED);
	fd = connect_from_elsewhere();
	login_open_on(&l, &u, fd);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_send(&c, text_format("%s\n%s\n", wrong, recovery));
	channel_finish(&c);
	expect_in(&c);
	cr_assert(
	    text_has(c.err->bytes, "a right one opens"), "%s", c.err->bytes);
	login_close(&l);
	(void)close(fd); /* libssh leaves a socket that it was given */
	c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {code_at(&u, (LOCKED_AFTER + 1) * DAY)});
	expect_in(&c);
}
