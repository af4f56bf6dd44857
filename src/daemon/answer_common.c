/* What several verbs share. */
#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/throttle.h"
#include "core/verify.h"

void
answer_load(struct daemon *d, uint32_t uid, struct record *r)
{
	if (d->store_good && store_load(d->store, uid, daemon_now(d), r) == OK)
		return;
	record_wipe(r);
	r->uid = uid;
	r->state = RECORD_BROKEN;
}

enum status
answer_status_of(enum error e)
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

enum status
answer_load_sound(struct daemon *d, uint32_t uid, struct record *r)
{
	answer_load(d, uid, r);
	if (!d->store_good)
		return STATUS_STORE;
	return r->state == RECORD_BROKEN ? STATUS_BROKEN : STATUS_OK;
}

enum error
answer_drop_pending(struct daemon *d, struct record *r)
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

enum status
answer_save_try(struct daemon *d, struct record *r, bool changed, bool locked)
{
	if (changed && store_save_tally(d->store, r) != OK)
		return STATUS_NOT_COMMITTED;
	return locked || answer_locked(d, r) ? answer_end_trust(d, r->uid)
					     : STATUS_OK;
}

enum status
answer_verify(struct daemon *d, struct record *r, const char *address,
    const char *text, struct outcome *out)
{
	const struct verify_context context = {
	    .totp = d->totp,
	    .policy = daemon_policy(d),
	    .recovery_key = seal_recovery_key(d->seal),
	    .address = address,
	    .now = daemon_now(d),
	};

	bool locked = answer_locked(d, r);
	enum status s;

	if (verify_code(&context, r, text, out) != OK)
		return STATUS_REFUSED;
	if (out->reason == REASON_RECOVERY_ACCEPTED)
		news_note(&r->tally.news, NEWS_RECOVERY_USED, context.now);
	s = answer_save_try(d, r, out->changed, locked);
	if (s != STATUS_OK)
		memset(out, 0, sizeof *out);
	return s;
}

enum status
answer_stand(struct daemon *d, enum status so_far)
{
	if (so_far != STATUS_OK)
		return so_far;
	if (store_leave(d->store, OK) != OK || store_enter(d->store) != OK)
		return STATUS_NOT_COMMITTED;
	return STATUS_OK;
}

enum status
answer_proof(struct daemon *d, struct caller *c, struct record *r,
    const char *proof, struct outcome *out)
{
	enum status s;

	memset(out, 0, sizeof *out);
	if (caller_is_root(c)) {
		out->reason = REASON_NOT_NEEDED;
		return STATUS_OK;
	}
	if (proof[0] == '\0')
		return STATUS_NEEDS_CODE;
	s = answer_stand(d, answer_verify(d, r, NULL, proof, out));
	if (s != STATUS_OK)
		memset(out, 0, sizeof *out);
	return s;
}

/* ---- descriptions ---- */

static const struct use *
use_of(const struct record *r, int64_t device)
{
	for (uint32_t i = 0; i < r->tally.uses; i++)
		if (r->tally.use[i].device == device)
			return &r->tally.use[i];
	return NULL;
}

void
answer_describe_device(const struct record *r, const struct device *device,
    struct wire_device *out)
{
	const struct use *use = use_of(r, device->id);

	memset(out, 0, sizeof *out);
	out->id = device->id;
	(void)text_copy(out->label, sizeof out->label, device->label);
	out->confirmed = device->confirmed;
	out->algorithm = (uint8_t)device->form.algorithm;
	out->digits = (uint8_t)device->form.digits;
	out->period = (uint8_t)device->form.period;
	out->created = device->created;
	if (use != NULL) {
		out->last = use->last;
		out->skew = use->skew;
	}
}

/* The skew of the device that was used last. */
static int32_t
last_skew(const struct tally *t)
{
	const struct use *latest = NULL;

	for (uint32_t i = 0; i < t->uses; i++)
		if (latest == NULL || t->use[i].last > latest->last)
			latest = &t->use[i];
	return latest == NULL ? 0 : latest->skew;
}

