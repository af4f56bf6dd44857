/*
 * Rules, beside those of verify.h:
 *   - All work is done on a copy of the tally, which takes its place at the
 *     end: no way out leaves half of a change.
 *   - A reason that opens is the last assignment.
 */
#include "core/verify.h"

#include <string.h>

#include "base/text.h"
#include "core/match.h"
#include "core/recovery.h"
#include "core/seen.h"
#include "core/steps.h"
#include "core/throttle.h"

/* One answer while it is judged. */
struct trial {
	const struct verify_context *c;
	struct record *r;
	struct outcome out;
	struct tally next; /* what r's tally becomes if out.changed */
	bool recovery;	   /* recovery codes count */
	bool known;	   /* the address is in one of the owner's networks */
	uint32_t cost;	   /* units of a wrong try */
	struct match_field field;
	struct match match[DEVICES_MAX];
	int scratch; /* which of the set the code is; -1: none */
};

static uint32_t
right_codes(uint32_t devices, const struct policy *p)
{
	return devices * (p->window + 1 + p->lookahead);
}

uint32_t
verify_right_codes(const struct record *r, const struct policy *p)
{
	return right_codes(record_confirmed(r), p);
}

bool
outcome_opens(const struct outcome *o)
{
	return o->reason == REASON_CODE_ACCEPTED ||
	    o->reason == REASON_RECOVERY_ACCEPTED;
}

bool
outcome_allows(const struct outcome *o)
{
	return outcome_opens(o) || o->reason == REASON_NOT_NEEDED ||
	    o->reason == REASON_TICKET_ACCEPTED;
}

static void
trial_add(struct trial *t, const struct device *d)
{
	const struct policy *p = t->c->policy;
	const struct use *use = tally_find(&t->next, d->id);
	uint32_t i = t->field.devices++;
	struct match_range *range = &t->field.range[i];

	t->field.device[i] = d;
	*range = match_range(&d->form, t->c->now, p->window, p->lookahead);
	if (use == NULL)
		return;
	range->spent = use->spent;
	for (uint64_t step = range->first; step <= range->last; step++)
		if (steps_spent(use, step))
			range->closed |= UINT64_C(1) << (step - range->first);
}

/*
 * A confirmation counts as many right codes as a login: with two costs small
 * tries could stand beside the one that overdraws.
 */
static uint32_t
trial_right_codes(const struct trial *t)
{
	uint32_t devices = record_confirmed(t->r);

	if (devices < t->field.devices)
		devices = t->field.devices;
	return right_codes(devices, t->c->policy);
}

/* A trial of r's confirmed devices, or of the one that is pending. */
static enum error
trial_init(struct trial *t, const struct verify_context *c, struct record *r,
    const struct device *pending)
{
	memset(t, 0, sizeof *t);
	if (r->state == RECORD_BROKEN || record_judge(r) == RECORD_BROKEN)
		return ERR_BROKEN;
	t->c = c;
	t->r = r;
	t->next = r->tally;
	tally_prune(&t->next, r);
	t->out.changed = throttle_set_back(&t->next.throttle, c->now);
	t->recovery = pending == NULL;
	t->scratch = -1;
	t->known =
	    c->address == NULL || network_known(&t->next, c->address, c->now);
	if (pending != NULL)
		trial_add(t, pending);
	for (uint32_t i = 0; pending == NULL && i < r->devices; i++)
		if (r->device[i].confirmed)
			trial_add(t, &r->device[i]);
	t->cost = throttle_cost(trial_right_codes(t));
	return OK;
}

/* What every success leaves behind. */
static void
trial_succeed(struct trial *t)
{
	struct tally *next = &t->next;
	const char *address = t->c->address != NULL ? t->c->address : "";
	int64_t now = t->c->now;

	t->out.failed = next->throttle.failed;
	t->out.braked =
	    throttle_tries(&next->throttle, t->cost, false, now) == 0;
	next->last = now;
	if (text_copy(next->last_from, sizeof next->last_from, address) != OK)
		next->last_from[0] = '\0';
	network_remember(next, address, now);
	throttle_success(&next->throttle, t->known);
	t->out.changed = true;
}

/* Spends the step that device i's code matched. */
static enum error
trial_spend(struct trial *t, uint32_t i)
{
	const struct device *d = t->field.device[i];
	int64_t step = (int64_t)t->match[i].fresh;
	int64_t now_step = (int64_t)totp_step(&d->form, t->c->now);
	struct use *use = tally_use(&t->next, d->id);

	if (use == NULL)
		return ERR_FULL;
	steps_spend(use, t->match[i].fresh);
	use->last = t->c->now;
	use->skew = (int32_t)((step - now_step) * d->form.period);
	t->out.device = d->id;
	t->out.skew = use->skew;
	return OK;
}

static enum error
trial_accept(struct trial *t)
{
	for (uint32_t i = 0; i < t->field.devices; i++) {
		enum error e = OK;

		if (t->match[i].fresh != 0)
			e = trial_spend(t, i);
		if (e != OK)
			return e;
	}
	trial_succeed(t);
	t->out.reason = REASON_CODE_ACCEPTED;
	return OK;
}

static void
trial_refuse(struct trial *t)
{
	struct throttle *throttle = &t->next.throttle;

	throttle_spend(throttle, t->cost, t->known);
	t->out.changed = true;
	/* Only for the wait; the next try asks for itself. */
	(void)throttle_ask(
	    throttle, t->cost, t->known, t->c->now, &t->out.wait);
	t->out.reason = REASON_CODE_WRONG;
}

