/*
 * One challenge for a connection: who inherits it, and who must not.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "forge.h"
#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(connection, .timeout = 120);

/* One more session of l; code: what it brings in its environment, or NULL. */
static struct channel
session(struct login *l, const char *code, const char *answer)
{
	struct channel c;

	channel_open(&c, l, false);
	if (code != NULL)
		channel_set(&c, "OTPGATE_CODE", code);
	channel_ask(&c, WANT_COMMAND, IN);
	if (answer != NULL) {
		channel_await(&c, PROMPT);
		channel_send(&c, answer);
		channel_send(&c, "\n");
	}
	if (!c.closed)
		channel_end_input(&c);
	channel_finish(&c);
	return c;
}

static void
expect_asked(struct login *l)
{
	struct channel c = session(l, NULL, NULL);

	expect_refused(&c, "a code is needed");
	cr_assert_eq(channel_prompts(&c), 1);
}

static void
expect_unasked(struct login *l)
{
	struct channel c = session(l, NULL, NULL);

	expect_in(&c);
	cr_assert_str_eq(c.err->bytes, "");
}

/* A connection of u on which a code was given. */
static void
verify(struct login *l, struct user *u)
{
	struct channel c;

	login_open(l, u, BY_PASSWORD, SSHD_GUARDED);
	c = session(l, NULL, user_code(u));
	expect_in(&c);
}

Test(connection, is_asked_until_a_code_was_given_and_then_no_more)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	expect_asked(&l);
	c = session(&l, NULL, user_wrong_code(&u));
	cr_assert_eq(c.status, GATE_REFUSED);
	expect_asked(&l);
	c = session(&l, NULL, user_code(&u));
	expect_in(&c);
	expect_unasked(&l);
	expect_unasked(&l);
	login_close(&l);
}

/* What cannot be asked: a shell first, then files. */
Test(connection, that_is_verified_opens_what_cannot_be_asked)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	verify(&l, &u);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_SUBSYSTEM, "sftp");
	channel_send_bytes(&c, "\0\0\0\5\1\0\0\0\3", 9);
	while (c.out->size == 0)
		cr_assert(ssh_event_dopoll(l.event, 1000) != SSH_ERROR);
	cr_assert_eq(c.out->bytes[4], 2, "SSH_FXP_VERSION");
	channel_end_input(&c);
	channel_finish(&c);
	login_close(&l);
}

Test(connection, another_of_the_same_user_is_asked)
{
	struct user u = user_enrolled();
	struct login l, other;

	verify(&l, &u);
	login_open(&other, &u, BY_PASSWORD, SSHD_GUARDED);
	expect_asked(&other);
	expect_unasked(&l);
	login_close(&other);
	login_close(&l);
}

static int
connect_from(uint16_t port)
{
	struct sockaddr_in from = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in to = from;
	/* Closed by a reset, so that the port is free at once. */
	const struct linger reset = {.l_onoff = 1};
	int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

	cr_assert_geq(fd, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	to.sin_port = htons(SSHD_GUARDED);
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0, "%s",
	    strerror(errno));
	return fd;
}

Test(connection, from_the_same_port_is_asked)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;
	const uint16_t port = 45077;
	int fd = connect_from(port);

	login_open_on(&l, &u, fd);
	c = session(&l, NULL, user_code(&u));
	expect_in(&c);
	login_close(&l);
	(void)close(fd); /* libssh leaves a socket that it was given */
	login_open_on(&l, &u, connect_from(port));
	expect_asked(&l);
	login_close(&l);
}

/* Nothing of it is in the environment, so nothing there forges it. */
Test(connection, is_no_matter_of_the_environment)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;
	struct result r;

	verify(&l, &u);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, "env -0 | tr '\\0' '\\n'");
	channel_end_input(&c);
	channel_finish(&c);
	cr_assert(text_has(c.out->bytes, "SSH_CONNECTION="));
	machine_put("/tmp/otpgate-environment", c.out->bytes, 0644);
	r = run_as(u.uid,
	    COMMAND("sh", "-c",
		"exec env $(grep SSH_ /tmp/otpgate-environment | "
		"grep -v ' ' ) HOME=/usr/share/otpgate/empty "
		"\"$(grep SSH_CONNECTION /tmp/otpgate-environment)\" "
		"SSH_ORIGINAL_COMMAND='" IN "' " MACHINE_GATE),
	    NULL);
	cr_assert_eq(r.status, GATE_REFUSED, "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, PROMPT), "%s", r.err->bytes);
	login_close(&l);
}

