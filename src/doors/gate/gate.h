/* The gate as a whole: what its files share. */
#ifndef DOORS_GATE_GATE_H
#define DOORS_GATE_GATE_H

#include <stdbool.h>

#include "base/log.h"
#include "doors/gate/arguments.h"
#include "doors/gate/facts.h"
#include "term/sentence.h"
#include "wire/ask.h"
#include "wire/message.h"

#define STATUS_REFUSED_LOGIN 77 /* sysexits.h: EX_NOPERM */

struct gate {
	struct arguments arguments;
	struct facts facts;
	char *command; /* of a restricted key, or NULL */
	struct ask ask;
	enum error reached; /* why there is no connection in it, or OK */
	bool challenged;
	int signal;		 /* that ended the prompt, or 0 */
	char said[SENTENCE_MAX]; /* all that gate_say() was given */
};

/* ---- report.c: to the person and to the log ---- */

/*
 * Each line of text, with the program's name before it, on the terminal or
 * else on standard error.
 */
void gate_say(struct gate *g, const char *text);

/* A line in the log: who logs in how, and reason, a word. */
void gate_note(const struct gate *g, enum log_level level, const char *event,
    const char *reason);

/*
 * Refuses for a reason that otpgated does not log, because it is the gate's.
 * False, for the steps to return.
 */
bool gate_refuse(struct gate *g, const char *reason, const char *text);

/* The same where no code was given, which is no warning to anybody. */
bool gate_refuse_silence(struct gate *g, const char *reason, const char *text);

/* The same for a question that got no answer, and for otpgated's refusals. */
bool gate_refuse_unanswered(struct gate *g, enum error e);
bool gate_refuse_unreachable(struct gate *g, enum error e);
bool gate_refuse_status(struct gate *g, enum status status);

/* With --record, where what the record says would be needed, and is not. */
bool gate_refuse_unrecorded(struct gate *g);

/*
 * After a refusal: a client of sftp is told in its protocol what was said, as
 * it shows nothing else.  Returns at once for every other client, and when
 * that one has read enough, has left, or has asked for nothing for a while.
 */
void gate_tell_sftp(const struct gate *g);

/*
 * Asks for a line on the terminal, else on standard error, and waits seconds;
 * prompt_line()'s errors.
 */
enum error gate_ask_line(struct gate *g, const char *question, bool echo,
    uint32_t seconds, char out[static CODE_TEXT_MAX]);

/* ---- the steps, in their order: true to go on, false when refused ---- */

/* check.c: what must hold before anything is asked. */
bool check_arguments(struct gate *g, int argc, char **argv);
bool check_facts(struct gate *g);
bool check_home(struct gate *g);
bool check_letters(struct gate *g);
bool check_restriction(struct gate *g); /* sets g->command */

/*
 * setup.c: sets a second factor up in the course of the login that reply is
 * about, on the connection in g->ask.  True when the session may start: the
 * set-up is done, or was skipped and may be.
 */
bool setup_run(struct gate *g, const struct wire_login_reply *reply);

/*
 * login.c: with --record, takes root's record of this connection in the place
 * of sshd's file; asks otpgated, and the person where it says so, and obeys.
 */
bool login_connect(struct gate *g);
bool login_judge(struct gate *g);

#endif
