/*
 * A set-up in the dialogue, where the policy demands one: the secret is shown
 * as text, and counts when a code of it was given.
 *
 * Rules:
 *   - The login MUST go on only by otpgated's word on the code.
 *   - What was shown MUST be wiped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/code.h"
#include "doors/pam/proof.h"
#include "doors/pam/talk.h"
#include "doors/wish.h"
#include "term/sentence.h"
#include "term/setup.h"

#define SETUP_TRIES 5  /* answers until the login ends */
#define SIDE_MAX 45    /* modules of a QR code that is still shown */
#define MARGIN 4       /* modules around it */
#define PAGE_MAX 12000 /* bytes; dbclient ends at more */

enum step { STEP_REFUSED, STEP_NEXT, STEP_AGAIN };

struct setup {
	struct door *d;
	bool ticket;
	struct wire_enroll_request wish;
	struct wire_enroll_reply shown;
	int result; /* where a step refused */
};

/* Text on its way to the person: it holds a secret. */
struct page {
	char text[PAGE_MAX];
	char buffer[BUFSIZ];
};

/* ---- refusing ---- */

static enum step
refuse(struct setup *s, const char *text, const char *reason)
{
	talk_tell(s->d, text);
	s->result = door_refuse(s->d, PAM_AUTH_ERR, reason);
	return STEP_REFUSED;
}

static enum step
refuse_unreachable(struct setup *s, enum error e)
{
	char text[SENTENCE_MAX];

	return refuse(s, sentence_unreachable(text, e), "otpgated-unreachable");
}

static enum step
refuse_status(struct setup *s, enum status status)
{
	char text[SENTENCE_MAX];

	return refuse(s, sentence_status(text, status), status_word(status));
}

/* ---- the pages ---- */

/* Shows what write puts on a page. */
static void
show(const struct setup *s, const void *what,
    void (*write)(FILE *out, const void *what))
{
	struct page *page = calloc(1, sizeof *page);
	FILE *out =
	    page == NULL ? NULL : fmemopen(page->text, sizeof page->text, "w");

	if (out != NULL) {
		(void)setvbuf(out, page->buffer, _IOFBF, sizeof page->buffer);
		write(out, what);
		(void)fclose(out);
		page->text[sizeof page->text - 1] = '\0';
		talk_show(s->d, page->text);
	}
	if (page != NULL)
		explicit_bzero(page, sizeof *page);
	free(page);
}

/* Nobody knows how wide the person's window is, so that is said. */
static void
write_secret(FILE *out, const void *what)
{
	struct wire_enroll_reply r = *(const struct wire_enroll_reply *)what;
	size_t side = r.qr_side + 2 * MARGIN;
	const struct qr_screen screen = {QR_PLAIN, 2 * side, side + 1, ""};

	(void)fprintf(out,
	    "Everybody needs a second factor here, and you have none yet. "
	    "Type this key\ninto an authenticator app");
	if (r.qr_side > 0 && r.qr_side <= SIDE_MAX)
		(void)fprintf(out,
		    ", or scan the QR code; that takes a window of\n%zu "
		    "columns, dark on light",
		    2 * side);
	else
		r.qr_size = 0;
	(void)fprintf(out,
	    ".\nsshd waits two minutes for all of this, unless its "
	    "LoginGraceTime says otherwise;\nafter that begin anew, with "
	    "another key.\n\n    URI        %s\n",
	    r.uri);
	setup_show(out, &r, &screen);
	explicit_bzero(&r, sizeof r);
}

static void
write_recovery(FILE *out, const void *what)
{
	(void)fputs("Confirmed: from now on a login with a password is asked "
		    "for a code.\n",
	    out);
	setup_show_recovery(out, what);
}

/* ---- questions ---- */

static enum step
ask(struct setup *s, const char *question, char out[static CODE_TEXT_MAX])
{
	enum error e = talk_ask(s->d, true, question, out);

	if (e == OK && out[0] != '\0')
		return STEP_NEXT;
	if (e == OK || e == ERR_LONG) {
		talk_tell(s->d, "this cannot be skipped here");
		return STEP_AGAIN;
	}
	s->result = door_refuse_silence(s->d, PAM_CONV_ERR, "no-input");
	return STEP_REFUSED;
}

