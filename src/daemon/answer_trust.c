/*
 * Trusted keys: vouching for one, listing and ending them, and handing them to
 * sshd.
 *
 * Rules:
 *   - A key MUST NOT be trusted without a code in that same request, unless
 *     root asks, nor for somebody without a second factor: it goes with that.
 *   - A user's own word for his address MUST NOT reach further than that one
 *     address; only root binds a key to anything else.
 *   - A key MUST NOT be handed out while its user's factor is locked or broken,
 *     for another name than he had then, or after its time.
 */
#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/throttle.h"
#include "core/verify.h"

#define HOUR 3600
#define ANYWHERE "any"
/* Seconds that a clock may be put back: else its keys would live too long. */
#define AHEAD_MAX 300

/* ---- the end of all ---- */

enum status
answer_end_trust(struct daemon *d, uint32_t uid)
{
	uint32_t ended = 0;

	if (store_end_trust(d->store, uid, &ended) != OK)
		return STATUS_NOT_COMMITTED;
	if (ended > 0)
		log_message(LOG_LEVEL_NOTICE, "trust-ended",
		    "%u trusted keys of uid %u", ended, uid);
	return STATUS_OK;
}

bool
answer_locked(const struct daemon *d, const struct record *r)
{
	return throttle_locked(&r->tally.throttle,
	    throttle_cost(verify_right_codes(r, daemon_policy(d))));
}

/* ---- what stands ---- */

/* When it ends: the policy may be stricter by now than it was. */
static int64_t
end_of(const struct daemon *d, const struct trusted *t)
{
	int64_t last = t->created + (int64_t)daemon_policy(d)->trust_max * HOUR;

	return t->expires < last ? t->expires : last;
}

static bool
is_standing(const struct daemon *d, const struct trusted *t)
{
	int64_t now = daemon_now(d);

	return t->created <= now + AHEAD_MAX && end_of(d, t) > now;
}

/* Whether the name that is asked for is still the user's of then. */
static bool
is_same_name(struct caller *c, const struct record *r, const struct trusted *t,
    const char *name)
{
	if (strcmp(t->name, name) == 0 &&
	    (r->name[0] == '\0' || strcmp(r->name, name) == 0))
		return true;
	log_start(&c->line, LOG_LEVEL_WARNING, "trusted-key-withheld");
	log_number(&c->line, "uid", r->uid);
	log_number(&c->line, "id", t->id);
	log_text(&c->line, "asked-for", name);
	log_text(&c->line, "name-then", t->name);
	log_text(&c->line, "name-known", r->name);
	c->logged = true;
	return false;
}

/* *found: the key of that fingerprint is trusted now. */
static enum status
find_standing(struct daemon *d, struct caller *c,
    const struct wire_emit_request *q, struct trusted *t, bool *found)
{
	struct record r;
	enum status s = answer_load_sound(d, q->uid, &r);
	enum error e = ERR_ABSENT;

	*found = false;
	if (s == STATUS_OK && r.state == RECORD_GOOD && !answer_locked(d, &r))
		e = store_find_trusted(d->store, q->uid, q->fingerprint, t);
	if (s == STATUS_OK && e != OK && e != ERR_ABSENT)
		s = e == ERR_BROKEN ? STATUS_BROKEN : STATUS_STORE;
	if (s == STATUS_OK && e == OK)
		*found = is_standing(d, t) && is_same_name(c, &r, t, q->name);
	record_wipe(&r);
	return s;
}

enum status
answer_emit(struct daemon *d, struct caller *c,
    const struct wire_emit_request *q, struct wire_emit_reply *a)
{
	struct trusted t;
	bool found;
	enum status s = find_standing(d, c, q, &t, &found);

	if (s != STATUS_OK || !found)
		return s;
	a->found = 1;
	(void)text_copy(a->type, sizeof a->type, t.type);
	(void)text_copy(a->source, sizeof a->source, t.source);
	memcpy(a->key, t.key, t.size);
	a->key_size = t.size;
	a->expires = end_of(d, &t);
	return STATUS_OK;
}

