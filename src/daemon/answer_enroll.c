/*
 * One's own factor: setting it up, confirming it, new recovery codes.
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
#include "core/recovery.h"
#include "daemon/qr.h"
#include "os/random.h"

#define PENDING 86400 /* seconds that a secret waits for its first code */

static enum status
status_of(enum error e)
{
	switch (e) {
	case OK:
		return STATUS_OK;
	case ERR_ABSENT:
		return STATUS_ABSENT;
	case ERR_EXISTS:
		return STATUS_EXISTS;
	case ERR_FULL:
		return STATUS_FULL;
	case ERR_RANGE:
	case ERR_LONG:
	case ERR_FORMAT:
		return STATUS_RANGE;
	default:
		return STATUS_NOT_COMMITTED;
	}
}

/* The record of somebody who may set up a factor. */
static enum status
load_sound(struct daemon *d, uint32_t uid, struct record *r)
{
	answer_load(d, uid, r);
	if (!d->store_good)
		return STATUS_STORE;
	return r->state == RECORD_BROKEN ? STATUS_BROKEN : STATUS_OK;
}

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

/* "app", else the first of "app-2", "app-3" ... that is free. */
static enum error
choose_label(struct record *r, const char *wish, char out[LABEL_MAX])
{
	if (wish[0] != '\0')
		return text_copy(out, LABEL_MAX, wish);
	(void)text_copy(out, LABEL_MAX, "app");
	for (unsigned int n = 2; record_labelled(r, out) != NULL; n++)
		(void)text_print(out, LABEL_MAX, "app-%u", n);
	return OK;
}

/* One secret may wait for its confirmation: a newer one takes its place. */
static enum error
drop_pending(struct daemon *d, struct record *r)
{
	for (uint32_t i = r->devices; i > 0; i--) {
		enum error e = OK;

		if (!r->device[i - 1].confirmed)
			e = store_remove_device(
			    d->store, r, r->device[i - 1].id);
		if (e != OK)
			return e;
	}
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
	struct totp_form form;

	if (choose_form(q, daemon_policy(d), &form) != OK)
		return ERR_RANGE;
	if (same != NULL && same->confirmed)
		return ERR_EXISTS;
	return record_confirmed(r) < DEVICES_MAX ? OK : ERR_FULL;
}

static enum error
add_device(struct daemon *d, const struct wire_enroll_request *q,
    struct record *r, struct device *fresh)
{
	uint8_t bytes[SECRET_NEW];
	enum error e = ERR_UNSET;

	memset(fresh, 0, sizeof *fresh);
	fresh->created = daemon_now(d);
	if ((e = choose_form(q, daemon_policy(d), &fresh->form)) != OK ||
	    (e = drop_pending(d, r)) != OK ||
	    (e = choose_label(r, q->label, fresh->label)) != OK ||
	    (e = random_bytes(bytes, sizeof bytes)) != OK ||
	    (e = secret_set(&fresh->secret, bytes, sizeof bytes)) != OK)
		goto out;
	e = store_add_device(d->store, r, fresh);
out:
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

static enum status
enroll(struct daemon *d, struct caller *c, const struct wire_enroll_request *q,
    struct record *r, struct wire_enroll_reply *a)
{
	struct device fresh;
	enum status s = status_of(add_device(d, q, r, &fresh));