static void
tell(const struct setup *s, enum reason reason, int64_t wait)
{
	char text[SENTENCE_MAX];

	talk_tell(s->d, sentence_outcome(text, reason, wait));
}

/* ---- the secret ---- */

static enum step
request(struct setup *s)
{
	enum status status;
	enum error e = ask_enroll(&s->d->ask, &s->wish, &s->shown, &status);

	if (e != OK)
		return refuse_unreachable(s, e);
	if (status != STATUS_OK)
		return refuse_status(s, status);
	if (s->shown.secret[0] != '\0')
		return STEP_NEXT;
	tell(s, (enum reason)s->shown.reason, s->shown.wait);
	return STEP_AGAIN;
}

static enum step
get_secret(struct setup *s)
{
	enum step step = STEP_AGAIN;

	if (!s->ticket)
		return request(s);
	for (int i = 0; i < SETUP_TRIES && step == STEP_AGAIN; i++) {
		step = ask(s, PROMPT_TICKET, s->wish.ticket);
		if (step == STEP_NEXT)
			step = request(s);
	}
	return step;
}

/* ---- its code ---- */

static enum step
confirm(struct setup *s, const char *code)
{
	struct wire_confirm_request q = {.uid = s->wish.uid};
	struct wire_recovery_reply a;
	enum status status;
	enum step step;
	enum error e;

	(void)text_copy(q.label, sizeof q.label, s->shown.device.label);
	(void)text_copy(q.code, sizeof q.code, code);
	e = ask_confirm(&s->d->ask, &q, &a, &status);
	if (e != OK)
		step = refuse_unreachable(s, e);
	else if (status != STATUS_OK)
		step = refuse_status(s, status);
	else if (a.verdict == VERDICT_PASS) {
		show(s, &a, write_recovery);
		s->result = proof_keep(s->d, a.proof);
		step = s->result == PAM_SUCCESS ? STEP_NEXT : STEP_REFUSED;
	} else {
		tell(s, (enum reason)a.reason, a.wait);
		step = STEP_AGAIN;
	}
	explicit_bzero(&q, sizeof q);
	explicit_bzero(&a, sizeof a);
	return step;
}

static enum step
confirm_asked(struct setup *s)
{
	char code[CODE_TEXT_MAX];
	enum step step = ask(s, PROMPT_SETUP, code);

	/* What cannot be one may be a password. */
	if (step == STEP_NEXT && code_kind_of(code) != CODE_TOTP) {
		tell(s, REASON_CODE_MALFORMED, 0);
		step = STEP_AGAIN;
	}
	if (step == STEP_NEXT)
		step = confirm(s, code);
	explicit_bzero(code, sizeof code);
	return step;
}

static enum step
show_and_confirm(struct setup *s)
{
	enum step step = STEP_AGAIN;
	char line[CODE_TEXT_MAX];

	show(s, &s->shown, write_secret);
	for (int i = 0; i < SETUP_TRIES && step == STEP_AGAIN; i++)
		step = confirm_asked(s);
	/* sshd shows a text with the next question, or not at all. */
	if (step == STEP_NEXT)
		(void)talk_ask(s->d, true, PROMPT_GO_ON, line);
	explicit_bzero(line, sizeof line);
	return step;
}

int
setup_run(struct door *d, const struct wire_login_reply *reply)
{
	struct setup s = {
	    .d = d, .ticket = reply->ticket != 0, .result = PAM_AUTH_ERR};
	enum step step;

	wish_fill(&s.wish, d->uid, d->user);
	step = get_secret(&s);
	if (step == STEP_NEXT)
		step = show_and_confirm(&s);
	if (step == STEP_AGAIN)
		step = refuse(&s,
		    "the second factor was not set up; log in again to begin "
		    "anew",
		    "not-set-up");
	explicit_bzero(&s.wish, sizeof s.wish);
	explicit_bzero(&s.shown, sizeof s.shown);
	return step == STEP_NEXT ? PAM_SUCCESS : s.result;
}
