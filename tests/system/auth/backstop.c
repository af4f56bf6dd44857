/*
 * The line of the session phase: whatever else was edited, a password alone
 * does not let in who has a secret.  Each edit is tried without that line as
 * well, where it must let in: else the case would prove nothing.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

#include "dialogue.h"
#include "login.h"
#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(backstop, .init = world_restore, .timeout = 120);

#define SHIPPED "@include " SSHD_STACKS "otpgate-sshd"
#define COMMON "@include common-auth"

/* sshd with the drop-in, after a file of the site's that comes before it. */
static const char *
behind_site(const char *lines)
{
	const char *path =
	    text_format(MACHINE_RUN "/site-%d.conf", (int)getpid());

	machine_put(path, lines, 0600);
	return text_format("Include %s\n" SSHD_KBDINT, path);
}

static bool
password_lets_in(const struct user *u, int port)
{
	return DIALOGUE(.user = u, .port = port, .password = u->password).in;
}

static void
expect_refused_by_backstop(const char *auth, const char *lines)
{
	struct user u = user_enrolled();
	int with = sshd_start_behind(sshd_stack(auth, SSHD_BACKSTOP), lines);
	int without = sshd_start_behind(sshd_stack(auth, ""), lines);
	long from = machine_log_mark();

	cr_assert_not(password_lets_in(&u, with));
	machine_log_await(from, "event=session", "verdict=deny");
	cr_assert(password_lets_in(&u, without), "the edit lets nobody in");
}

Test(backstop, a_match_block_before_the_drop_in)
{
	expect_refused_by_backstop(
	    SHIPPED, behind_site("Match User *\nAuthenticationMethods any\n"));
}

Test(backstop, a_match_block_that_asks_for_a_password_alone)
{
	expect_refused_by_backstop(SHIPPED,
	    behind_site("Match User *\nAuthenticationMethods password\n"));
}

Test(backstop, no_drop_in_at_all)
{
	expect_refused_by_backstop(
	    SHIPPED, "PasswordAuthentication yes\n" SSHD_DEBIAN);
}

Test(backstop, no_line_that_asks)
{
	expect_refused_by_backstop(
	    COMMON, "AuthenticationMethods any\n" SSHD_DEBIAN);
}

/* The second step is then the password once more. */
Test(backstop, two_steps_without_a_line_that_asks)
{
	struct user u = user_enrolled();
	int with =
	    sshd_start_behind(sshd_stack(COMMON, SSHD_BACKSTOP), SSHD_KBDINT);
	int without = sshd_start_behind(sshd_stack(COMMON, ""), SSHD_KBDINT);

	cr_assert_not(DIALOGUE(.user = &u, .port = with, .password = u.password,
	    .dialogue = true, .answers = {u.password})
			  .in);
	cr_assert(DIALOGUE(.user = &u, .port = without, .password = u.password,
	    .dialogue = true, .answers = {u.password})
		      .in);
}

/* No code is ever asked for there: nobody gets in, and nobody without one. */
Test(backstop, the_steps_in_the_other_order)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	const char *lines = behind_site("Match User *\nAuthenticationMethods "
					"keyboard-interactive:pam,password\n");
	int with = sshd_start_behind(sshd_stack(SHIPPED, SSHD_BACKSTOP), lines);
	int without = sshd_start_behind(sshd_stack(SHIPPED, ""), lines);
	struct dialogue_try t = {.port = with,
	    .dialogue = true,
	    .first = true,
	    .user = &u,
	    .password = u.password,
	    .answers = {u.password}};

	cr_assert_not(dialogue_try(&t).in);
	t.port = without;
	cr_assert(dialogue_try(&t).in);
	t.port = with;
	t.user = &plain;
	t.password = t.answers[0] = plain.password;
	cr_assert(dialogue_try(&t).in);
}

/* Also when the password is the last proof of several. */
Test(backstop, a_key_and_a_password)
{
	struct user u = user_enrolled();
	const char *lines =
	    "AuthenticationMethods publickey,password\n" SSHD_DEBIAN;
	int with = sshd_start_behind(sshd_stack(SHIPPED, SSHD_BACKSTOP), lines);
	int without = sshd_start_behind(sshd_stack(SHIPPED, ""), lines);
	long from = machine_log_mark();

	user_add_key(&u, "");
	cr_assert_not(dialogue_runs(&u, BY_KEY_AND_PASSWORD, with));
	machine_log_await(from, "event=session", "verdict=deny");
	cr_assert(dialogue_runs(&u, BY_KEY_AND_PASSWORD, without));
}