enum status
answer_vouched(struct daemon *d, struct caller *c,
    const struct wire_vouched_request *q, struct wire_vouched_reply *a)
{
	struct wire_emit_request about = {.uid = q->uid};
	struct trusted t;
	bool found = false;
	enum status s = STATUS_OK;

	(void)text_copy(about.name, sizeof about.name, q->name);
	if (pubkey_fingerprint(about.fingerprint, q->key, q->key_size) != OK)
		return STATUS_REFUSED;
	s = find_standing(d, c, &about, &t, &found);
	a->vouched = s == STATUS_OK && found;
	return s;
}

/* ---- vouching ---- */

static enum status
vet_key(const struct wire_trust_request *q)
{
	static const enum status meaning[] = {
	    [PUBKEY_MALFORMED] = STATUS_KEY_MALFORMED,
	    [PUBKEY_UNKNOWN] = STATUS_KEY_UNKNOWN,
	    [PUBKEY_CERTIFICATE] = STATUS_KEY_CERTIFICATE,
	    [PUBKEY_WEAK] = STATUS_KEY_WEAK,
	    [PUBKEY_GOOD] = STATUS_OK,
	};
	char type[PUBKEY_TYPE_MAX];

	return meaning[pubkey_judge(q->key, q->key_size, type)];
}

static enum status
vet_time(const struct policy *p, uint32_t seconds)
{
	if (p->trust_max == 0)
		return STATUS_TRUST_OFF;
	return seconds <= p->trust_max * HOUR ? STATUS_OK : STATUS_TOO_LONG;
}

/* What the key is bound to. */
static enum status
choose_source(const struct daemon *d, const struct caller *c,
    const struct wire_trust_request *q, char out[static POLICY_LIST_MAX])
{
	uint8_t address[ADDRESS_BYTES];

	out[0] = '\0';
	if (q->source[0] != '\0') {
		if (!caller_is_root(c))
			return STATUS_NOT_ALLOWED;
		if (strcmp(q->source, ANYWHERE) == 0)
			return STATUS_OK;
		(void)text_copy(out, POLICY_LIST_MAX, q->source);
		return pubkey_source_good(out) ? STATUS_OK : STATUS_RANGE;
	}
	if (!daemon_policy(d)->trust_from)
		return STATUS_OK;
	(void)text_copy(out, POLICY_LIST_MAX, q->address);
	/* An address alone: a zone, or a network, is none. */
	return address_read(address, q->address) == OK &&
		pubkey_source_good(out)
	    ? STATUS_OK
	    : STATUS_NEEDS_ADDRESS;
}

/* A key that is there already makes room for itself. */
static enum status
vet_room(struct daemon *d, const struct trusted *t)
{
	struct trusted same;
	uint32_t count = 0;

	if (store_count_trusted(d->store, t->uid, t->created, &count) != OK)
		return STATUS_STORE;
	if (count < STORE_TRUSTED_MAX ||
	    store_find_trusted(d->store, t->uid, t->fingerprint, &same) == OK)
		return STATUS_OK;
	return STATUS_FULL;
}

/*
 * What cannot be is refused before the proof is looked at: else a right code
 * would be spent for it.
 */
static enum status
prepare(struct daemon *d, const struct caller *c,
    const struct wire_trust_request *q, struct trusted *t)
{
	const struct policy *p = daemon_policy(d);
	uint32_t seconds = q->seconds != 0 ? q->seconds : p->trust_max * HOUR;
	enum status s = vet_key(q);

	memset(t, 0, sizeof *t);
	t->uid = q->uid;
	t->created = daemon_now(d);
	t->expires = t->created + seconds;
	t->size = q->key_size;
	memcpy(t->key, q->key, q->key_size);
	if (s == STATUS_OK)
		s = vet_time(p, q->seconds);
	if (s == STATUS_OK && q->name[0] == '\0')
		s = STATUS_RANGE;
	if (s == STATUS_OK)
		s = answer_status_of(
		    text_copy(t->name, sizeof t->name, q->name));
	if (s == STATUS_OK)
		s = choose_source(d, c, q, t->source);
	if (s == STATUS_OK &&
	    pubkey_fingerprint(t->fingerprint, t->key, t->size) != OK)
		s = STATUS_REFUSED;
	return s == STATUS_OK ? vet_room(d, t) : s;
}

