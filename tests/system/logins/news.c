/*
 * What happened to a factor since the last login: the next one that shows it
 * to a person says so, once.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "login.h"
#include "machine.h"
#include "peer.h"
#include "run.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(news, .timeout = 120);

#define CHANGED "your second factor changed since your last login"

static struct channel
log_in(struct user *u)
{
	const char *code = user_code(u);
	struct channel c = ATTEMPT(.user = u, .what = IN, .answers = {code});

	expect_in(&c);
	return c;
}

/* Words of what was done last, and nothing the time after. */
static void
expect_told_once(struct user *u, const char *words)
{
	struct channel c = log_in(u);

	cr_assert(text_has(c.err->bytes, CHANGED), "%s", c.err->bytes);
	cr_assert(text_has(c.err->bytes, words), "%s", c.err->bytes);
	cr_assert(text_has(c.err->bytes, "tell your administrator"));
	c = log_in(u);
	cr_assert_not(text_has(c.err->bytes, CHANGED), "%s", c.err->bytes);
}

/* otpgate with these words, by u's own process and with u's next code. */
static const char *
change(struct user *u, const char *const words[])
{
	const char *all[10] = {
	    "env", text_format("OTPGATE_CODE=%s", user_code(u)), "otpgate"};
	struct result r;

	for (size_t i = 0; words[i] != NULL; i++)
		all[3 + i] = words[i];
	r = run_as(u->uid, all, "");
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	return r.out->bytes;
}

/* Confirms the device that json is about with the code of so long ago. */
static struct phone
confirm(const struct user *u, const char *json, int64_t ago)
{
	struct phone phone = u->phone;

	snprintf(
	    phone.secret, sizeof phone.secret, "%s", text_json(json, "secret"));
	run_fine(COMMAND("otpgate", "confirm", u->name,
	    phone_code(&phone, phone_step(&phone) - ago)));
	return phone;
}

/* By root, who needs no code. */
static void
add_spare(const struct user *u)
{
	confirm(u,
	    run_fine(COMMAND(
		"otpgate", "enroll", u->name, "--label", "spare", "--json")),
	    0);
}

/* The first one is none: only who has it can log in. */
Test(news, of_a_device_that_was_added)
{
	struct user u = user_enrolled();
	struct channel c = log_in(&u);

	cr_assert_not(text_has(c.err->bytes, CHANGED), "%s", c.err->bytes);
	add_spare(&u);
	expect_told_once(&u, "\notpgate:   a device was added on 20");
}

Test(news, of_a_device_that_was_renewed)
{
	struct user u = user_enrolled();

	u.phone = confirm(&u, change(&u, COMMAND("renew", "app", "--json")), 2);
	u.phone.next = phone_step(&u.phone) - 1;
	expect_told_once(&u, "a device got a new secret on 20");
}

Test(news, of_a_device_that_was_removed)
{
	struct user u = user_enrolled();

	add_spare(&u);
	change(&u, COMMAND("remove", "spare", "--yes"));
	expect_told_once(&u, "a device was removed on 20");
}

/* By whoever has one: the login that uses it is not told of itself. */
Test(news, of_a_recovery_code_that_was_used)
{
	struct user u = user_new("/bin/bash");
	const char *recovery = user_recovery_code(user_enroll(&u));
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {recovery});

	expect_in(&c);
	cr_assert_not(text_has(c.err->bytes, CHANGED));
	expect_told_once(&u, "a recovery code was used on 20");
}

Test(news, of_recovery_codes_that_were_made)
{
	struct user u = user_enrolled();

	change(&u, COMMAND("recovery"));
	expect_told_once(&u, "new recovery codes were made on 20");
}

Test(news, of_a_key_that_was_trusted)
{
	struct user u = user_enrolled();
	const char *path = text_format(MACHINE_RUN "/news-%s", u.name);

	run_fine(COMMAND("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C",
	    "x", "-f", path));
	run_fine(COMMAND("otpgate", "trust", text_format("%s.pub", path),
	    u.name, "--from", "any"));
	expect_told_once(
	    &u, "a key was trusted to log in without a code on 20");
}

/* There has to be something that it gives back. */
static void
unlock(const struct user *u)
{
	cr_assert_eq(
	    peer_try(u->uid, u, user_wrong_code(u)), REASON_CODE_WRONG);
	run_fine(COMMAND("otpgate", "unlock", u->name));
}

Test(news, of_an_unlock)
{
	struct user u = user_enrolled();

	unlock(&u);
	expect_told_once(&u, "an administrator unlocked it on 20");
}

static struct text *
shell_seen(const struct user *u)
{
	static struct terminal t;

	terminal_ssh(
	    &t, u, SSHD_GUARDED, COMMAND("-t", "-oPubkeyAuthentication=no"));
	terminal_await(&t, OFFER);
	terminal_type(&t, "\n");
	terminal_await(&t, SHELL_PROMPT);
	terminal_type(&t, "exit\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	return t.seen;
}

/* It is no factor: nothing is asked for, and a set-up is offered. */
Test(news, of_a_clear_on_a_terminal)
{
	struct user u = user_enrolled();
	struct channel c;

	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	c = ATTEMPT(.user = &u, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
	cr_assert_not(text_has(c.err->bytes, CHANGED), "%s", c.err->bytes);
	cr_assert(text_has(
	    shell_seen(&u)->bytes, "an administrator cleared it on 20"));
	cr_assert_not(text_has(shell_seen(&u)->bytes, CHANGED));
}

/* A program that brings its code gets what it gets without otpgate. */
Test(news, wait_while_programs_bring_their_codes)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c;

	unlock(&u);
	c = ATTEMPT(.user = &u, .what = IN, .code = code);
	expect_in(&c);
	cr_assert_not(text_has(c.err->bytes, CHANGED), "%s", c.err->bytes);
	expect_told_once(&u, "an administrator unlocked it on 20");
}
