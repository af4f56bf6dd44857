/*
 * Trusted keys while something is wrong: otpgated does not answer, the clock is
 * off, the factor is locked, the account has another name.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "world.h"

TestSuite(trust, .init = world_restore, .timeout = 120);

#define KEYS "/usr/libexec/otpgate/keys"
#define CLOCK MACHINE_RUN "/clock"

/* Makes u a key, which root vouches for, from anywhere, as long as may be. */
static void
trust_key(struct user *u)
{
	snprintf(u->key, sizeof(u->key), MACHINE_RUN "/trust-%s", u->name);
	run_fine(COMMAND("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C",
	    "x", "-f", u->key));
	run_fine(COMMAND("otpgate", "trust", text_format("%s.pub", u->key),
	    u->name, "--from", "any"));
}

static struct user
user_trusted(void)
{
	struct user u = user_enrolled();

	trust_key(&u);
	return u;
}

static const char *
fingerprint_of(const struct user *u)
{
	const char *line = run_fine(COMMAND("ssh-keygen", "-l", "-f", u->key));

	line += strcspn(line, " ") + 1;
	return text_format("%.*s", (int)strcspn(line, " "), line);
}

/* What sshd would be handed, and with a site's command behind it. */
static struct result
keys(const struct user *u)
{
	return run(COMMAND(KEYS, u->name, fingerprint_of(u)));
}

static void
expect_nothing(const struct user *u)
{
	struct result r = keys(u);

	cr_assert_eq(r.status, 1);
	cr_assert_str_eq(r.out->bytes, "");
	r = run(COMMAND(
	    KEYS, u->name, fingerprint_of(u), "--then", "/bin/echo", "site's"));
	cr_assert_eq(r.status, 1);
	cr_assert_str_eq(r.out->bytes, "", "the site's speaks neither");
	cr_assert_not(login_works(u, BY_KEY, SSHD_GUARDED));
}

static void
expect_handed(const struct user *u)
{
	struct result r = keys(u);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.out->bytes, "ssh-ed25519 "));
	cr_assert(login_works(u, BY_KEY, SSHD_GUARDED));
}

/* ---- otpgated ---- */

Test(trust, nothing_comes_while_otpgated_does_not_run)
{
	struct user u = user_trusted();
	long from = machine_log_mark();

	machine_daemon_stop("KILL");
	expect_nothing(&u);
	machine_log_await(from, "otpgate-keys", "nobody listens");
	machine_daemon_start(COMMAND("env"));
	expect_handed(&u);
}

Test(trust, nothing_comes_while_otpgated_hangs)
{
	struct user u = user_trusted();
	pid_t pid = machine_daemon_pid();
	struct result r;

	cr_assert_eq(kill(pid, SIGSTOP), 0);
	r = keys(&u);
	cr_assert_eq(kill(pid, SIGCONT), 0);
	cr_assert_eq(r.status, 1);
	cr_assert_str_eq(r.out->bytes, "");
	cr_assert(text_has(r.err->bytes, "the time ran out"));
}

static void
serve_rubbish(int fd)
{
	uint8_t bytes[WIRE_REQUEST_MAX];

	if (peer_receive(fd, bytes, sizeof bytes) > 0)
		(void)peer_send(fd, "rubbish", 7);
}

Test(trust, nothing_comes_of_an_answer_that_is_none)
{
	struct user u = user_trusted();
	pid_t pid;

	machine_daemon_stop("TERM");
	pid = peer_stand_in(serve_rubbish);
	expect_nothing(&u);
	cr_assert_eq(kill(pid, SIGKILL), 0);
}

Test(trust, nothing_comes_of_a_store_that_cannot_be_read)
{
	struct user u = user_trusted();

	world_break_stopped("mv " MACHINE_STORE " " MACHINE_STORE ".away");
	expect_nothing(&u);
	world_break_stopped("mv " MACHINE_STORE ".away " MACHINE_STORE);
	expect_handed(&u);
}

/* ---- names ---- */

Test(trust, nothing_comes_under_another_name)
{
	struct user u = user_trusted(), renamed = u;
	struct result r;

	snprintf(renamed.name, sizeof(renamed.name), "%.30sx", u.name);
	run_fine(COMMAND("usermod", "-l", renamed.name, u.name));
	r = keys(&renamed);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(r.out->bytes, "");
	cr_assert_not(login_works(&renamed, BY_KEY, SSHD_GUARDED));
	run_fine(COMMAND("usermod", "-l", u.name, renamed.name));
	expect_handed(&u);
}

/* ---- time ---- */

/* What otpgated reads as the time, from its next look on. */
static void
clock_set(const char *time)
{
	machine_put(CLOCK, time, 0644);
}

static void
start_with_clock(const char *time)
{
	machine_daemon_stop("TERM");
	clock_set(time);
	machine_daemon_start(COMMAND("env", "TZ=UTC", "FAKETIME_NO_CACHE=1",
	    "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_TIMESTAMP_FILE=" CLOCK,
	    "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1"));
}

Test(trust, nothing_comes_after_its_time)
{
	struct user u = user_trusted();

	expect_handed(&u);
	start_with_clock("+11h");
	cr_assert(text_has(keys(&u).out->bytes, "ssh-ed25519 "));
	clock_set("+12h");
	cr_assert_str_eq(keys(&u).out->bytes, "");
	cr_assert_not(login_works(&u, BY_KEY, SSHD_GUARDED));
}

/* sshd itself is told the time: it has a clock of its own. */
Test(trust, sshd_takes_nothing_after_its_time)
{
	struct user u = user_enrolled();

	start_with_clock("-13h");
	trust_key(&u);
	cr_assert(text_has(keys(&u).out->bytes, "ssh-ed25519 "));
	cr_assert_not(login_works(&u, BY_KEY, SSHD_GUARDED));
}

/* ---- a lock ---- */

/* Tries codes that are wrong, hours apart, until the factor is locked. */
static void
lock(const struct user *u)
{
	enum reason reason = REASON_CODE_WRONG;

	for (int tries = 1; reason == REASON_CODE_WRONG; tries++) {
		clock_set(text_format("+%dh", 10 * tries));
		reason = peer_try(u->uid, u, user_wrong_code(u));
	}
	cr_assert_eq(reason, REASON_LOCKED);
}

Test(trust, a_lock_ends_it)
{
	struct user u;

	run_fine(COMMAND("otpgate", "policy", "set", "trust_max", "8760"));
	run_fine(COMMAND("otpgate", "policy", "set", "window", "10"));
	start_with_clock("+0h");
	u = user_trusted();
	expect_handed(&u);
	lock(&u);
	cr_assert_str_eq(keys(&u).out->bytes, "");
	cr_assert_not(login_works(&u, BY_KEY, SSHD_GUARDED));
	run_fine(COMMAND("otpgate", "unlock", u.name));
	cr_assert_str_eq(keys(&u).out->bytes, "");
	cr_assert_str_eq(
	    run_fine(COMMAND("otpgate", "trust", "list", u.name, "--json")),
	    "[]\n");
}