static void
describe(const struct daemon *d, const struct trusted *t,
    struct wire_trusted_key *out)
{
	out->id = t->id;
	out->uid = t->uid;
	(void)text_copy(out->name, sizeof out->name, t->name);
	(void)text_copy(out->type, sizeof out->type, t->type);
	(void)text_copy(
	    out->fingerprint, sizeof out->fingerprint, t->fingerprint);
	(void)text_copy(out->source, sizeof out->source, t->source);
	out->created = t->created;
	out->expires = end_of(d, t);
}

static void
note_key(struct caller *c, const struct trusted *t)
{
	log_text(&c->line, "key", t->fingerprint);
	log_text(&c->line, "from", t->source[0] == '\0' ? ANYWHERE : t->source);
	log_number(&c->line, "seconds", t->expires - t->created);
}

enum status
answer_trust(struct daemon *d, struct caller *c,
    const struct wire_trust_request *q, struct wire_trust_reply *a)
{
	struct record r;
	struct trusted t;
	struct outcome o = {.reason = REASON_UNDECIDED};
	enum status s = answer_load_sound(d, q->uid, &r);

	if (s == STATUS_OK && r.state != RECORD_GOOD)
		s = STATUS_ABSENT;
	if (s == STATUS_OK)
		s = prepare(d, c, q, &t);
	if (s == STATUS_OK)
		s = answer_proof(d, c, &r, q->proof, &o);
	if (s == STATUS_OK) {
		answer_note(
		    c, &(struct note){"trust", &r, q->name, q->address}, &o);
		note_key(c, &t);
	}
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	if (s == STATUS_OK && outcome_allows(&o)) {
		s = answer_status_of(store_trust(d->store, &t));
		log_number(&c->line, "id", t.id);
		describe(d, &t, &a->key);
		news_note(&r.tally.news, NEWS_TRUSTED, daemon_now(d));
		if (s == STATUS_OK)
			s = answer_status_of(store_save_tally(d->store, &r));
		if (s == STATUS_OK)
			s = answer_remember_name(d, c, &r, q->name);
	}
	answer_note_end(c, s, &o);
	record_wipe(&r);
	return s;
}

/* ---- listing and ending ---- */

/* Of q's user, or NULL for root who asks for all; *s refuses others. */
static const uint32_t *
about(const struct caller *c, const uint32_t *uid, uint8_t all, enum status *s)
{
	*s = all != 0 && !caller_is_root(c) ? STATUS_NOT_ALLOWED : STATUS_OK;
	return all != 0 ? NULL : uid;
}

enum status
answer_trusted(struct daemon *d, struct caller *c,
    const struct wire_trusted_request *q, struct wire_trusted_reply *a)
{
	enum status s;
	const uint32_t *uid = about(c, &q->uid, q->all, &s);
	int64_t after = q->after;
	struct trusted t;
	enum error e = OK;

	if (s == STATUS_OK && !d->store_good)
		s = STATUS_STORE;
	while (s == STATUS_OK && e != ERR_ABSENT && a->key_count < WIRE_PAGE) {
		e = store_next_trusted(d->store, uid, after, daemon_now(d), &t);
		if (e != OK && e != ERR_ABSENT && e != ERR_BROKEN)
			s = STATUS_STORE;
		if (e == OK && is_standing(d, &t))
			describe(d, &t, &a->key[a->key_count++]);
		if (e == OK || e == ERR_BROKEN)
			after = t.id;
	}
	a->next = e == ERR_ABSENT ? 0 : after;
	return s;
}

enum status
answer_revoke(struct daemon *d, struct caller *c,
    const struct wire_revoke_request *q, struct wire_empty_reply *a)
{
	enum status s;
	const uint32_t *uid = about(c, &q->uid, q->all, &s);
	uint32_t owner = q->uid;
	struct record r;

	(void)a;
	if (s == STATUS_OK && !d->store_good)
		s = STATUS_STORE;
	if (s == STATUS_OK)
		s = answer_status_of(
		    store_revoke(d->store, uid, q->id, &owner));
	answer_load(d, owner, &r);
	answer_note(c, &(struct note){"revoke", &r, "", q->address}, NULL);
	log_number(&c->line, "id", q->id);
	answer_note_end(c, s, NULL);
	record_wipe(&r);
	return s;
}
