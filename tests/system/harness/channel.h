/*
 * One session on an SSH connection: what it asks for, what it is sent, what
 * it brings.
 */
#ifndef SYSTEM_CHANNEL_H
#define SYSTEM_CHANNEL_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <stdbool.h>

#include "text.h"

#define PROMPT "Verification code: "

/* An authenticated connection; login.h makes one. */
struct login {
	ssh_session ssh;
	ssh_event event;
};

/* What is asked for. */
enum want { WANT_COMMAND, WANT_SHELL, WANT_SUBSYSTEM };

/* One session on a connection. */
struct channel {
	struct login *login;
	ssh_channel ssh;
	struct ssh_channel_callbacks_struct calls;
	struct text *out, *err;
	size_t out_at, err_at; /* how far channel_await() has read */
	int status;	       /* the exit status; -1: none came */
	char signal[16];       /* of which it died, "KILL"; "": of none */
	bool closed;
};

/*
 * Opens a session, with a terminal or without, and asks for the command,
 * "" among them, the shell, or the subsystem.  c stays where it is.
 */
void channel_open(struct channel *c, struct login *l, bool terminal);
void channel_ask(struct channel *c, enum want want, const char *what);

/* Sends a variable of the environment; before it asks. */
void channel_set(struct channel *c, const char *name, const char *value);

/* Waits until text comes, on either stream, behind all awaited before. */
void channel_await(struct channel *c, const char *text);

void channel_send(struct channel *c, const char *text);
void channel_send_bytes(struct channel *c, const void *bytes, size_t size);
void channel_end_input(struct channel *c);

/* Waits until the session has ended. */
void channel_finish(struct channel *c);

/* What stands in t behind the prompt's line, or all of it without one. */
const char *text_behind_prompt(const struct text *t);

/* How many prompts came. */
size_t channel_prompts(const struct channel *c);

#endif
