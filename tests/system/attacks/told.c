/*
 * sshd's description of a login is a file of the user's own, one for all
 * sessions of a connection: what becomes of it between two of them.  A line of
 * PAM's session phase has root record it, and a word of the gate's line has the
 * gate believe nothing else; each forgery is tried without that word as well.
 */
#include <criterion/criterion.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(told, .timeout = 120);

static int
start(bool guarded)
{
	return sshd_start_recording(
	    SSHD_RECORD, guarded ? SSHD_RECORD_WORD : "");
}

static struct channel
session(struct login *l)
{
	struct channel c;

	channel_open(&c, l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	return c;
}

/* Two sessions of one connection: a command between them spoils the file. */
static struct channel
second_session(const struct user *u, enum how how, int port, const char *spoil)
{
	struct login l;
	struct channel c;
	struct result r;

	login_open(&l, u, how, port);
	(void)session(&l);
	r = run_as(u->uid,
	    COMMAND("sh", "-e", "-c",
		text_format("f=$(ls -t $(find /tmp -maxdepth 1 -name "
			    "'sshauth.*' -user %u) | head -n 1); cd %s; %s",
		    (unsigned int)u->uid, u->home, spoil)),
	    NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	c = session(&l);
	login_close(&l);
	return c;
}

/* A user with the password alone, in whose list a key stands. */
static void
expect_password_asked(const char *spoil, bool works_without)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	user_put(&u, "forged", login_key_line(&u));
	c = second_session(&u, BY_PASSWORD, start(true), spoil);
	expect_refused(&c, PROMPT);
	c = second_session(&u, BY_PASSWORD, start(false), spoil);
	if (works_without)
		expect_in(&c);
	else
		expect_refused(&c, PROMPT);
}

Test(told, forged_by_somebody_who_has_the_password)
{
	expect_password_asked("cat forged >\"$f\"", true);
}

Test(told, replaced_by_somebody_who_has_the_password)
{
	expect_password_asked(
	    "rm \"$f\"; cp forged \"$f\"; chmod 600 \"$f\"", true);
}

Test(told, removed_by_somebody_who_has_the_password)
{
	expect_password_asked("rm \"$f\"", false);
}

Test(told, replaced_by_a_link)
{
	expect_password_asked("rm \"$f\"; ln -s forged \"$f\"", false);
}

/* The key of the login is bound; the file then names one that is not. */
Test(told, forged_by_somebody_whose_key_is_bound)
{
	struct user u = user_enrolled();
	const char *spoil = "cat forged >\"$f\"";
	struct user free = u;
	struct channel c;

	user_add_key(&free, "");
	user_put(&u, "forged", login_key_line(&free));
	run_fine(COMMAND("mv", free.key, text_format("%s.free", free.key)));
	run_fine(COMMAND("cp", text_format("%s/.ssh/authorized_keys", u.home),
	    text_format("%s/kept", u.home)));
	user_add_key(&u, "command=\"echo only\" ");
	run_fine(COMMAND("sh", "-c",
	    text_format(
		"cat %s/kept >>%s/.ssh/authorized_keys", u.home, u.home)));
	c = second_session(&u, BY_KEY, start(true), spoil);
	cr_assert_str_eq(c.out->bytes, "only\n", "%s", c.err->bytes);
	c = second_session(&u, BY_KEY, start(false), spoil);
	expect_in(&c);
}

/* Further connections, as of "ssh -N": each has a record of its own. */
#define CROWD 33

static struct channel
session_behind_a_crowd(const struct user *u, int port)
{
	struct login l, crowd[CROWD];
	struct channel c;

	login_open(&l, u, BY_PASSWORD, port);
	(void)session(&l);
	for (size_t i = 0; i < CROWD; i++)
		login_open(&crowd[i], u, BY_PASSWORD, port);
	login_forge(u, login_key_line(u));
	c = session(&l);
	for (size_t i = 0; i < CROWD; i++)
		login_close(&crowd[i]);
	login_close(&l);
	return c;
}

Test(told, forged_behind_a_crowd_of_further_connections)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "");
	c = session_behind_a_crowd(&u, start(true));
	expect_refused(&c, PROMPT);
	c = session_behind_a_crowd(&u, start(false));
	expect_in(&c);
}

/* ---- what the word must not do ---- */

Test(told, a_key_is_not_asked)
{
	struct user u = user_enrolled();
	int port = start(true);
	struct channel c;

	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(told, a_code_lets_in)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .port = start(true), .what = IN,
	    .answers = {code});

	expect_in(&c);
}

/* The word without the line: every login is untold, and takes a code. */
Test(told, where_nothing_records_a_key_is_asked)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	int port = sshd_start_recording("", SSHD_RECORD_WORD);
	const char *code = user_code(&u);
	struct channel c;

	user_add_key(&u, "");
	user_add_key(&plain, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN,
	    .answers = {code});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
	c = ATTEMPT(.user = &plain, .how = BY_KEY, .port = port, .what = IN);
	expect_refused(&c, "is not recorded");
}
