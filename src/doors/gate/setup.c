/*
 * Set-up in the course of a login: the secret is shown, and counts when a code
 * of it was given.  otpgated keeps nothing before that, so whatever ends this
 * leaves all as it was.
 *
 * Rules:
 *   - The session MUST start only by otpgated's word on the code, or where
 *     the verdict lets it start without a set-up.
 *   - The secret and the recovery codes MUST go to the terminal alone, and be
 *     wiped when they were shown.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/gate/gate.h"
#include "doors/wish.h"
#include "term/sentence.h"
#include "term/setup.h"

#define SETUP_TRIES 5 /* wrong answers until the login ends, or goes on */

/* How a step ended. */
enum step { STEP_REFUSED, STEP_NEXT, STEP_AGAIN, STEP_SKIPPED };

struct setup {
	struct gate *g;
	bool required; /* it cannot be skipped */
	bool ticket;
	uint32_t seconds; /* that a question waits */
	struct wire_enroll_request wish;
	struct wire_enroll_reply shown;
};

/* Between us and the terminal stand secrets: they are wiped with this. */
static char output[BUFSIZ];

/* ---- what may be skipped ---- */

/* It cannot be done now; the login goes on where it may. */
static enum step
give_up(const struct setup *s, enum status status)
{
	char text[SENTENCE_MAX];

	/* A factor came up meanwhile: that one decides, at the next login. */
	if (s->required || status == STATUS_NEEDS_CODE ||
	    status == STATUS_EXISTS) {
		(void)gate_refuse_status(s->g, status);
		return STEP_REFUSED;
	}
	gate_say(s->g, sentence_status(text, status));
	return STEP_SKIPPED;
}

static enum step
ask(const struct setup *s, const char *question, const char *skippable,
    char out[static CODE_TEXT_MAX])
{
	enum error e = gate_ask_line(
	    s->g, s->required ? question : skippable, true, s->seconds, out);

	if (e == ERR_LONG || e == ERR_FORMAT)
		return STEP_NEXT; /* no code: otpgated will say so */
	if (e != OK) {
		(void)gate_refuse_unanswered(s->g, e);
		return STEP_REFUSED;
	}
	if (out[0] != '\0')
		return STEP_NEXT;
	if (!s->required)
		return STEP_SKIPPED;
	gate_say(s->g, "this cannot be skipped here");
	return STEP_AGAIN;
}

static void
tell(const struct setup *s, enum reason reason, int64_t wait)
{
	char text[SENTENCE_MAX];

	gate_say(s->g, sentence_outcome(text, reason, wait));
}

/* ---- the secret ---- */

static enum step
request(struct setup *s)
{
	enum status status;
	enum error e = ask_enroll(&s->g->ask, &s->wish, &s->shown, &status);

	if (e != OK) {
		(void)gate_refuse_unreachable(s->g, e);
		return STEP_REFUSED;
	}
	if (status != STATUS_OK)
		return give_up(s, status);
	if (s->shown.secret[0] != '\0')
		return STEP_NEXT;
	tell(s, (enum reason)s->shown.reason, s->shown.wait);
	return STEP_AGAIN;
}

static enum step
request_with_ticket(struct setup *s)
{
	enum step step =
	    ask(s, PROMPT_TICKET, PROMPT_TICKET_SKIP, s->wish.ticket);

	return step == STEP_NEXT ? request(s) : step;
}

/* ---- its code ---- */

static void
show(const struct setup *s, FILE *out)
{
	struct qr_screen screen;

	qr_screen_of(fileno(out), &screen);
	(void)fprintf(out,
	    "\nTwo-factor logins are on here, and you have no second factor "
	    "yet. To set it up,\nscan the QR code with an authenticator app, "
	    "or type the key into it.\n\n");
	setup_show(out, &s->shown, &screen);
	(void)fflush(out);
}

