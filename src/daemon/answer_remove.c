/*
 * The end of a device, and tickets, which a first set-up may ask for.
 *
 * Rules:
 *   - A device MUST NOT go without a code in that same request, unless root
 *     asks, or it does not count yet.
 *   - Where a second factor is required, the last device MUST stay.
 *   - A ticket MUST open one set-up, and none after its time.
 */
#include "daemon/answer.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "core/recovery.h"
#include "os/random.h"

#define TICKET_TIME 86400 /* seconds that a ticket is good */

/* ---- remove ---- */

static bool
is_last(const struct record *r, const struct device *device)
{
	return device->confirmed && record_confirmed(r) == 1;
}

/* Before the proof is looked at: else a right code would be spent for it. */
static enum status
vet_removal(
    const struct daemon *d, const struct record *r, const struct device *device)
{
	if (device == NULL)
		return STATUS_ABSENT;
	if (is_last(r, device) && daemon_policy(d)->mode == POLICY_REQUIRED)
		return STATUS_LAST;
	return STATUS_OK;
}

/* With the last device all ends that belongs to it. */
static enum status
remove_device(struct daemon *d, struct record *r, struct device *device)
{
	bool last = is_last(r, device);
	bool counted = device->confirmed;
	enum error e = ERR_UNSET;

	if (counted)
		news_note(&r->tally.news, NEWS_REMOVED, daemon_now(d));
	e = store_remove_device(d->store, r, device->id);
	if (e == OK && last)
		e = answer_drop_pending(d, r);
	if (e == OK && last)
		e = store_set_recovery(d->store, r, NULL, 0);
	if (e == OK && counted) {
		answer_doubt(d, r->uid);
		return answer_end_trust(d, r->uid);
	}
	return answer_status_of(e);
}

enum status
answer_remove(struct daemon *d, struct caller *c,
    const struct wire_remove_request *q, struct wire_remove_reply *a)
{
	struct record r;
	struct outcome o = {.reason = REASON_NOT_NEEDED};
	struct device *device;
	enum status s = answer_load_sound(d, q->uid, &r);

	device = record_labelled(&r, q->label);
	if (s == STATUS_OK)
		s = vet_removal(d, &r, device);
	if (s == STATUS_OK && r.state == RECORD_GOOD)
		s = answer_proof(d, c, &r, q->proof, &o);
	if (s == STATUS_OK) {
		answer_note(
		    c, &(struct note){"remove", &r, q->name, q->address}, &o);
		log_text(&c->line, "removed", q->label);
	}
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	a->enabled = daemon_policy(d)->enabled && daemon_policy(d)->ssh;
	if (s == STATUS_OK && outcome_allows(&o))
		s = remove_device(d, &r, device);
	answer_note_end(c, s, &o);
	a->devices = (uint8_t)record_confirmed(&r);
	record_wipe(&r);
	return s;
}

/* ---- tickets ---- */

bool
answer_ticket_good(const struct daemon *d, const struct record *r)
{
	return r->ticket_until > daemon_now(d);
}

bool
answer_ticket_opens(struct daemon *d, const struct record *r, const char *text)
{
	uint8_t hash[RECOVERY_HASH];
	struct code code;
	bool same;

	code_read(&code, text);
	same = answer_ticket_good(d, r) && code.kind == CODE_RECOVERY &&
	    recovery_hash(hash, seal_recovery_key(d->seal), r->uid,
		code.recovery) == OK &&
	    secret_equal(hash, r->ticket, sizeof hash);
	explicit_bzero(&code, sizeof code);
	return same;
}

static enum error
make_ticket(struct daemon *d, struct record *r, struct wire_ticket_reply *a)
{
	uint8_t ticket[RECOVERY_BYTES];
	uint8_t hash[RECOVERY_HASH];
	enum error e = ERR_UNSET;

	if ((e = random_bytes(ticket, sizeof ticket)) == OK &&
	    (e = recovery_hash(
		 hash, seal_recovery_key(d->seal), r->uid, ticket)) == OK)
		e = store_set_ticket(
		    d->store, r, daemon_now(d) + TICKET_TIME, hash);
	if (e == OK)
		code_write_recovery(a->ticket, ticket);
	explicit_bzero(ticket, sizeof ticket);
	return e;
}

enum status
answer_ticket(struct daemon *d, struct caller *c,
    const struct wire_user_request *q, struct wire_ticket_reply *a)
{
	struct record r;
	enum status s = answer_load_sound(d, q->uid, &r);

	if (s == STATUS_OK && r.state == RECORD_GOOD)
		s = STATUS_EXISTS;
	if (s == STATUS_OK)
		s = answer_status_of(make_ticket(d, &r, a));
	if (s == STATUS_OK)
		s = answer_remember_name(d, c, &r, q->name);
	answer_note(c, &(struct note){"ticket", &r, q->name, q->address}, NULL);
	answer_note_end(c, s, NULL);
	record_wipe(&r);
	return s;
}
