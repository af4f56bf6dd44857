/*
 * Logins through the auth door: sshd's methods one after the other, and the
 * questions of PAM, as a client meets them.
 */
#ifndef SYSTEM_DIALOGUE_H
#define SYSTEM_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "login.h"
#include "text.h"

#define QUESTION_CODE "Verification code: "

struct dialogue_try {
	const struct user *user;
	int port;
	const char *password; /* for the method "password"; NULL: not tried */
	bool dialogue;	      /* go on to keyboard-interactive */
	bool first;	      /* ...before the method "password" */
	const char *answers[12]; /* to its questions; "" behind the last one */
};

struct dialogue_end {
	bool password; /* that method was taken */
	bool in;       /* and what runs in a session did */
	size_t questions;
	struct text *said; /* all that the questions brought */
};

struct dialogue_end dialogue_try(const struct dialogue_try *t);

/* dialogue_try(), from a list of the fields. */
#define DIALOGUE(...) dialogue_try(&(struct dialogue_try){__VA_ARGS__})

/* True when a login runs something: sshd may take the proof, and end it. */
bool dialogue_runs(const struct user *u, enum how how, int port);

#endif
