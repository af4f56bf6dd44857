/*
 * A new device: its secret is shown, and counts when a code confirmed it.
 *
 * Rules:
 *   - The secret MUST be wiped when it was shown.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/cli.h"
#include "doors/cli/confirm.h"
#include "doors/cli/device.h"
#include "doors/cli/enroll.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/question.h"
#include "doors/cli/say.h"
#include "term/json.h"
#include "term/prompt.h"
#include "term/sentence.h"
#include "term/setup.h"

#define CONFIRM_TRIES 5

/* ---- what was said ---- */

static bool
take_number(
    const char *text, const char *name, uint8_t min, uint8_t max, uint8_t *out)
{
	uint64_t value;

	if (text == NULL)
		return true;
	if (text_number(text, min, max, &value) != OK) {
		complain("%s is a number from %u to %u", name, min, max);
		return false;
	}
	*out = (uint8_t)value;
	return true;
}

static bool
take_period(const char *text, uint8_t *out)
{
	if (text == NULL)
		return true;
	if (strcmp(text, "30") != 0 && strcmp(text, "60") != 0) {
		complain("--period is 30 or 60, in seconds");
		return false;
	}
	*out = text[0] == '3' ? 30 : 60;
	return true;
}

/* On the wire an algorithm is one more: 0 is the policy's. */
static bool
take_algorithm(const char *text, uint8_t *out)
{
	if (text == NULL)
		return true;
	for (uint8_t a = 0; a < ALGORITHM_COUNT; a++)
		if (strcasecmp(text, algorithm_word(a)) == 0) {
			*out = (uint8_t)(a + 1);
			return true;
		}
	complain("--algorithm is SHA1, SHA256 or SHA512; many apps know SHA1 "
		 "only");
	return false;
}

bool
enroll_form(const struct given *g, struct wire_enroll_request *q)
{
	return confirm_label(g->text[SLOT_LABEL], q->label) &&
	    take_number(g->text[SLOT_DIGITS], "--digits", 6, 8, &q->digits) &&
	    take_period(g->text[SLOT_PERIOD], &q->period) &&
	    take_algorithm(g->text[SLOT_ALGORITHM], &q->algorithm);
}

bool
enroll_account(struct wire_enroll_request *q, const char *name)
{
	if (gethostname(q->host, sizeof q->host) != 0)
		q->host[0] = '\0'; /* otpgated knows one too */
	q->host[sizeof q->host - 1] = '\0';
	return text_copy(q->account, sizeof q->account, name) == OK;
}

/* Who gets it, and what the app is to call it. */
static bool
take_person(const struct cli *c, struct wire_enroll_request *q)
{
	struct wire_user_request about;
	struct person p;

	if (!person_given(c, &p))
		return false;
	if (p.name[0] == '\0') {
		complain("there is no account with uid %u", p.uid);
		return false;
	}
	about = person_request(c, &p);
	q->uid = about.uid;
	memcpy(q->name, about.name, sizeof q->name);
	memcpy(q->address, about.address, sizeof q->address);
	if (enroll_account(q, p.name))
		return true;
	complain("the user's name is too long for a QR code");
	return false;
}

/* ---- what is shown ---- */

void
enroll_json(struct json *j, const struct wire_enroll_reply *a)
{
	json_open_object(j, NULL);
	json_text(j, "device", a->device.label);
	json_number(j, "id", a->device.id);
	json_truth(j, "confirmed", false);
	json_text(j, "secret", a->secret);
	json_text(j, "uri", a->uri);
	json_text(j, "issuer", a->issuer);
	json_text(j, "account", a->account);
	json_text(j, "algorithm", algorithm_word(a->device.algorithm));
	json_number(j, "digits", a->device.digits);
	json_number(j, "period", a->device.period);
	json_truth(j, "enabled", a->enabled != 0);
	json_close_object(j);
}

static void
show_as_json(const struct wire_enroll_reply *a)
{
	struct json j;

	json_start(&j, stdout);
	enroll_json(&j, a);
	json_finish(&j);
}

/* ---- enroll ---- */

/* One answer: true when that was the last question. */
static bool
try_answer(struct cli *c, struct wire_confirm_request *q, bool *confirmed)
{
	struct wire_recovery_reply a;
	enum error e =
	    question_line(c, PROMPT_SETUP, true, q->code, sizeof q->code);
	bool last;

	if (e == ERR_LONG || e == ERR_FORMAT)
		complain_outcome(REASON_CODE_MALFORMED, 0);
	if (e != OK)
		return e != ERR_LONG && e != ERR_FORMAT;
	if (!query_good(query_confirm(q, &a)))
		return true;
	*confirmed = a.reason == REASON_CODE_ACCEPTED;
	confirm_keep_advice(c, &a);
	if (*confirmed)
		confirm_show(c, &a);
	else
		complain_outcome(a.reason, a.wait);
	last = *confirmed || !question_again(a.reason);
	explicit_bzero(&a, sizeof a);
	return last;
}

