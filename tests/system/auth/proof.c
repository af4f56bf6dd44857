/*
 * The proof of a code, which PAM carries to the session phase: only otpgated's
 * own, once, for its user and on its connection; whatever /proc shows.
 *
 * Here root's own pam_env(8) stands before the line of the session and puts
 * into PAM's environment what a case names: more than any user can.  The first
 * case shows that it gets there.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dialogue.h"
#include "login.h"
#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

#define COMMON "@include common-auth"
#define HERE "192.0.2.1 5000 192.0.2.2 22"

static void
show_proc(const char *hidepid)
{
	run_fine(COMMAND("mount", "-o",
	    text_format("remount,hidepid=%s", hidepid), "/proc"));
}

static void
mend(void)
{
	show_proc("0");
	world_restore();
}

TestSuite(proof, .init = mend, .timeout = 120);

/* ---- what is needed ---- */

/* A proof that nobody has shown, as PAM's door of that connection gets it. */
static const char *
unused_proof(struct user *u)
{
	struct wire_login_request q = peer_login(u->uid, user_code(u));
	struct wire_login_reply reply;
	struct ask a = peer_ask(0);
	enum status status;

	q.kind = KIND_LOGIN;
	(void)snprintf(q.name, sizeof(q.name), "%s", u->name);
	(void)snprintf(q.connection, sizeof(q.connection), HERE);
	cr_assert_eq(ask_login(&a, &q, &reply, &status), OK);
	cr_assert_eq(status, STATUS_OK);
	cr_assert_eq(reply.verdict, VERDICT_PASS);
	ask_close(&a);
	cr_assert_eq(strlen(reply.proof), 32);
	return text_format("%s", reply.proof);
}

/* No line of auth asks; variables stand in PAM's environment before ours. */
static int
start_with(const char *variables, const char *before)
{
	static int made;
	const char *path =
	    text_format(MACHINE_RUN "/pam-env-%d-%d", (int)getpid(), made++);

	machine_put(path, variables, 0644);
	return sshd_start_behind(
	    sshd_stack(COMMON,
		text_format("%ssession required pam_env.so "
			    "conffile=/dev/null envfile=%s\n" SSHD_BACKSTOP,
		    before, path)),
	    SSHD_DEBIAN);
}

static bool
password_lets_in(const struct user *u, int port)
{
	return DIALOGUE(.user = u, .port = port, .password = u->password).in;
}

static const char *
shown(const char *proof, const char *connection)
{
	return text_format("OTPGATE_PROOF=%s\n%s%s%s", proof,
	    connection == NULL ? "" : "SSH_CONNECTION=\"",
	    connection == NULL ? "" : connection,
	    connection == NULL ? "" : "\"\n");
}

/* ---- who shows what ---- */

Test(proof, otpgated_s_own_opens_once)
{
	struct user u = user_enrolled();
	int port = start_with(shown(unused_proof(&u), HERE), "");

	cr_assert(password_lets_in(&u, port), "what is set does not arrive");
	cr_assert_not(password_lets_in(&u, port));
}

Test(proof, a_forged_one_is_refused)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();

	(void)unused_proof(&u);
	cr_assert_not(password_lets_in(&u,
	    start_with(shown("00112233445566778899aabbccddeeff", HERE), "")));
	machine_log_await(from, "event=session", "proof=unknown");
}

Test(proof, one_of_another_connection_is_refused)
{
	struct user u = user_enrolled();

	cr_assert_not(password_lets_in(
	    &u, start_with(shown(unused_proof(&u), NULL), "")));
}

Test(proof, one_of_another_user_is_refused)
{
	struct user u = user_enrolled(), other = user_enrolled();

	cr_assert_not(password_lets_in(
	    &other, start_with(shown(unused_proof(&u), HERE), "")));
}

/* The value of name in a list of variables. */
static const char *
value_in(const char *list, const char *name)
{
	const char *at = strstr(list, text_format("%s=", name));

	cr_assert_not_null(at, "no %s in %s", name, list);
	at += strlen(name) + 1;
	return text_format("%.*s", (int)strcspn(at, "\n"), at);
}

/* Another connection shows what a login before it was let in by. */
Test(proof, a_replayed_one_is_refused)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *list;
	const char *seen = text_format(MACHINE_RUN "/seen-%d", (int)getpid());
	int port = sshd_start_behind(
	    sshd_stack("@include " SSHD_STACKS "otpgate-sshd",
		text_format("session optional pam_exec.so log=%s "
			    "/usr/bin/env\n" SSHD_BACKSTOP,
		    seen)),
	    SSHD_KBDINT);

	cr_assert(DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {code})
		      .in);
	list = machine_get(seen);
	cr_assert_not(password_lets_in(&u,
	    start_with(shown(value_in(list, "OTPGATE_PROOF"),
			   value_in(list, "SSH_CONNECTION")),
		"")));
}

