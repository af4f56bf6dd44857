/* Who has a factor, how it stands, and clearing or unlocking it. */
#include "daemon/answer.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "core/methods.h"
#include "core/seen.h"
#include "core/steps.h"
#include "core/throttle.h"
#include "daemon/judge.h"
#include "places.h"

/* Seconds until the next try of the owner, on a network that is known. */
static int64_t
brake_wait(struct daemon *d, struct record *r)
{
	uint32_t cost = throttle_cost(verify_right_codes(r, daemon_policy(d)));
	struct throttle copy = r->tally.throttle;
	int64_t wait = 0;

	(void)throttle_ask(&copy, cost, true, daemon_now(d), &wait);
	return wait;
}

enum status
answer_status(struct daemon *d, struct caller *c,
    const struct wire_user_request *q, struct wire_status_reply *a)
{
	const struct policy *p = daemon_policy(d);
	struct record r;

	a->enabled = p->enabled;
	a->ssh = p->ssh;
	a->required = p->mode == POLICY_REQUIRED;
	judge_detail(d, c->peer.uid,
	    !d->policy_good	 ? REASON_POLICY_BROKEN
		: !d->store_good ? REASON_STORE_BROKEN
				 : REASON_UNDECIDED,
	    a->detail, sizeof a->detail);
	answer_load(d, q->uid, &r);
	answer_describe(d, &r, &a->user);
	if (r.state != RECORD_BROKEN)
		a->wait = brake_wait(d, &r);
	for (uint32_t i = 0; i < r.devices; i++)
		answer_describe_device(&r, &r.device[i], &a->device[i]);
	a->device_count = r.devices;
	record_wipe(&r);
	return STATUS_OK;
}

enum status
answer_list(struct daemon *d, struct caller *c,
    const struct wire_list_request *q, struct wire_list_reply *a)
{
	uint32_t uids[STORE_PAGE];
	uint32_t count = 0;

	(void)c;
	if (!d->store_good)
		return STATUS_STORE;
	if (store_list(d->store, q->from, uids, &count) != OK)
		return STATUS_STORE;
	for (uint32_t i = 0; i < count && i < WIRE_PAGE; i++) {
		struct record r;

		answer_load(d, uids[i], &r);
		answer_describe(d, &r, &a->user[i]);
		a->user_count = i + 1;
		record_wipe(&r);
	}
	a->next = count > WIRE_PAGE ? uids[WIRE_PAGE] : 0;
	return STATUS_OK;
}

enum status
answer_clear(struct daemon *d, struct caller *c,
    const struct wire_user_request *q, struct wire_empty_reply *a)
{
	struct record r;
	enum status s;
	enum error e;

	(void)a;
	if (!d->store_good)
		return STATUS_STORE;
	answer_load(d, q->uid, &r);
	e = answer_is_clear(d, q) ? ERR_ABSENT : store_clear(d->store, q->uid);
	if (e == OK)
		e = answer_leave_news(d, q);
	s = e == OK	      ? STATUS_OK
	    : e == ERR_ABSENT ? STATUS_ABSENT
			      : STATUS_NOT_COMMITTED;
	answer_note(c, &(struct note){"clear", &r, q->name, q->address}, NULL);
	answer_note_end(c, s, NULL);
	record_wipe(&r);
	if (s != STATUS_ABSENT)
		answer_doubt(d, q->uid);
	return s;
}

/* Lets the codes of now open again; returns whether a device had it to do. */
static bool
set_steps_back(struct daemon *d, struct record *r)
{
	bool changed = false;

	for (uint32_t i = 0; i < r->devices; i++) {
		const struct device *device = &r->device[i];
		struct use *use = tally_use(&r->tally, device->id);

		if (use != NULL &&
		    steps_set_back(
			use, totp_step(&device->form, daemon_now(d))))
			changed = true;
	}
	return changed;
}

/* Seconds until each device has shown a code that opens. */
static int64_t
seconds_ahead(struct daemon *d, const struct record *r)
{
	int64_t most = 0;

	for (uint32_t i = 0; i < r->devices; i++) {
		const struct totp_form *form = &r->device[i].form;
		const struct use *use = tally_find(&r->tally, r->device[i].id);
		uint64_t now = totp_step(form, daemon_now(d));
		uint64_t steps = use == NULL ? 0 : steps_next(use, now) - now;

		if (steps > INT32_MAX)
			steps = INT32_MAX;
		/* One step ahead is where a device may be. */
		if (steps > 2 && (int64_t)steps * form->period > most)
			most = (int64_t)steps * form->period;
	}
	return most;
}

/* True when the rate limit holds nothing against the next try. */
static bool
is_unspent(const struct throttle *t, int64_t now)
{
	struct throttle whole = *t;

	throttle_unlock(&whole, now);
	return t->in_row == 0 && t->recovery == whole.recovery &&
	    memcmp(t->spent, whole.spent, sizeof t->spent) == 0;
}

enum status
answer_unlock(struct daemon *d, struct caller *c,
    const struct wire_unlock_request *q, struct wire_unlock_reply *a)
{
	struct record r;
	enum status s = STATUS_NOT_COMMITTED;
	bool locked;

	if (!d->store_good)
		return STATUS_STORE;
	answer_load(d, q->uid, &r);
	locked = r.state == RECORD_GOOD && answer_locked(d, &r);
	a->changed = !is_unspent(&r.tally.throttle, daemon_now(d));
	throttle_unlock(&r.tally.throttle, daemon_now(d));
	tally_prune(&r.tally, &r);
	if (q->clock != 0 && r.state != RECORD_BROKEN && set_steps_back(d, &r))
		a->changed = true;
	a->ahead = r.state == RECORD_BROKEN ? 0 : seconds_ahead(d, &r);
	if (a->changed)
		news_note(&r.tally.news, NEWS_UNLOCKED, daemon_now(d));
	if (r.state == RECORD_BROKEN)
		s = STATUS_BROKEN;
	else if (r.devices == 0)
		s = STATUS_ABSENT;
	else if (a->changed == 0 || store_save_tally(d->store, &r) == OK)
		s = STATUS_OK;
	if (s == STATUS_OK && locked)
		s = answer_end_trust(d, q->uid);
	answer_note(c, &(struct note){"unlock", &r, q->name, q->address}, NULL);
	answer_note_end(c, s, NULL);
	record_wipe(&r);
	return s;
}

