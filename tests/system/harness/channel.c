#include "channel.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

/* ---- what libssh calls ---- */

static int
take_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t size,
    int is_err, void *owner)
{
	struct channel *c = owner;

	(void)ssh;
	(void)channel;
	text_add(is_err ? c->err : c->out, data, size);
	return (int)size;
}

static void
take_status(ssh_session ssh, ssh_channel channel, int status, void *owner)
{
	(void)ssh;
	(void)channel;
	((struct channel *)owner)->status = status;
}

static void
take_signal(ssh_session ssh, ssh_channel channel, const char *name, int core,
    const char *message, const char *language, void *owner)
{
	struct channel *c = owner;

	(void)ssh;
	(void)channel;
	(void)core;
	(void)message;
	(void)language;
	snprintf(c->signal, sizeof(c->signal), "%s", name);
}

static void
take_close(ssh_session ssh, ssh_channel channel, void *owner)
{
	(void)ssh;
	(void)channel;
	((struct channel *)owner)->closed = true;
}

/* ---- a session ---- */

void
channel_open(struct channel *c, struct login *l, bool terminal)
{
	memset(c, 0, sizeof(*c));
	c->login = l;
	c->out = text_new();
	c->err = text_new();
	c->status = -1;
	c->ssh = ssh_channel_new(l->ssh);
	cr_assert_not_null(c->ssh);
	c->calls.userdata = c;
	c->calls.channel_data_function = take_data;
	c->calls.channel_exit_status_function = take_status;
	c->calls.channel_exit_signal_function = take_signal;
	c->calls.channel_close_function = take_close;
	ssh_callbacks_init(&c->calls);
	cr_assert_eq(ssh_set_channel_callbacks(c->ssh, &c->calls), SSH_OK);
	cr_assert_eq(ssh_channel_open_session(c->ssh), SSH_OK, "%s",
	    ssh_get_error(l->ssh));
	if (terminal)
		cr_assert_eq(ssh_channel_request_pty(c->ssh), SSH_OK);
}

void
channel_ask(struct channel *c, enum want want, const char *what)
{
	int result = SSH_ERROR;

	switch (want) {
	case WANT_COMMAND:
		result = ssh_channel_request_exec(c->ssh, what);
		break;
	case WANT_SHELL:
		result = ssh_channel_request_shell(c->ssh);
		break;
	case WANT_SUBSYSTEM:
		result = ssh_channel_request_subsystem(c->ssh, what);
		break;
	}
	cr_assert_eq(result, SSH_OK, "%s", ssh_get_error(c->login->ssh));
}

void
channel_set(struct channel *c, const char *name, const char *value)
{
	/* sshd answers nothing that can be waited for: it may not take it. */
	(void)ssh_channel_request_env(c->ssh, name, value);
}

/* True, and *at behind it, when needle stands in t from there on. */
static bool
found(const struct text *t, size_t *at, const char *needle)
{
	const char *hit = strstr(t->bytes + *at, needle);

	if (hit == NULL)
		return false;
	*at = (size_t)(hit - t->bytes) + strlen(needle);
	return true;
}

/* One round of waiting; false when nothing more can come. */
static bool
wait_more(struct channel *c, int64_t end)
{
	if (c->closed || !ssh_is_connected(c->login->ssh))
		return false;
	cr_assert_lt(run_clock(), end, "nothing comes; so far: %s%s",
	    c->out->bytes, c->err->bytes);
	return ssh_event_dopoll(c->login->event, 1000) != SSH_ERROR;
}

void
channel_await(struct channel *c, const char *text)
{
	int64_t end = run_clock() + DEADLINE;

	while (!found(c->out, &c->out_at, text) &&
	    !found(c->err, &c->err_at, text))
		cr_assert(wait_more(c, end),
		    "ended (%d) before \"%s\" came; output: %s; errors: %s",
		    c->status, text, c->out->bytes, c->err->bytes);
}

void
channel_send_bytes(struct channel *c, const void *bytes, size_t size)
{
	cr_assert_eq(ssh_channel_write(c->ssh, bytes, (uint32_t)size),
	    (int)size, "%s", ssh_get_error(c->login->ssh));
}

void
channel_send(struct channel *c, const char *text)
{
	channel_send_bytes(c, text, strlen(text));
}

void
channel_end_input(struct channel *c)
{
	cr_assert_eq(ssh_channel_send_eof(c->ssh), SSH_OK);
}

void
channel_finish(struct channel *c)
{
	int64_t end = run_clock() + DEADLINE;

	while (wait_more(c, end))
		;
	ssh_channel_free(c->ssh);
	c->ssh = NULL;
}

const char *
text_behind_prompt(const struct text *t)
{
	const char *at = strstr(t->bytes, PROMPT);

	if (at == NULL)
		return t->bytes;
	at += strlen(PROMPT);
	return at + strspn(at, "\r\n");
}

size_t
channel_prompts(const struct channel *c)
{
	return text_count(c->out->bytes, PROMPT) +
	    text_count(c->err->bytes, PROMPT);
}