/* Nor does anything that stands behind it in the stack do its work. */
Test(backstop, a_module_behind_it_does_not_run)
{
	struct user u = user_enrolled();
	const char *mark = text_format(MACHINE_RUN "/behind-%d", (int)getpid());
	int port = sshd_start_behind(
	    sshd_stack(COMMON,
		text_format(SSHD_BACKSTOP "session optional pam_exec.so "
					  "/usr/bin/touch %s\n",
		    mark)),
	    SSHD_DEBIAN);

	user_add_key(&u, "");
	cr_assert_not(password_lets_in(&u, port));
	cr_assert_neq(access(mark, F_OK), 0, "it ran");
	cr_assert(dialogue_runs(&u, BY_KEY, port));
	cr_assert_eq(access(mark, F_OK), 0, "it never runs");
}

/* The session is refused before anything is served. */
static bool
banner_comes(const struct user *u, int port)
{
	struct terminal t;
	bool comes;

	terminal_ssh(&t, u, port, COMMAND("-W127.0.0.1:22"));
	while (!(comes = text_has(t.seen->bytes, "SSH-2.0-")) &&
	    text_read(t.seen, t.fd) > 0)
		;
	terminal_hang_up(&t);
	terminal_finish(&t);
	return comes;
}

Test(backstop, forwarding_with_a_password_alone)
{
	struct user u = user_enrolled();
	const char *lines = "PasswordAuthentication yes\n" SSHD_DEBIAN;

	cr_assert_not(banner_comes(
	    &u, sshd_start_behind(sshd_stack(SHIPPED, SSHD_BACKSTOP), lines)));
	cr_assert(banner_comes(
	    &u, sshd_start_behind(sshd_stack(SHIPPED, ""), lines)));
}

/* No line of auth asks, so that the backstop is all there is. */
Test(backstop, its_fallback_is_for_keys_alone)
{
	struct user u = user_enrolled();
	int port =
	    sshd_start_behind(sshd_stack(COMMON, SSHD_BACKSTOP), SSHD_DEBIAN);

	user_add_key(&u, "");
	machine_daemon_stop("TERM");
	cr_assert_not(password_lets_in(&u, port));
	cr_assert(dialogue_runs(&u, BY_KEY, port));
	machine_daemon_start(COMMAND("env"));
}

static void
answer_rubbish(int fd)
{
	uint8_t bytes[WIRE_REQUEST_MAX];

	if (peer_receive(fd, bytes, sizeof bytes) > 0)
		(void)peer_send(fd, "rubbish", 7);
}

/* Whether a key and a password get in where serve stands in for otpgated. */
static void
expect_instead(void (*serve)(int fd), bool by_key)
{
	struct user u = user_enrolled();
	int port =
	    sshd_start_behind(sshd_stack(COMMON, SSHD_BACKSTOP), SSHD_DEBIAN);
	pid_t stand_in;
	bool in, by_password;

	user_add_key(&u, "");
	machine_daemon_stop("TERM");
	stand_in = peer_stand_in(serve);
	by_password = password_lets_in(&u, port);
	in = dialogue_runs(&u, BY_KEY, port);
	kill(stand_in, SIGKILL);
	run_wait(stand_in);
	machine_daemon_start(COMMAND("env"));
	cr_expect_not(by_password);
	cr_expect_eq(in, by_key);
}

Test(backstop, its_fallback_is_for_keys_where_the_answer_is_cut)
{
	expect_instead(NULL, true);
}

Test(backstop, its_fallback_is_not_for_an_answer_that_is_none)
{
	expect_instead(answer_rubbish, false);
}

Test(backstop, who_has_no_secret_passes)
{
	struct user u = user_new("/bin/bash");

	cr_assert(password_lets_in(&u,
	    sshd_start_behind(sshd_stack(COMMON, SSHD_BACKSTOP),
		"AuthenticationMethods any\n" SSHD_DEBIAN)));
}

/* For sites with the other door: it decides nothing, and the gate asks it. */
Test(backstop, record_alone_refuses_nobody)
{
	struct user u = user_enrolled();
	int port = sshd_start_behind(
	    sshd_stack(COMMON, "session required pam_otpgate.so record\n"),
	    SSHD_GATE);
	long from = machine_log_mark();
	const char *code = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .port = port, .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_not(text_has(machine_log_since(from), "event=session"));
	machine_daemon_stop("TERM");
	c = ATTEMPT(.user = &u, .port = port, .what = IN);
	expect_refused(&c, "otpgated does not run");
	machine_daemon_start(COMMAND("env"));
}
