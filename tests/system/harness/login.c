#include "login.h"

#include <criterion/criterion.h>
#include <string.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"

/* ---- the connection ---- */

static void
set(ssh_session ssh, enum ssh_options_e option, const void *value)
{
	cr_assert_eq(ssh_options_set(ssh, option, value), SSH_OK);
}

/* fd: a socket that is connected, or -1 for a new one. */
static void
connect_to(struct login *l, const struct user *u, int port, int fd)
{
	long seconds = DEADLINE / 1000;
	unsigned int number = (unsigned int)port;
	bool no = false;

	l->ssh = ssh_new();
	cr_assert_not_null(l->ssh);
	set(l->ssh, SSH_OPTIONS_HOST, "127.0.0.1");
	set(l->ssh, SSH_OPTIONS_PORT, &number);
	if (fd >= 0)
		set(l->ssh, SSH_OPTIONS_FD, &fd);
	set(l->ssh, SSH_OPTIONS_USER, u->name);
	set(l->ssh, SSH_OPTIONS_TIMEOUT, &seconds);
	set(l->ssh, SSH_OPTIONS_PROCESS_CONFIG, &no);
	cr_assert_eq(ssh_connect(l->ssh), SSH_OK, "%s", ssh_get_error(l->ssh));
	l->event = ssh_event_new();
	cr_assert_not_null(l->event);
}

void
login_connect(struct login *l, const struct user *u, int port)
{
	connect_to(l, u, port, -1);
}

static int
prove_by_password(ssh_session ssh, const struct user *u)
{
	return ssh_userauth_password(ssh, NULL, u->password);
}

static int
prove_by_keyboard(ssh_session ssh, const struct user *u)
{
	int result = ssh_userauth_kbdint(ssh, NULL, NULL);
	int i;

	while (result == SSH_AUTH_INFO) {
		for (i = 0; i < ssh_userauth_kbdint_getnprompts(ssh); i++)
			ssh_userauth_kbdint_setanswer(
			    ssh, (unsigned int)i, u->password);
		result = ssh_userauth_kbdint(ssh, NULL, NULL);
	}
	return result;
}

static int
prove_by_key(ssh_session ssh, const struct user *u)
{
	ssh_key key = NULL;
	int result;

	cr_assert_eq(
	    ssh_pki_import_privkey_file(u->key, NULL, NULL, NULL, &key),
	    SSH_OK);
	result = ssh_userauth_publickey(ssh, NULL, key);
	ssh_key_free(key);
	return result;
}

static int
prove_by_both(ssh_session ssh, const struct user *u)
{
	int result = prove_by_key(ssh, u);

	return result == SSH_AUTH_PARTIAL ? prove_by_password(ssh, u) : result;
}

int
login_prove(struct login *l, const struct user *u, enum how how)
{
	static int (*const ways[])(ssh_session, const struct user *) = {
	    [BY_PASSWORD] = prove_by_password,
	    [BY_KEYBOARD] = prove_by_keyboard,
	    [BY_KEY] = prove_by_key,
	    [BY_KEY_AND_PASSWORD] = prove_by_both,
	};

	return ways[how](l->ssh, u);
}

static void
enter(struct login *l, const struct user *u, enum how how)
{
	cr_assert_eq(login_prove(l, u, how), SSH_AUTH_SUCCESS, "%s: %s",
	    u->name, ssh_get_error(l->ssh));
	cr_assert_eq(ssh_event_add_session(l->event, l->ssh), SSH_OK);
}

void
login_open(struct login *l, const struct user *u, enum how how, int port)
{
	connect_to(l, u, port, -1);
	enter(l, u, how);
}

void
login_open_on(struct login *l, const struct user *u, int fd)
{
	connect_to(l, u, SSHD_GUARDED, fd);
	enter(l, u, BY_PASSWORD);
}

void
login_close(struct login *l)
{
	ssh_disconnect(l->ssh);
	ssh_event_free(l->event);
	ssh_free(l->ssh);
}

void
login_forge(const struct user *u, const char *text)
{
	struct result r = run_as(u->uid,
	    COMMAND("sh", "-c",
		"tee >/dev/null $(find /tmp -maxdepth 1 -name 'sshauth.*' "
		"-user \"$(id -u)\" | grep .)"),
	    text);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
}

const char *
login_key_line(const struct user *u)
{
	const char *key = user_public_key(u);
	const char *end = strchr(strchr(key, ' ') + 1, ' ');

	return text_format("publickey %.*s\n", (int)(end - key), key);
}

bool
login_works(const struct user *u, enum how how, int port)
{
	struct login l;
	bool works;

	connect_to(&l, u, port, -1);
	works = login_prove(&l, u, how) == SSH_AUTH_SUCCESS;
	login_close(&l);
	return works;
}

/* ---- all of it in one go ---- */

struct channel
attempt(const struct attempt *a)
{
	struct login l;
	struct channel c;
	size_t i;

	login_open(&l, a->user, a->how, a->port == 0 ? SSHD_GUARDED : a->port);
	channel_open(&c, &l, a->terminal);
	if (a->code != NULL)
		channel_set(&c, "OTPGATE_CODE", a->code);
	if (a->locale != NULL)
		channel_set(&c, "LC_ALL", a->locale);
	channel_ask(&c, a->want, a->what);
	for (i = 0; i < 4 && a->answers[i] != NULL; i++) {
		channel_await(&c, PROMPT);
		channel_send(&c, a->answers[i]);
		channel_send(&c, "\n");
	}
	if (a->input != NULL)
		channel_send(&c, a->input);
	if (!a->terminal && !c.closed)
		channel_end_input(&c);
	channel_finish(&c);
	login_close(&l);
	return c;
}

void
expect_in(const struct channel *c)
{
	cr_assert(text_has(c->out->bytes, "in"), "not let in (%d): %s%s",
	    c->status, c->out->bytes, c->err->bytes);
	cr_assert_eq(c->status, 0);
}

void
expect_refused(const struct channel *c, const char *sentence)
{
	cr_assert_eq(c->status, GATE_REFUSED, "status %d%s: %s%s", c->status,
	    c->signal, c->out->bytes, c->err->bytes);
	cr_assert_str_empty(
	    c->out->bytes, "standard output: %s", c->out->bytes);
	cr_assert(text_has(c->err->bytes, sentence), "no \"%s\" in: %s",
	    sentence, c->err->bytes);
}

void
expect_in_with(const struct user *u, const char *code)
{
	struct channel c = ATTEMPT(.user = u, .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

void
expect_in_unasked(const struct user *u)
{
	struct channel c = ATTEMPT(.user = u, .what = IN);

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

void
expect_out_without(const struct user *u)
{
	struct channel c = ATTEMPT(.user = u, .what = IN);

	expect_refused(&c, "a code is needed");
	cr_assert_eq(channel_prompts(&c), 1);
}