/* They must not scroll away unseen. */
static enum step
show_recovery(
    const struct setup *s, FILE *out, const struct wire_recovery_reply *a)
{
	char line[CODE_TEXT_MAX];
	enum error e;

	(void)fprintf(out,
	    "\nConfirmed: from now on a login with a password is asked for a "
	    "code.\n");
	setup_show_recovery(out, a);
	(void)fflush(out);
	e = gate_ask_line(s->g, PROMPT_GO_ON, true, s->seconds, line);
	explicit_bzero(line, sizeof line);
	if (e == OK || e == ERR_LONG || e == ERR_FORMAT || e == ERR_DOWN)
		return STEP_NEXT;
	(void)gate_refuse_unanswered(s->g, e);
	return STEP_REFUSED;
}

static enum step
confirm(const struct setup *s, FILE *out, const char *code)
{
	struct wire_confirm_request q = {.uid = s->wish.uid};
	struct wire_recovery_reply a;
	enum step step = STEP_REFUSED;
	enum status status;
	enum error e;

	(void)text_copy(q.label, sizeof q.label, s->shown.device.label);
	(void)text_copy(q.code, sizeof q.code, code);
	e = ask_confirm(&s->g->ask, &q, &a, &status);
	if (e != OK)
		(void)gate_refuse_unreachable(s->g, e);
	else if (status != STATUS_OK)
		step = give_up(s, status);
	else if (a.verdict == VERDICT_PASS)
		step = show_recovery(s, out, &a);
	else {
		tell(s, (enum reason)a.reason, a.wait);
		step = STEP_AGAIN;
	}
	explicit_bzero(&q, sizeof q);
	explicit_bzero(&a, sizeof a);
	return step;
}

static enum step
confirm_asked(struct setup *s, FILE *out)
{
	char code[CODE_TEXT_MAX];
	enum step step = ask(s, PROMPT_SETUP, PROMPT_SETUP_SKIP, code);

	if (step == STEP_NEXT)
		step = confirm(s, out, code);
	explicit_bzero(code, sizeof code);
	return step;
}

/* ---- all of it ---- */

/* A stream of its own on the terminal; NULL when there can be none. */
static FILE *
open_terminal(const struct gate *g)
{
	int fd = dup(g->facts.terminal);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (out == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	if (setvbuf(out, output, _IOLBF, sizeof output) == 0)
		return out;
	(void)fclose(out);
	return NULL;
}

static enum step
show_and_confirm(struct setup *s)
{
	FILE *out = open_terminal(s->g);
	enum step step = STEP_AGAIN;

	if (out == NULL) {
		(void)gate_refuse_unanswered(s->g, ERR_SYSTEM);
		return STEP_REFUSED;
	}
	show(s, out);
	for (int i = 0; i < SETUP_TRIES && step == STEP_AGAIN; i++)
		step = confirm_asked(s, out);
	(void)fclose(out);
	explicit_bzero(output, sizeof output);
	return step;
}

static enum step
get_secret(struct setup *s)
{
	enum step step = STEP_AGAIN;

	if (!s->ticket)
		return request(s);
	for (int i = 0; i < SETUP_TRIES && step == STEP_AGAIN; i++)
		step = request_with_ticket(s);
	return step;
}

bool
setup_run(struct gate *g, const struct wire_login_reply *reply)
{
	struct setup s = {
	    .g = g,
	    .required = reply->verdict != VERDICT_OFFER,
	    .ticket = reply->ticket != 0,
	    .seconds = reply->deadline,
	};
	enum step step;

	wish_fill(&s.wish, g->facts.user.uid, g->facts.user.name);
	step = get_secret(&s);
	if (step == STEP_NEXT)
		step = show_and_confirm(&s);
	if (step == STEP_AGAIN && s.required)
		(void)gate_refuse(g, "not-set-up",
		    "the second factor was not set up; log in again to begin "
		    "anew");
	explicit_bzero(&s.wish, sizeof s.wish);
	explicit_bzero(&s.shown, sizeof s.shown);
	if (step == STEP_NEXT)
		return true;
	return !s.required && step != STEP_REFUSED;
}
