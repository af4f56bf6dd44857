/*
 * What ends a set-up: the first code of a device; and recovery codes.
 *
 * Rules:
 *   - A secret MUST NOT count before a code of it was given.
 *   - New recovery codes MUST take a code in that same request, unless root
 *     asks.
 */
#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/recovery.h"
#include "os/random.h"

#define PENDING 86400 /* seconds that a secret waits for its first code */

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
	enum status s = answer_load_sound(d, q->uid, &r);

	if (s == STATUS_OK && r.state != RECORD_GOOD)
		s = STATUS_ABSENT;
	if (s == STATUS_OK)
		s = answer_proof(d, c, &r, q->proof, &o);
	if (s == STATUS_OK)
		answer_note(
		    c, &(struct note){"recovery", &r, q->name, q->address}, &o);
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	if (s == STATUS_OK && outcome_allows(&o)) {
		news_note(&r.tally.news, NEWS_RECOVERY_DRAWN, daemon_now(d));
		s = answer_status_of(make_codes(d, &r, a));
	}
	if (s == STATUS_OK && outcome_allows(&o))
		s = answer_end_trust(d, q->uid);
	answer_note_end(c, s, &o);
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

/*
 * The code was right: from now on the device counts.  Whoever had the secret
 * that it replaces could have vouched for keys, and be on a connection.
 */
static enum status
confirm(struct daemon *d, const struct caller *c, struct record *r,
    int64_t device, struct wire_recovery_reply *a)
{
	const struct device *fresh = record_device(r, device);
	bool renewal = fresh != NULL && fresh->renews != 0;
	enum error e = ERR_UNSET;

	/*
	 * Who sets it up in a login sits before it, and has heard the rest.  A
	 * first device is no news: only who has it can log in.
	 */
	if (caller_sets_up(c, r->uid))
		r->tally.news = (struct news){0};
	else if (r->state == RECORD_GOOD)
		news_note(&r->tally.news, renewal ? NEWS_RENEWED : NEWS_ADDED,
		    daemon_now(d));
	e = store_confirm_device(d->store, r, device);
	if (e == OK && record_recovery_left(r) == 0)
		e = make_codes(d, r, a);
	if (e == OK && r->ticket_until != 0)
		e = store_set_ticket(d->store, r, 0, r->ticket);
	a->devices = (uint8_t)record_confirmed(r);
	if (e == OK && renewal) {
		answer_doubt(d, r->uid);
		return answer_end_trust(d, r->uid);
	}
	return answer_status_of(e);
}

/* ---- the set-up of a login ---- */

/*
 * The secret that was shown goes into the store only now, with its code.  It
 * was shown to somebody who had no factor: who has one by now must give a code
 * of it.  A connection that is kept open does not keep the offer, for what
 * made it can have changed.
 */
static enum status
take_fresh(struct daemon *d, struct caller *c, struct record *r)
{
	enum error e;

	if (c->challenge.fresh.secret.size == 0 ||
	    daemon_now(d) - c->challenge.fresh.created >= SETUP_TIME)
		return STATUS_ABSENT;
	if (r->state == RECORD_GOOD)
		return STATUS_EXISTS;
	e = answer_drop_pending(d, r);
	if (e == OK)
		e = store_add_device(d->store, r, &c->challenge.fresh);
	return answer_status_of(e);
}

/* The login that was offered the set-up passes by it. */
static void
end_setup(struct caller *c, struct wire_recovery_reply *a)
{
	a->verdict = VERDICT_PASS;
	c->challenge.setup = false;
	explicit_bzero(&c->challenge.fresh, sizeof c->challenge.fresh);
	log_text(&c->line, "methods", c->challenge.login.methods);
	log_text(&c->line, "verdict", verdict_word(VERDICT_PASS));
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

	bool locked = answer_locked(d, r);

	if (verify_pending(&context, r, pending, code, o) != OK)
		return STATUS_REFUSED;
	return answer_save_try(d, r, o->changed, locked);
}

/* A secret whose code was wrong goes out again: it was there for the trial. */
static enum status
try_code(struct daemon *d, struct caller *c, struct record *r,
    struct device *pending, const char *code, struct outcome *o)
{
	int64_t id = pending->id;
	enum status s = try_pending(d, r, pending, code, o);

	if (s == STATUS_OK && !outcome_opens(o) && caller_sets_up(c, r->uid))
		s = answer_status_of(store_remove_device(d->store, r, id));
	return answer_stand(d, s);
}

/*
 * What was made with nothing but a login counts only while that is enough: not
 * once a ticket is asked for, nor beside a factor that came up meanwhile.
 */
static enum status
vet_pending(const struct daemon *d, const struct caller *c,
    const struct record *r, const struct device *pending)
{
	if (pending == NULL)
		return STATUS_ABSENT;
	if (pending->vouched ||
	    (caller_is_root(c) && !caller_sets_up(c, r->uid)))
		return STATUS_OK;
	if (r->state == RECORD_GOOD)
		return STATUS_NEEDS_CODE;
	return daemon_policy(d)->setup == SETUP_TICKET ? STATUS_NEEDS_TICKET
						       : STATUS_OK;
}

enum status
answer_confirm(struct daemon *d, struct caller *c,
    const struct wire_confirm_request *q, struct wire_recovery_reply *a)
{
	struct record r;
	struct outcome o = {.reason = REASON_UNDECIDED};
	struct device *pending = NULL;
	int64_t id = 0;
	enum status s = answer_load_sound(d, q->uid, &r);

	if (s == STATUS_OK && caller_sets_up(c, q->uid))
		s = take_fresh(d, c, &r);
	if (s == STATUS_OK)
		pending = pending_device(&r, q->label, daemon_now(d));
	if (s == STATUS_OK)
		s = vet_pending(d, c, &r, pending);
	if (s == STATUS_OK) {
		id = pending->id;
		(void)text_copy(a->label, sizeof a->label, pending->label);
		s = try_code(d, c, &r, pending, q->code, &o);
	}
	if (s == STATUS_OK) {
		answer_note(
		    c, &(struct note){"confirm", &r, q->name, q->address}, &o);
		log_text(&c->line, "new", a->label);
	}
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	a->enabled = daemon_policy(d)->enabled && daemon_policy(d)->ssh;
	if (s == STATUS_OK && outcome_opens(&o))
		s = confirm(d, c, &r, id, a);
	if (s == STATUS_OK && outcome_opens(&o) && caller_sets_up(c, q->uid)) {
		s = answer_opened(d, c, a->proof);
		end_setup(c, a);
	}
	answer_note_end(c, s, &o);
	record_wipe(&r);
	return s;
}