/* The user's own processes, in the session and beside it. */
Test(connection, a_process_beside_it_is_asked_and_one_within_is_not)
{
	static const char again[] =
	    "env HOME=/usr/share/otpgate/empty "
	    "SSH_ORIGINAL_COMMAND='" IN "' " MACHINE_GATE;
	struct user u = user_enrolled();
	struct login l;
	struct channel c;
	struct result r;

	verify(&l, &u);
	r = forge_run(&u, NULL);
	cr_assert_eq(r.status, GATE_REFUSED);
	cr_assert(text_has(r.err->bytes, PROMPT));
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, again);
	channel_end_input(&c);
	channel_finish(&c);
	expect_in(&c);
	login_close(&l);
}

/* A root's process of that name and title, above a gate of the user's. */
Test(connection, what_is_merely_called_sshd_inherits_nothing)
{
	static const char disguised[] =
	    "d=$(mktemp -d) && cp /bin/bash $d/sshd &&"
	    "exec -a 'sshd: %s [priv]' $d/sshd -c '"
	    "grep -q sshd /proc/$$/comm && setpriv --reuid=%u --clear-groups "
	    "env -i HOME=/usr/share/otpgate/empty "
	    "SSH_ORIGINAL_COMMAND=\"" IN "\" " MACHINE_GATE
	    " </dev/null; exit $?'";
	struct user u = user_enrolled();
	struct login l;
	struct result r;

	verify(&l, &u);
	r = run(COMMAND("bash", "-c", text_format(disguised, u.name, u.uid)));
	cr_assert_eq(r.status, GATE_REFUSED, "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, PROMPT), "%s", r.err->bytes);
	login_close(&l);
}

Test(connection, is_forgotten_when_it_ends)
{
	struct user u = user_enrolled();
	struct login l;

	verify(&l, &u);
	login_close(&l);
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	expect_asked(&l);
	login_close(&l);
}

/* Whose key may be restricted: the code of the first session counts for it. */
Test(connection, that_sshd_did_not_describe_is_open_after_a_code)
{
	struct user u = user_enrolled();
	int port = sshd_start(sshd_gate_changed(
	    COMMAND("ExposeAuthInfo yes", "ExposeAuthInfo no")));
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, port);
	c = session(&l, NULL, user_code(&u));
	expect_in(&c);
	expect_unasked(&l);
	login_close(&l);
}

/* ---- a code in the environment ---- */

Test(connection, a_code_in_the_environment_opens_it)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	c = session(&l, code, NULL);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
	cr_assert_str_eq(c.err->bytes, "");
	c = session(&l, code, NULL);
	expect_in(&c);
	login_close(&l);
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	c = session(&l, code, NULL);
	expect_refused(&c, "used already");
	login_close(&l);
}

Test(connection, a_wrong_code_in_the_environment_is_refused_unasked)
{
	struct user u = user_enrolled();
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .code = user_wrong_code(&u));

	expect_refused(&c, "OTPGATE_CODE");
	cr_assert_eq(channel_prompts(&c), 0);
}

/* Who sits at a terminal can still be asked. */
Test(connection, a_wrong_code_in_the_environment_is_asked_for_at_a_terminal)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .terminal = true,
	    .code = user_wrong_code(&u), .answers = {code});

	cr_assert_eq(c.status, 0, "%s", c.out->bytes);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(connection, an_empty_code_in_the_environment_is_none)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .code = "", .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(connection, no_code_is_left_in_the_environment)
{
	struct user u = user_enrolled();
	struct channel c =
	    ATTEMPT(.user = &u, .what = "env; echo in", .code = user_code(&u));

	expect_in(&c);
	cr_assert(!text_has(c.out->bytes, "OTPGATE_CODE"), "%s", c.out->bytes);
}

Test(connection, an_endless_code_in_the_environment_is_none)
{
	struct user u = user_enrolled();
	static char code[4096];
	struct channel c;

	memset(code, '1', sizeof code - 1);
	c = ATTEMPT(.user = &u, .what = IN, .code = code);
	expect_refused(&c, "OTPGATE_CODE");
}
