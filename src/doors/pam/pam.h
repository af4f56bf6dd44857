/*
 * The module as a whole: what its files share.
 *
 * Rules, for it lives in a process that it does not know:
 *   - It MUST NOT touch signals, the environment, the working directory, or
 *     standard input and output, nor keep anything global.
 *   - Whatever it opens or allocates MUST be gone when it returns; what a
 *     later line needs is kept by libpam, with its end.
 *   - PAM_SUCCESS MUST mean that a code was accepted in this very call.
 *   - PAM_IGNORE of a line that asks MUST mean that otpgated let pass, and
 *     logged it, or that this is a step of sshd's before the code is due:
 *     elsewhere nobody asks later.
 */
#ifndef DOORS_PAM_PAM_H
#define DOORS_PAM_PAM_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "core/service.h"
#include "doors/pam/line.h"
#include "wire/ask.h"
#include "wire/message.h"

/* One call of the module. */
struct door {
	pam_handle_t *pamh;
	const char *phase; /* "auth", "session": for the log */
	bool silent;	   /* PAM_SILENT: no text but questions */
	struct pam_line line;
	char service[SERVICE_MAX]; /* "ssh" for sshd */
	bool ssh;
	bool step;	  /* a step of sshd's own, not of some other program */
	const char *told; /* what sshd says was proved; "": nothing */
	const char *connection; /* SSH_CONNECTION of that step, else "" */
	char methods[METHODS_MAX];
	char address[ADDRESS_MAX];
	char user[NAME_MAX_BYTES];
	uint32_t uid;
	struct wire_number gid[WIRE_NUMBERS];
	size_t gid_count;	/* 0: not known */
	unsigned int questions; /* asked for a code so far */
	struct ask ask;
};

/* True when sshd says that the password was proved before. */
bool door_has_password(const struct door *d);

/* ---- facts.c ---- */

/*
 * Reads the words of the line and asks PAM what it is about.  PAM_SUCCESS, or
 * what the module has to return.
 */
int door_open(struct door *d, pam_handle_t *pamh, int flags,
    enum phase_kind phase, int argc, const char **argv);

/* Looks the user up.  PAM_SUCCESS, PAM_USER_UNKNOWN, PAM_BUF_ERR. */
int door_find_user(struct door *d);

/* ---- report.c: to the log ---- */

void door_note(const struct door *d, enum log_level level, const char *event,
    const char *reason);

/* Refuses for a reason that otpgated does not log; code, for returning. */
int door_refuse(const struct door *d, int code, const char *reason);

/* The same where no code was given, which is no warning to anybody. */
int door_refuse_silence(const struct door *d, int code, const char *reason);

/* ---- the lines: what each returns is the module's result ---- */

/* check.c: asks for a code, or has a code looked at that was split off. */
int check_run(struct door *d);

/* step.c: tells sshd's second step from its first one. */
int step_run(struct door *d);

/* split.c: takes the code off a password, before that is looked at. */
int split_run(struct door *d);

/* session.c: whether the session may open. */
int session_run(struct door *d);

/* setup.c: a set-up in the dialogue, that reply demands. */
int setup_run(struct door *d, const struct wire_login_reply *reply);

#endif
