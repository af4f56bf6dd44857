/*
 * sshd that does not say how somebody logged in, so that a client, or a file
 * in the home, might; and users that are not in the user database.
 */
#include <criterion/criterion.h>

#include "forge.h"
#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(exposure, .timeout = 120);

/* A user who has a key, and forged what sshd would write of a login by it. */
struct forger {
	struct user user;
	const char *file;
};

static struct forger
forger_new(void)
{
	struct forger f = {.user = user_enrolled()};

	user_add_key(&f.user, "");
	f.file = forge_file(login_key_line(&f.user), f.user.uid, 0600);
	return f;
}

#define ACCEPT "AcceptEnv SSH_USER_AUTH\n"

/* sshd tells nothing: with the drop-in's value of the variable, or without. */
#define TELL "ExposeAuthInfo yes", "ExposeAuthInfo no"
#define HIDDEN sshd_gate_changed(COMMAND(TELL))
#define FREE sshd_gate_changed(COMMAND(TELL, " SSH_USER_AUTH=none", ""))

/* A login by password whose client sends the variable. */
static struct channel
send_variable(const struct forger *f, const char *config)
{
	struct login l;
	struct channel c;

	login_open(&l, &f->user, BY_PASSWORD,
	    sshd_start(text_format(ACCEPT "%s", config)));
	channel_open(&c, &l, false);
	cr_assert_eq(
	    ssh_channel_request_env(c.ssh, "SSH_USER_AUTH", f->file), SSH_OK);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	login_close(&l);
	return c;
}

Test(exposure, a_client_that_sends_the_variable_is_asked)
{
	struct forger f = forger_new();
	struct channel c = send_variable(&f, HIDDEN);

	expect_refused(&c, PROMPT);
	/* It is the drop-in's value that keeps it out. */
	c = send_variable(&f, FREE);
	expect_in(&c);
}

Test(exposure, a_pam_environment_that_sets_the_variable_is_asked)
{
	struct forger f = forger_new();
	struct channel c;

	user_put(&f.user, ".pam_environment",
	    text_format("SSH_USER_AUTH OVERRIDE=%s\n", f.file));
	c = ATTEMPT(.user = &f.user, .port = sshd_start(HIDDEN), .what = IN);
	expect_refused(&c, PROMPT);
	c = ATTEMPT(.user = &f.user, .port = sshd_start(FREE), .what = IN);
	expect_in(&c);
}

/* Without sshd's word nobody knows whether it was the restricted key. */
Test(exposure, an_untold_login_of_somebody_with_a_restricted_key_is_refused)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "command=\"echo only\" ");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = sshd_start(HIDDEN),
	    .what = IN);
	expect_refused(&c, "restricted");
}

/* A restricted certificate, perhaps: it takes a code to be let in. */
Test(exposure, an_untold_login_of_somebody_without_a_secret_is_refused)
{
	struct user u = user_new("/bin/bash");
	int port = sshd_start(HIDDEN);
	struct terminal t;
	struct channel c;

	c = ATTEMPT(.user = &u, .port = port, .what = IN);
	expect_refused(&c, "sshd did not tell");
	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_refused(&c, "sshd did not tell");
	/* Who is refused is offered nothing. */
	terminal_ssh(&t, &u, port, COMMAND(NULL));
	cr_assert_eq(terminal_finish(&t), GATE_REFUSED, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "sshd did not tell"));
	cr_assert_not(text_has(t.seen->bytes, "otpgate enroll"));
}

Test(exposure, an_untold_login_is_let_in_where_keys_need_no_list)
{
	struct user u = user_new("/bin/bash");
	const char *listed = "--fallback=publickey";
	int port = sshd_start(sshd_gate_changed(COMMAND(
	    TELL, listed, "--fallback=publickey --unlisted-keys=shell")));
	struct channel c = ATTEMPT(.user = &u, .port = port, .what = IN);

	expect_in(&c);
}

Test(exposure, a_forged_key_in_sshds_own_file_is_refused)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND,
	    "echo 'publickey ssh-ed25519 AAAA' "
	    ">\"$(find /tmp -maxdepth 1 -name 'sshauth.*' -user $(id -u))\"");
	channel_await(&c, PROMPT);
	channel_send(&c, text_format("%s\n", user_code(&u)));
	channel_finish(&c);
	cr_assert_eq(c.status, 0);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	expect_refused(&c, "");
	login_close(&l);
}

/* ---- the account ---- */

Test(exposure, a_user_who_is_not_in_the_password_database_is_refused)
{
	struct user nobody = {.name = "-", .uid = 3000000000U};
	struct result r = forge_run(&nobody, NULL);

	cr_assert_eq(r.status, GATE_REFUSED, "%s", r.err->bytes);
	cr_assert_str_empty(r.out->bytes);
	cr_assert(text_has(r.err->bytes, "user"), "%s", r.err->bytes);
}

/* Not enrolled: the next account may get this uid. */
Test(exposure, a_user_who_was_deleted_during_the_login_is_refused)
{
	struct user u = user_new("/bin/bash");
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	user_delete(&u);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_finish(&c);
	cr_assert_neq(c.status, 0);
	cr_assert_not(text_has(c.out->bytes, "in"));
	login_close(&l);
}
