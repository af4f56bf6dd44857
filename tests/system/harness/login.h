/*
 * Logins through libssh: how somebody proves who he is, what he asks for,
 * what he answers, and what he gets.
 */
#ifndef SYSTEM_LOGIN_H
#define SYSTEM_LOGIN_H

#include <stdbool.h>

#include "channel.h"
#include "user.h"

/* What sshd is given. */
enum how {
	BY_PASSWORD,
	BY_KEYBOARD, /* keyboard-interactive, through PAM */
	BY_KEY,
	BY_KEY_AND_PASSWORD
};

/* Connects to port of this machine and logs in, or fails the test. */
void login_open(struct login *l, const struct user *u, enum how how, int port);
void login_close(struct login *l);

/* The same on a connected socket, which stays the caller's to close. */
void login_open_on(struct login *l, const struct user *u, int fd);

/*
 * The two halves of it, for cases that go their own way in between: the
 * connection, and the proof, with libssh's result.
 */
void login_connect(struct login *l, const struct user *u, int port);
int login_prove(struct login *l, const struct user *u, enum how how);

/*
 * Overwrites, as u, the files in which sshd describes u's connections, on
 * which a session must have been opened.
 */
void login_forge(const struct user *u, const char *text);

/* What sshd would write there of a login with u's key. */
const char *login_key_line(const struct user *u);

/* True when sshd lets u in so: for logins that it should refuse itself. */
bool login_works(const struct user *u, enum how how, int port);

/* ---- all of it in one go ---- */

struct attempt {
	const struct user *user;
	enum how how;
	int port; /* 0: SSHD_GUARDED */
	enum want want;
	const char *what; /* the command */
	bool terminal;
	const char *code;	/* in OTPGATE_CODE */
	const char *locale;	/* in LC_ALL */
	const char *answers[4]; /* one for each prompt */
	const char *input;	/* behind them */
};

/* Logs in, answers what it is asked, and stays to the end. */
struct channel attempt(const struct attempt *a);

/* attempt(), from a list of the fields. */
#define ATTEMPT(...) attempt(&(struct attempt){__VA_ARGS__})

/* What cases that only ask whether they get in run. */
#define IN "echo in"

#define GATE_REFUSED 77 /* the exit status of a gate that refused */

/* Fails unless IN ran; unless the gate refused it, with that sentence. */
void expect_in(const struct channel *c);
void expect_refused(const struct channel *c, const char *sentence);

/* Fails unless a password lets u in: with that code, asked once; unasked. */
void expect_in_with(const struct user *u, const char *code);
void expect_in_unasked(const struct user *u);

/* Fails unless u is asked, and the password alone is refused. */
void expect_out_without(const struct user *u);

#endif
