/*
 * A new device: the secret is made and shown.
 *
 * Rules:
 *   - Whatever adds, shows or changes a factor MUST take a code in that same
 *     request, unless root asks, or there is no factor yet.
 *   - A secret MUST NOT count before a code of it was given.
 */
#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/base32.h"
#include "core/otpauth.h"
#include "daemon/qr.h"
#include "os/random.h"

/* ---- a new device ---- */

/* Zero means: as the policy says. */
static enum error
choose_form(const struct wire_enroll_request *q, const struct policy *p,
    struct totp_form *out)
{
	out->digits = q->digits != 0 ? q->digits : p->digits;
	out->period = q->period != 0 ? q->period : p->period;
	out->algorithm = p->algorithm;
	if (q->algorithm != 0)
		out->algorithm = (enum algorithm)(q->algorithm - 1);
	if (out->digits < TOTP_DIGITS_MIN || out->digits > TOTP_DIGITS_MAX ||
	    (out->period != 30 && out->period != 60) ||
	    out->algorithm >= ALGORITHM_COUNT)
		return ERR_RANGE;
	return OK;
}

/*
 * What was wished; a renewal keeps its name; else "app", or the first of
 * "app-2", "app-3" ... that is free.
 */
static enum error
choose_label(
    struct record *r, const struct wire_enroll_request *q, char out[LABEL_MAX])
{
	const char *wish = q->label[0] != '\0' ? q->label : q->renews;

	if (wish[0] != '\0')
		return text_copy(out, LABEL_MAX, wish);
	(void)text_copy(out, LABEL_MAX, "app");
	for (unsigned int n = 2; record_labelled(r, out) != NULL; n++)
		(void)text_print(out, LABEL_MAX, "app-%u", n);
	return OK;
}

/*
 * What cannot be is refused before the proof is looked at: else a right code
 * would be told from a wrong one, and not be spent.
 */
static enum error
vet_wish(
    struct daemon *d, const struct wire_enroll_request *q, struct record *r)
{
	const struct device *same = record_labelled(r, q->label);
	const struct device *renewed = record_labelled(r, q->renews);
	struct totp_form form;

	if (choose_form(q, daemon_policy(d), &form) != OK)
		return ERR_RANGE;
	if (q->renews[0] != '\0' && (renewed == NULL || !renewed->confirmed))
		return ERR_ABSENT;
	if (same != NULL && same->confirmed && same != renewed)
		return ERR_EXISTS;
	return record_confirmed(r) < DEVICES_MAX ? OK : ERR_FULL;
}

static enum error
make_device(struct daemon *d, const struct wire_enroll_request *q,
    struct record *r, struct device *fresh)
{
	const struct device *renewed = record_labelled(r, q->renews);
	uint8_t bytes[SECRET_NEW];
	enum error e = ERR_UNSET;

	memset(fresh, 0, sizeof *fresh);
	fresh->created = daemon_now(d);
	fresh->renews = renewed == NULL ? 0 : renewed->id;
	if ((e = choose_form(q, daemon_policy(d), &fresh->form)) == OK &&
	    (e = choose_label(r, q, fresh->label)) == OK &&
	    (e = random_bytes(bytes, sizeof bytes)) == OK)
		e = secret_set(&fresh->secret, bytes, sizeof bytes);
	explicit_bzero(bytes, sizeof bytes);
	return e;
}

/* All that a person or an app needs to take the secret over. */
static enum error
show_device(const struct daemon *d, const struct wire_enroll_request *q,
    const struct record *r, const struct device *fresh,
    struct wire_enroll_reply *a)
{
	const char *issuer = daemon_policy(d)->issuer;
	enum error e = ERR_UNSET;

	if (issuer[0] == '\0')
		issuer = q->host[0] != '\0' ? q->host : d->host;
	answer_describe_device(r, fresh, &a->device);
	(void)text_print(a->issuer, sizeof a->issuer, "%s", issuer);
	(void)text_copy(a->account, sizeof a->account, q->account);
	if ((e = base32_encode(a->secret, sizeof a->secret, fresh->secret.bytes,
		 fresh->secret.size)) != OK ||
	    (e = otpauth_write(
		 a->uri, sizeof a->uri, a->issuer, a->account, fresh)) != OK)
		return e;
	/* Too much text for the picture: the key alone does as well. */
	if (qr_make(a->uri, a->qr, sizeof a->qr, &a->qr_size, &a->qr_side) !=
	    OK)
		a->qr_side = 0;
	return OK;
}