/*
 * Seconds until device i shows a code that is not spent.  As a rule that is
 * the next one; only a clock that was set back leaves later ones spent.
 */
static int64_t
trial_next_code(const struct trial *t, uint32_t i)
{
	const struct totp_form *form = &t->field.device[i]->form;
	const struct use *use = tally_find(&t->next, t->field.device[i]->id);
	int64_t shown = (int64_t)totp_step(form, t->c->now);
	uint64_t ahead = 0;

	if (use == NULL)
		return totp_next(form, t->c->now);
	shown += use->skew / (int32_t)form->period;
	if (shown >= 0)
		ahead = steps_next(use, (uint64_t)shown) - (uint64_t)shown - 1;
	if (ahead > INT32_MAX)
		ahead = INT32_MAX;
	return (int64_t)(ahead * form->period) + totp_next(form, t->c->now);
}

static bool
recovery_spent(const struct trial *t, int index)
{
	return (t->next.recovery_used & 1U << index) != 0;
}

/* Spends the recovery code, and ends a lock. */
static void
trial_accept_recovery(struct trial *t, int index)
{
	t->next.recovery_used |= (uint16_t)(1U << index);
	trial_succeed(t);
	t->out.reason = REASON_RECOVERY_ACCEPTED;
}

/* No device has this code that would open. */
static void
trial_settle_scratch(struct trial *t)
{
	if (t->scratch < 0)
		trial_refuse(t);
	else if (recovery_spent(t, t->scratch))
		t->out.reason = REASON_CODE_USED;
	else
		trial_accept_recovery(t, t->scratch);
}

/* The matches are what the answer tells: from here on branches are fine. */
static enum error
trial_settle(struct trial *t)
{
	const bool opens = t->scratch >= 0 && !recovery_spent(t, t->scratch);
	const uint32_t none = t->field.devices;
	uint32_t fresh = none;
	uint32_t used = none;

	for (uint32_t i = 0; i < t->field.devices; i++) {
		if (t->match[i].fresh != 0)
			fresh = i;
		if (t->match[i].used != 0)
			used = i;
	}
	if (fresh != none)
		return trial_accept(t);
	if (used != none && !opens) {
		t->out.wait = trial_next_code(t, used);
		t->out.reason = REASON_CODE_USED;
	} else {
		trial_settle_scratch(t);
	}
	return OK;
}

/* All that the digits are compared with, whatever matched. */
static enum error
trial_match(struct trial *t, const struct code *code)
{
	enum error e = match_code(t->c->totp, &t->field, code, t->match);

	if (e == OK && t->recovery && code->digits == SCRATCH_DIGITS)
		e = scratch_find(
		    t->r, t->c->recovery_key, code->number, &t->scratch);
	return e;
}

static enum error
trial_totp(struct trial *t, const struct code *code)
{
	enum throttle_answer answer = throttle_ask(
	    &t->next.throttle, t->cost, t->known, t->c->now, &t->out.wait);
	enum error e;

	if (answer != THROTTLE_GO) {
		t->out.reason =
		    answer == THROTTLE_WAIT ? REASON_BRAKED : REASON_LOCKED;
		return OK;
	}
	e = trial_match(t, code);
	return e == OK ? trial_settle(t) : e;
}

static void
trial_refuse_recovery(struct trial *t)
{
	struct throttle *throttle = &t->next.throttle;

	if (!throttle_counts_recovery(throttle, t->c->now)) {
		t->out.reason = REASON_RECOVERY_BRAKED;
		return;
	}
	throttle_spend_recovery(throttle);
	t->out.changed = true;
	t->out.reason = REASON_CODE_WRONG;
}

/* Looked for first, whatever was tried before: a right one always opens. */
static enum error
trial_recovery(struct trial *t, const struct code *code)
{
	int index;
	enum error e =
	    recovery_find(t->r, t->c->recovery_key, code->recovery, &index);

	if (e != OK)
		return e;
	if (index < 0)
		trial_refuse_recovery(t);
	else if (recovery_spent(t, index))
		t->out.reason = REASON_CODE_USED;
	else
		trial_accept_recovery(t, index);
	return OK;
}

static enum error
trial_code(struct trial *t, const struct code *code)
{
	if (code->kind == CODE_TOTP)
		return trial_totp(t, code);
	if (code->kind == CODE_RECOVERY && t->recovery)
		return trial_recovery(t, code);
	t->out.changed = false;
	t->out.reason = REASON_CODE_MALFORMED;
	return OK;
}

/* Judges text, and hands over what came of it. */
static enum error
trial_judge(struct trial *t, const char *text, struct outcome *out)
{
	struct code code;
	enum error e;

	code_read(&code, text);
	e = trial_code(t, &code);
	explicit_bzero(&code, sizeof code);
	if (e != OK)
		return e;
	if (t->out.changed)
		t->r->tally = t->next;
	*out = t->out;
	return OK;
}

enum error
verify_code(const struct verify_context *c, struct record *r, const char *text,
    struct outcome *out)
{
	struct trial t;
	enum error e = trial_init(&t, c, r, NULL);

	memset(out, 0, sizeof *out);
	return e == OK ? trial_judge(&t, text, out) : e;
}

enum error
verify_pending(const struct verify_context *c, struct record *r,
    const struct device *pending, const char *text, struct outcome *out)
{
	struct trial t;
	enum error e = trial_init(&t, c, r, pending);

	memset(out, 0, sizeof *out);
	return e == OK ? trial_judge(&t, text, out) : e;
}