static enum ending
ask_for_codes(struct cli *c, const struct wire_enroll_request *about,
    const struct wire_enroll_reply *a)
{
	struct wire_confirm_request q;
	bool confirmed = false, last = false;

	memset(&q, 0, sizeof q);
	q.uid = about->uid;
	memcpy(q.name, about->name, sizeof q.name);
	memcpy(q.address, about->address, sizeof q.address);
	memcpy(q.label, a->device.label, sizeof q.label);
	for (int i = 0; i < CONFIRM_TRIES && !last; i++)
		last = try_answer(c, &q, &confirmed);
	if (confirmed && about->renews[0] != '\0')
		say("The old secret has ended.");
	if (!confirmed)
		complain("the device is not confirmed, so it does not count; "
			 "to try again, run: otpgate enroll%s%s",
		    c->given.text[SLOT_USER] == NULL ? "" : " ",
		    c->given.text[SLOT_USER] == NULL ? "" : q.name);
	explicit_bzero(&q, sizeof q);
	return confirmed ? ENDING_DONE : ENDING_FAILED;
}

static enum ending
show_on_terminal(struct cli *c, const struct wire_enroll_request *about,
    const struct wire_enroll_reply *a)
{
	char account[WIRE_ACCOUNT_MAX * 4], label[LABEL_MAX * 4];
	struct qr_screen screen;

	qr_screen_of(STDOUT_FILENO, &screen);
	say(about->renews[0] == '\0'
		? "A new device, \"%s\", for %s: scan the QR code with an "
		  "authenticator app, or type the key into it."
		: "A new secret of the device \"%s\" for %s: scan the QR code "
		  "with its app, or type the key into it. The old one counts "
		  "until a code of the new one is given.",
	    text_escape_utf8(label, sizeof label, a->device.label),
	    text_escape_utf8(account, sizeof account, a->account));
	if (a->enabled == 0)
		confirm_say_off();
	(void)putchar('\n');
	setup_show(stdout, a, &screen);
	return ask_for_codes(c, about, a);
}

/* Without a terminal the secret would end up in a file, unasked. */
static bool
has_terminal(void)
{
	int fd = prompt_terminal();

	if (fd >= 0)
		(void)close(fd);
	if (fd >= 0 && isatty(STDOUT_FILENO))
		return true;
	complain("enroll shows a secret and asks for a code of it: run it on a "
		 "terminal, or with --json and then: otpgate confirm");
	return false;
}

/* For a first set-up where it takes one: asked for once. */
static bool
take_ticket(struct cli *c, struct wire_enroll_request *q)
{
	enum error e;

	if (c->json || q->ticket[0] != '\0') {
		complain(
		    "a first set-up needs the ticket that root makes with: "
		    "otpgate enroll USER --ticket");
		return false;
	}
	e = question_line(c, PROMPT_TICKET, true, q->ticket, sizeof q->ticket);
	return e == OK && q->ticket[0] != '\0';
}

/* True with what is missing for another try in q. */
static bool
take_more(struct cli *c, struct proof *proof, enum status s,
    const struct wire_enroll_reply *a, struct wire_enroll_request *q)
{
	if (s == STATUS_NEEDS_TICKET)
		return take_ticket(c, q);
	return proof_next(proof, s, a->reason, a->wait, q->proof);
}

static enum ending
enroll(struct cli *c, struct wire_enroll_request *q)
{
	struct proof proof = {c, 0};
	struct wire_enroll_reply a;
	enum ending end = ENDING_FAILED;
	enum status s;

	while ((s = query_enroll(q, &a)) != STATUS_OK || a.secret[0] == '\0')
		if (!take_more(c, &proof, s, &a, q))
			goto out;
	end = ENDING_DONE;
	if (c->json)
		show_as_json(&a);
	else
		end = show_on_terminal(c, q, &a);
out:
	explicit_bzero(q, sizeof *q);
	explicit_bzero(&a, sizeof a);
	return end;
}

enum ending
do_enroll(struct cli *c)
{
	struct wire_enroll_request q;

	memset(&q, 0, sizeof q);
	if (!enroll_form(&c->given, &q))
		return ENDING_USAGE;
	if (!take_person(c, &q) || (!c->json && !has_terminal()))
		return ENDING_FAILED;
	return enroll(c, &q);
}

enum ending
do_renew(struct cli *c)
{
	struct wire_enroll_request q;
	bool last = false;

	memset(&q, 0, sizeof q);
	if (!enroll_form(&c->given, &q))
		return ENDING_USAGE;
	if (!take_person(c, &q) || (!c->json && !has_terminal()) ||
	    !device_given(c, q.renews, &last))
		return ENDING_FAILED;
	return enroll(c, &q);
}