enum status
answer_health(struct daemon *d, struct caller *c,
    const struct wire_empty_request *q, struct wire_health_reply *a)
{
	uint64_t users = 0, enrolled = 0;

	(void)c;
	(void)q;
	(void)text_copy(a->version, sizeof a->version, OTPGATE_VERSION);
	a->pid = getpid();
	a->now = daemon_now(d);
	a->policy_good = d->policy_good;
	(void)text_copy(
	    a->policy_detail, sizeof a->policy_detail, d->policy_detail);
	a->store_good = d->store_good;
	(void)text_copy(
	    a->store_detail, sizeof a->store_detail, d->store_detail);
	if (d->store_good &&
	    (store_count(d->store, &users) != OK ||
		store_count_enrolled(d->store, &enrolled) != OK))
		return STATUS_STORE;
	a->users = (uint32_t)users;
	a->enrolled = (uint32_t)enrolled;
	return STATUS_OK;
}

/* ---- explain ---- */

static void
link_add(struct wire_explain_reply *a, const char *fact, const char *value,
    const char *source)
{
	struct wire_link *l = &a->link[a->link_count];

	if (a->link_count >= WIRE_LINKS)
		return;
	a->link_count++;
	(void)text_copy(l->fact, sizeof l->fact, fact);
	(void)text_print(l->value, sizeof l->value, "%s", value);
	(void)text_print(l->source, sizeof l->source, "%s", source);
}

/* The file and line that set key, or "default". */
static const char *
option_source(const struct daemon *d, const char *key)
{
	return d->config.source[option_find(key) - option_table];
}

static void
link_option(
    struct wire_explain_reply *a, const struct daemon *d, const char *key)
{
	const struct option *o = option_find(key);
	char value[OPTION_VALUE_MAX];

	option_write(o, daemon_policy(d), value);
	link_add(a, key, value, option_source(d, key));
}

/* Both lists, or the one that fits with the entry that does. */
static void
link_exemption(struct wire_explain_reply *a, const struct daemon *d,
    const struct judgement *j)
{
	static const char *const lists[] = {"exempt_groups", "exempt_networks"};
	char value[OPTION_VALUE_MAX];

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		link_option(a, d, lists[i]);
	if (j->exempt == NULL)
		return;
	(void)text_print(value, sizeof value, "%s=%s", j->exempt, j->by);
	link_add(a, "exempt by", value,
	    option_source(
		d, strcmp(j->exempt, "group") == 0 ? lists[0] : lists[1]));
}

/* What the brake says to a code from address. */
static void
link_address(struct wire_explain_reply *a, const struct daemon *d,
    const struct record *r, const char *address)
{
	int64_t now = daemon_now(d);
	uint32_t cost = throttle_cost(verify_right_codes(r, daemon_policy(d)));
	bool known = network_known(&r->tally, address, now);
	char tries[16];

	(void)text_print(tries, sizeof tries, "%u",
	    throttle_tries(&r->tally.throttle, cost, known, now));
	link_add(a, "address", address,
	    !known		     ? "a network not seen yet"
		: r->tally.last != 0 ? "a network of the owner's"
				     : "counts as the owner's: none is known");
	link_add(a, "tries from there", tries, "store");
}

enum status
answer_explain(struct daemon *d, struct caller *c,
    const struct wire_explain_request *q, struct wire_explain_reply *a)
{
	static const char *const states[] = {
	    [RECORD_BROKEN] = "broken",
	    [RECORD_ABSENT] = "absent",
	    [RECORD_GOOD] = "good",
	};
	struct evidence e = {
	    .service = SERVICE_SSH,
	    .methods = q->methods,
	    .address = q->address,
	};
	uint32_t gid[WIRE_NUMBERS];
	struct network from;
	struct judgement j;
	struct record r;

	(void)c;
	if (q->address[0] != '\0' && network_of(&from, q->address) != OK)
		return STATUS_RANGE;
	answer_load(d, q->uid, &r);
	for (size_t i = 0; i < q->gid_count; i++)
		gid[i] = q->gid[i].value;
	e.record = r.state;
	e.groups = (struct group_set){gid, q->gid_count};
	j = judge_login(d, &e);
	a->verdict = (uint8_t)j.verdict;
	a->reason = (uint8_t)j.reason;
	if (!d->policy_good)
		link_add(
		    a, "the policy", "cannot be trusted", d->policy_detail);
	if (!d->store_good)
		link_add(a, "the store", "cannot be trusted", d->store_detail);
	link_option(a, d, "enabled");
	link_option(a, d, "ssh");
	link_option(a, d, "policy");
	link_add(a, "methods", q->methods,
	    methods_classify(q->methods, daemon_policy(d)->passwordless) ==
		    LOGIN_PASSWORDLESS
		? "password-less"
		: "counts as a password");
	link_option(a, d, "passwordless");
	link_option(a, d, "challenge_methods");
	link_exemption(a, d, &j);
	link_add(a, "record", states[r.state], "store");
	if (q->address[0] != '\0' && r.state == RECORD_GOOD)
		link_address(a, d, &r, q->address);
	record_wipe(&r);
	return STATUS_OK;
}