/* In the store it waits for "confirm"; in a login's set-up, with that. */
static enum status
keep_device(struct daemon *d, struct caller *c, struct record *r,
    const struct wire_enroll_request *q, struct device *fresh)
{
	enum status s;

	if (caller_sets_up(c, q->uid)) {
		c->challenge.fresh = *fresh;
		return STATUS_OK;
	}
	s = answer_status_of(store_add_device(d->store, r, fresh));
	return s == STATUS_OK ? answer_remember_name(d, c, r, q->name) : s;
}

static enum status
enroll(struct daemon *d, struct caller *c, const struct wire_enroll_request *q,
    struct record *r, struct wire_enroll_reply *a)
{
	/* prove() has seen a code, the ticket, or root. */
	const bool vouched = r->state == RECORD_GOOD ||
	    daemon_policy(d)->setup == SETUP_TICKET ||
	    (caller_is_root(c) && !caller_sets_up(c, q->uid));
	struct device fresh;
	enum status s = STATUS_OK;

	if (!caller_sets_up(c, q->uid))
		s = answer_status_of(answer_drop_pending(d, r));
	if (s == STATUS_OK)
		s = answer_status_of(make_device(d, q, r, &fresh));
	fresh.vouched = vouched;
	if (s == STATUS_OK)
		s = keep_device(d, c, r, q, &fresh);
	if (s == STATUS_OK)
		s = answer_status_of(show_device(d, q, r, &fresh, a));
	if (s == STATUS_OK)
		log_text(&c->line, "new", fresh.label);
	explicit_bzero(&fresh, sizeof fresh);
	return s;
}

/*
 * Only what a machine's own user sets up is kept: in a namespace of his own he
 * has thousands of uids, each with room for a record.
 */
static enum status
vet_caller(struct daemon *d, const struct caller *c)
{
	if (caller_is_root(c))
		return STATUS_OK;
	if (!peer_is_native(&c->peer))
		return STATUS_NOT_ALLOWED;
	if (!flood_take(&d->enrolls, c->peer.uid, ENROLLS, daemon_now(d)))
		return STATUS_TOO_MANY;
	return STATUS_OK;
}

/*
 * What the set-up takes: a code; for the first one nothing, or the ticket.  In
 * a login's it is not root who asks, but whoever logs in by root's door.
 */
static enum status
prove(struct daemon *d, struct caller *c, const struct wire_enroll_request *q,
    struct record *r, struct outcome *o)
{
	if (r->state == RECORD_GOOD)
		return answer_proof(d, c, r, q->proof, o);
	if ((caller_is_root(c) && !caller_sets_up(c, q->uid)) ||
	    daemon_policy(d)->setup == SETUP_LOGIN) {
		o->reason = REASON_NOT_NEEDED;
		return STATUS_OK;
	}
	if (q->ticket[0] == '\0')
		return STATUS_NEEDS_TICKET;
	o->reason = answer_ticket_opens(d, r, q->ticket)
	    ? REASON_TICKET_ACCEPTED
	    : REASON_TICKET_WRONG;
	return STATUS_OK;
}

enum status
answer_enroll(struct daemon *d, struct caller *c,
    const struct wire_enroll_request *q, struct wire_enroll_reply *a)
{
	struct record r;
	struct outcome o = {.reason = REASON_UNDECIDED};
	enum status s = answer_load_sound(d, q->uid, &r);

	if (s == STATUS_OK)
		s = vet_caller(d, c);
	if (s == STATUS_OK)
		s = answer_status_of(vet_wish(d, q, &r));
	if (s == STATUS_OK)
		s = prove(d, c, q, &r, &o);
	a->enabled = daemon_policy(d)->enabled && daemon_policy(d)->ssh;
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	if (s == STATUS_OK)
		answer_note(
		    c, &(struct note){"enroll", &r, q->name, q->address}, &o);
	if (s == STATUS_OK && outcome_allows(&o))
		s = enroll(d, c, q, &r, a);
	answer_note_end(c, s, &o);
	record_wipe(&r);
	return s;
}