static int64_t
oldest_device(const struct record *r)
{
	int64_t since = 0;

	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].confirmed &&
		    (since == 0 || r->device[i].created < since))
			since = r->device[i].created;
	return since;
}

void
answer_describe(struct daemon *d, const struct record *r, struct wire_user *out)
{
	const struct throttle *t = &r->tally.throttle;
	uint32_t cost = throttle_cost(verify_right_codes(r, daemon_policy(d)));

	memset(out, 0, sizeof *out);
	out->uid = r->uid;
	out->state = (uint8_t)r->state;
	(void)text_copy(out->name, sizeof out->name, r->name);
	if (r->state == RECORD_BROKEN)
		return;
	out->devices = (uint8_t)record_confirmed(r);
	out->recovery_left = (uint8_t)record_recovery_left(r);
	out->locked = throttle_locked(t, cost);
	out->failed = t->failed;
	out->tries = throttle_tries(t, cost, true, daemon_now(d));
	out->since = oldest_device(r);
	out->last = r->tally.last;
	(void)text_copy(
	    out->last_from, sizeof out->last_from, r->tally.last_from);
	out->skew = last_skew(&r->tally);
}

/* ---- names and notes ---- */

/* A line of its own, at once: the caller's is for the verb. */
static void
log_renaming(const struct record *r, const char *name)
{
	struct log_line l;

	log_start(&l, LOG_LEVEL_WARNING, "name-changed");
	log_number(&l, "uid", r->uid);
	log_text(&l, "name-known", r->name);
	log_text(&l, "name-now", name);
	log_end(&l);
}

enum status
answer_remember_name(
    struct daemon *d, struct caller *c, struct record *r, const char *name)
{
	if (!caller_is_root(c) || name[0] == '\0' || strcmp(r->name, name) == 0)
		return STATUS_OK;
	if (r->name[0] != '\0')
		log_renaming(r, name);
	return store_set_name(d->store, r, name) == OK ? STATUS_OK
						       : STATUS_NOT_COMMITTED;
}

bool
answer_always_logged(enum reason reason)
{
	return reason == REASON_CODE_ACCEPTED ||
	    reason == REASON_RECOVERY_ACCEPTED || reason == REASON_CODE_WRONG ||
	    reason == REASON_NOT_NEEDED || reason == REASON_TICKET_ACCEPTED;
}

void
answer_log_user(struct caller *c, const struct record *r, const char *said)
{
	bool stored = r->name[0] != '\0';
	const char *name = stored ? r->name : said;

	if (name[0] != '\0')
		log_text(&c->line, "user", name);
	log_number(&c->line, "uid", r->uid);
	if (name[0] != '\0')
		log_text(&c->line, "name",
		    stored || caller_is_root(c) ? "verified" : "claimed");
	log_number(&c->line, "by", c->peer.uid);
}

const char *
answer_device_of(const struct record *r, const struct outcome *o)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (o->reason == REASON_CODE_ACCEPTED &&
		    r->device[i].id == o->device)
			return r->device[i].label;
	return "";
}

static void
log_where_known(struct caller *c, const char *key, const char *value)
{
	if (value != NULL && value[0] != '\0')
		log_text(&c->line, key, value);
}

void
answer_note(struct caller *c, const struct note *n, const struct outcome *o)
{
	log_start(&c->line, LOG_LEVEL_NOTICE, n->event);
	answer_log_user(c, n->r, n->name);
	log_where_known(c, "address",
	    caller_sets_up(c, n->r->uid) ? c->challenge.login.address
					 : n->address);
	if (o != NULL) {
		log_text(&c->line, "reason", reason_word(o->reason));
		log_where_known(c, "device", answer_device_of(n->r, o));
	}
	c->logged = true;
}

void
answer_note_end(struct caller *c, enum status s, const struct outcome *o)
{
	bool barred = s == STATUS_OK && o != NULL && !outcome_allows(o);

	if (!c->logged)
		return;
	log_text(&c->line, "status", status_word(barred ? STATUS_REFUSED : s));
	c->kept = o != NULL && answer_always_logged(o->reason);
}