/* ---- what users can set themselves ---- */

Test(proof, what_stands_in_a_home_is_none)
{
	struct user u = user_enrolled();
	const char *line = text_format("OTPGATE_PROOF=%s\n", unused_proof(&u));
	int port = sshd_start_behind(
	    sshd_stack(COMMON,
		"session optional pam_env.so user_readenv=1\n" SSHD_BACKSTOP),
	    "PermitUserEnvironment yes\n" SSHD_DEBIAN);

	user_put(&u, ".pam_environment", line);
	user_put(&u, ".ssh/environment", line);
	cr_assert_not(password_lets_in(&u, port));
}

Test(proof, what_a_client_sends_is_none)
{
	struct user u = user_enrolled();
	const char *proof = unused_proof(&u);
	int port = sshd_start_behind(
	    sshd_stack(COMMON, SSHD_BACKSTOP), "AcceptEnv *\n" SSHD_DEBIAN);
	struct terminal t;

	terminal_ssh(&t, &u, port,
	    COMMAND(text_format("-oSetEnv=OTPGATE_PROOF=%s", proof),
		"-oPubkeyAuthentication=no", "echo in"));
	cr_assert_neq(terminal_finish(&t), 0);
	cr_assert_not(text_has(t.seen->bytes, "in\r\n"), "%s", t.seen->bytes);
}

/* ---- where it is gone afterwards ---- */

static int
start(void)
{
	return sshd_start_behind(SSHD_STACK_KBDINT, SSHD_KBDINT);
}

Test(proof, the_session_does_not_have_it)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct terminal t;

	terminal_ssh(&t, &u, start(),
	    COMMAND("-oPubkeyAuthentication=no", "env; echo in"));
	terminal_await(&t, QUESTION_CODE);
	terminal_type(&t, text_format("%s\n", code));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "SSH_CONNECTION="));
	cr_assert_not(
	    text_has(t.seen->bytes, "OTPGATE_PROOF"), "%s", t.seen->bytes);
}

/* A site's "required" lets the lines behind ours run. */
Test(proof, it_is_gone_also_where_the_session_is_refused)
{
	struct user u = user_enrolled();
	const char *seen = text_format(MACHINE_RUN "/seen-%d", (int)getpid());
	const char *path = text_format(MACHINE_RUN "/env-%d", (int)getpid());
	int port = sshd_start_behind(
	    sshd_stack(COMMON,
		text_format("session required pam_env.so conffile=/dev/null "
			    "envfile=%s\nsession required pam_otpgate.so\n"
			    "session optional pam_exec.so log=%s "
			    "/usr/bin/env\n",
		    path, seen)),
	    SSHD_DEBIAN);

	machine_put(path, "OTPGATE_PROOF=0123\nOTPGATE_OTHER=x\n", 0644);
	cr_assert_not(password_lets_in(&u, port));
	cr_assert(text_has(machine_get(seen), "OTPGATE_OTHER=x"));
	cr_assert_not(text_has(machine_get(seen), "OTPGATE_PROOF"));
}

/* ---- where otpgated sees nothing of /proc ---- */

Test(proof, hidepid_does_no_harm)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *next = user_code(&u);
	int port = start();
	struct dialogue_end e;

	show_proc("2");
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {code});
	cr_assert_not(password_lets_in(&u,
	    sshd_start_behind(sshd_stack(COMMON, SSHD_BACKSTOP), SSHD_DEBIAN)));
	show_proc("0");
	cr_assert(e.in, "%s", e.said->bytes);
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {next});
	cr_assert(e.in, "%s", e.said->bytes);
}

/* ---- otpgated ends in between ---- */

Test(proof, a_restart_in_between_refuses_this_login_alone)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *next = user_code(&u);
	const char *script = MACHINE_RUN "/restart-otpgated";
	int port = sshd_start_behind(
	    sshd_stack("@include " SSHD_STACKS "otpgate-sshd",
		text_format(
		    "session optional pam_exec.so %s\n" SSHD_BACKSTOP, script)),
	    SSHD_KBDINT);
	long from = machine_log_mark();

	machine_put(script,
	    "#!/bin/bash\nexport PATH=/usr/sbin:/usr/bin:/sbin:/bin\n" TESTBED
	    " daemon_stop KILL && " TESTBED " daemon\n",
	    0755);
	cr_assert_not(DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true, .answers = {code})
			  .in);
	machine_log_await(from, "event=session", "proof=unknown");
	cr_assert(DIALOGUE(.user = &u, .port = start(), .password = u.password,
	    .dialogue = true, .answers = {next})
		      .in);
}
