/*
 * sshd's description of a login is a file of the user's own, one for all
 * sessions of a connection: what becomes of it between two of them.  A line of
 * PAM's session phase has root remember it; each forgery is tried without that
 * line as well.
 */
#include <criterion/criterion.h>

#include "forge.h"
#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(told, .timeout = 120);

#define RECORD "session optional pam_otpgate.so record\n"

static int
start_with(const char *line)
{
	return sshd_start_behind(
	    sshd_stack("@include common-auth", line), SSHD_GATE);
}

/* Two sessions of one connection: a command between them spoils the file. */
static struct channel
second_session(const struct user *u, enum how how, int port, const char *spoil)
{
	struct login l;
	struct channel c;
	struct result r;

	login_open(&l, u, how, port);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	r = run_as(u->uid,
	    COMMAND("sh", "-e", "-c",
		text_format("f=$(ls -t $(find /tmp -maxdepth 1 -name "
			    "'sshauth.*' -user %u) | head -n 1); cd %s; %s",
		    (unsigned int)u->uid, u->home, spoil)),
	    NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
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
	user_put(&u, "forged", forge_key_line(&u));
	c = second_session(&u, BY_PASSWORD, start_with(RECORD), spoil);
	expect_refused(&c, PROMPT);
	c = second_session(&u, BY_PASSWORD, start_with(""), spoil);
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
	user_put(&u, "forged", forge_key_line(&free));
	run_fine(COMMAND("mv", free.key, text_format("%s.free", free.key)));
	run_fine(COMMAND("cp", text_format("%s/.ssh/authorized_keys", u.home),
	    text_format("%s/kept", u.home)));
	user_add_key(&u, "command=\"echo only\" ");
	run_fine(COMMAND("sh", "-c",
	    text_format(
		"cat %s/kept >>%s/.ssh/authorized_keys", u.home, u.home)));
	c = second_session(&u, BY_KEY, start_with(RECORD), spoil);
	cr_assert_str_eq(c.out->bytes, "only\n", "%s", c.err->bytes);
	c = second_session(&u, BY_KEY, start_with(""), spoil);
	expect_in(&c);
}