	if (s == STATUS_OK)
		s = answer_remember_name(d, c, r, q->name);
	if (s == STATUS_OK)
		s = status_of(show_device(d, q, r, &fresh, a));
	if (s == STATUS_OK)
		answer_note(c, "enroll", q->uid, "pending");
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

enum status
answer_enroll(struct daemon *d, struct caller *c,
    const struct wire_enroll_request *q, struct wire_enroll_reply *a)
{
	struct record r;
	struct outcome o = {.reason = REASON_CODE_ACCEPTED};
	enum status s = load_sound(d, q->uid, &r);

	if (s == STATUS_OK)
		s = vet_caller(d, c);
	if (s == STATUS_OK)
		s = status_of(vet_wish(d, q, &r));
	if (s == STATUS_OK && r.state == RECORD_GOOD)
		s = answer_proof(d, c, &r, q->proof, &o);
	a->enabled = daemon_policy(d)->enabled && daemon_policy(d)->ssh;
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	c->kept = answer_always_logged(o.reason);
	if (s == STATUS_OK && outcome_opens(&o))
		s = enroll(d, c, q, &r, a);
	else if (s == STATUS_OK)
		answer_note(c, "enroll", q->uid, reason_word(o.reason));
	record_wipe(&r);
	return s;
}

/* ---- recovery codes ---- */

static enum error
make_codes(struct daemon *d, struct record *r, struct wire_recovery_reply *a)
{
	uint8_t codes[RECOVERY_COUNT][RECOVERY_BYTES];
	uint8_t hashes[RECOVERY_COUNT][RECOVERY_HASH];
	enum error e = random_bytes(codes, sizeof codes);

	for (size_t i = 0; i < RECOVERY_COUNT && e == OK; i++) {
		code_write_recovery(a->code[i].text, codes[i]);
		e = recovery_hash(
		    hashes[i], seal_recovery_key(d->seal), r->uid, codes[i]);
	}
	if (e == OK)
		e = store_set_recovery(d->store, r,
		    (const uint8_t(*)[RECOVERY_HASH])hashes, RECOVERY_COUNT);
	if (e == OK)
		a->code_count = RECOVERY_COUNT;
	explicit_bzero(codes, sizeof codes);
	return e;
}

enum status
answer_recovery(struct daemon *d, struct caller *c,
    const struct wire_user_request *q, struct wire_recovery_reply *a)
{
	struct record r;
	struct outcome o = {.reason = REASON_UNDECIDED};
	enum status s = load_sound(d, q->uid, &r);

	if (s == STATUS_OK && r.state != RECORD_GOOD)
		s = STATUS_ABSENT;
	if (s == STATUS_OK)
		s = answer_proof(d, c, &r, q->proof, &o);
	if (s == STATUS_OK)
		answer_note(c, "recovery", q->uid, reason_word(o.reason));
	c->kept = answer_always_logged(o.reason);
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	if (s == STATUS_OK && outcome_opens(&o))
		s = status_of(make_codes(d, &r, a));
	record_wipe(&r);
	return s;
}

/* ---- the confirmation ---- */

/* A key that was shown and forgotten must not count long afterwards. */
static bool
awaits_code(const struct device *device, int64_t now)
{
	return !device->confirmed && now - device->created < PENDING;
}

static struct device *
pending_device(struct record *r, const char *label, int64_t now)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (awaits_code(&r->device[i], now) &&
		    (label[0] == '\0' ||
			strcmp(r->device[i].label, label) == 0))
			return &r->device[i];
	return NULL;
}

/* The code was right: from now on the device counts. */
static enum status
confirm(struct daemon *d, struct record *r, int64_t device,
    struct wire_recovery_reply *a)
{
	enum error e = store_confirm_device(d->store, r, device);

	if (e == OK && record_recovery_left(r) == 0)
		e = make_codes(d, r, a);
	return status_of(e);
}

static enum status
try_pending(struct daemon *d, struct record *r, struct device *pending,
    const char *code, struct outcome *o)
{
	const struct verify_context context = {
	    .totp = d->totp,
	    .policy = daemon_policy(d),
	    .recovery_key = seal_recovery_key(d->seal),
	    .address = NULL,
	    .now = daemon_now(d),
	};

	if (verify_pending(&context, r, pending, code, o) != OK)
		return STATUS_REFUSED;
	if (o->changed && store_save_tally(d->store, r) != OK)
		return STATUS_NOT_COMMITTED;
	return STATUS_OK;
}

enum status
answer_confirm(struct daemon *d, struct caller *c,
    const struct wire_confirm_request *q, struct wire_recovery_reply *a)
{
	struct record r;
	struct outcome o = {.reason = REASON_UNDECIDED};
	struct device *pending;
	int64_t id = 0;
	enum status s = load_sound(d, q->uid, &r);

	pending =
	    s == STATUS_OK ? pending_device(&r, q->label, daemon_now(d)) : NULL;
	if (s == STATUS_OK && pending == NULL)
		s = STATUS_ABSENT;
	if (s == STATUS_OK && pending != NULL) {
		id = pending->id;
		(void)text_copy(a->label, sizeof a->label, pending->label);
		s = answer_stand(d, try_pending(d, &r, pending, q->code, &o));
	}
	if (s == STATUS_OK)
		answer_note(c, "confirm", q->uid, reason_word(o.reason));
	c->kept = answer_always_logged(o.reason);
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	a->enabled = daemon_policy(d)->enabled && daemon_policy(d)->ssh;
	if (s == STATUS_OK && outcome_opens(&o))
		s = confirm(d, &r, id, a);
	record_wipe(&r);
	return s;
}
