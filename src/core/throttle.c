/*
 * Rules:
 *   - A try MUST be booked at the moment it was allowed; nothing is refunded.
 *   - in_row MUST NOT go past THROTTLE_LOCK: a try that would is refused as
 *     locked, so that the bound between two successes holds for every cost.
 *   - Numbers out of the store are not trusted: no sum may overflow.
 */
#include "core/throttle.h"

#include <string.h>

#include "base/text.h"

/* Seconds from a to b; none where a is later, which counts as now. */
static uint64_t
seconds_between(int64_t a, int64_t b)
{
	return a < b ? (uint64_t)b - (uint64_t)a : 0;
}

/* Whole units that came since *filled; moves it on to now, less the rest. */
static uint64_t
units_due(int64_t *filled, int64_t now, uint32_t seconds)
{
	uint64_t elapsed = seconds_between(*filled, now);

	*filled = now - (int64_t)(elapsed % seconds);
	return elapsed / seconds;
}

/* units and more, full at the most, and never less than one try can leave. */
static int32_t
units_add(int32_t units, uint64_t more, int32_t full)
{
	if (units < -THROTTLE_LOCK)
		units = -THROTTLE_LOCK;
	if (units >= full || more >= (uint64_t)(full - units))
		return full;
	return units + (int32_t)more;
}

/* a + b, or all there is of a uint32_t. */
static uint32_t
count_add(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static void
throttle_add(struct throttle *t, uint64_t units)
{
	t->common = units_add(t->common, units, THROTTLE_UNITS);
	t->reserved = units_add(t->reserved, units, THROTTLE_UNITS);
}

static void
throttle_fill(struct throttle *t, int64_t now)
{
	throttle_add(t, units_due(&t->filled, now, THROTTLE_FILL));
}

/* The units open to a try cover its cost, or are all there can be. */
static bool
throttle_allows(const struct throttle *t, uint32_t cost, bool known)
{
	int64_t open = t->common;
	int64_t full = THROTTLE_UNITS;

	if (known) {
		open += t->reserved;
		full += THROTTLE_UNITS;
	}
	return open >= (int64_t)cost || open >= full;
}

/* Seconds until t, filled up to now, allows a try. */
static int64_t
throttle_wait(const struct throttle *t, uint32_t cost, bool known, int64_t now)
{
	struct throttle later = *t;
	int64_t wait = -(int64_t)seconds_between(t->filled, now);

	while (!throttle_allows(&later, cost, known)) {
		throttle_add(&later, 1);
		wait += THROTTLE_FILL;
	}
	return wait;
}

void
throttle_init(struct throttle *t, int64_t now)
{
	memset(t, 0, sizeof *t);
	throttle_unlock(t, now);
}

uint32_t
throttle_cost(uint32_t right_codes)
{
	return right_codes < THROTTLE_COST_MIN ? THROTTLE_COST_MIN
					       : right_codes;
}

enum throttle_answer
throttle_ask(
    struct throttle *t, uint32_t cost, bool known, int64_t now, int64_t *wait)
{
	*wait = 0;
	throttle_fill(t, now);
	if (throttle_locked(t, cost))
		return THROTTLE_LOCKED;
	if (throttle_allows(t, cost, known))
		return THROTTLE_GO;
	*wait = throttle_wait(t, cost, known, now);
	return THROTTLE_WAIT;
}

/* Takes up to cost out of *half, not below zero; returns what is left. */
static int32_t
half_take(int32_t *half, int32_t cost)
{
	int32_t taken = *half < cost ? *half : cost;

	if (taken <= 0)
		return cost;
	*half -= taken;
	return cost - taken;
}

void
throttle_spend(struct throttle *t, uint32_t cost, bool known)
{
	int32_t rest = cost < THROTTLE_LOCK ? (int32_t)cost : THROTTLE_LOCK;

	/*
	 * Common first, from a known network too: what the owner takes there
	 * nobody else can, and what is reserved stays the owner's.
	 */
	rest = half_take(&t->common, rest);
	if (known)
		rest = half_take(&t->reserved, rest);
	t->common = units_add(t->common, 0, THROTTLE_UNITS) - rest;
	t->in_row = count_add(t->in_row, cost);
	t->failed = count_add(t->failed, 1);
}

void
throttle_success(struct throttle *t)
{
	t->in_row = 0;
	t->failed = 0;
}

enum throttle_answer
throttle_ask_recovery(struct throttle *t, int64_t now, int64_t *wait)
{
	uint64_t due =
	    units_due(&t->recovery_filled, now, THROTTLE_RECOVERY_FILL);

	*wait = 0;
	t->recovery = units_add(t->recovery, due, THROTTLE_RECOVERY);
	if (t->recovery > 0)
		return THROTTLE_GO;
	*wait = INT64_C(1) * THROTTLE_RECOVERY_FILL * (1 - t->recovery) -
	    (int64_t)seconds_between(t->recovery_filled, now);
	return THROTTLE_WAIT;
}

void
throttle_spend_recovery(struct throttle *t)
{
	t->recovery = units_add(t->recovery, 0, THROTTLE_RECOVERY) - 1;
	t->failed = count_add(t->failed, 1);
}

void
throttle_success_recovery(struct throttle *t)
{
	throttle_success(t);
}

void
throttle_unlock(struct throttle *t, int64_t now)
{
	t->common = THROTTLE_UNITS;
	t->reserved = THROTTLE_UNITS;
	t->filled = now;
	t->in_row = 0;
	t->recovery = THROTTLE_RECOVERY;
	t->recovery_filled = now;
}

bool
throttle_locked(const struct throttle *t, uint32_t cost)
{
	return count_add(t->in_row, cost) > THROTTLE_LOCK;
}

bool
throttle_set_back(struct throttle *t, int64_t now)
{
	bool ahead = t->filled > now || t->recovery_filled > now;

	if (t->filled > now)
		t->filled = now;
	if (t->recovery_filled > now)
		t->recovery_filled = now;
	return ahead;
}

uint32_t
throttle_tries(const struct throttle *t, uint32_t cost, bool known, int64_t now)
{
	struct throttle trial = *t;
	uint32_t units = throttle_cost(cost);
	uint32_t tries = 0;
	int64_t wait;

	while (throttle_ask(&trial, units, known, now, &wait) == THROTTLE_GO) {
		throttle_spend(&trial, units, known);
		tries++;
	}
	return tries;
}

/* The entry of a network, or NULL. */
static struct seen_network *
network_find(struct tally *t, const struct network *n)
{
	for (uint32_t i = 0; i < t->networks_seen; i++)
		if (network_same(&t->seen[i].network, n))
			return &t->seen[i];
	return NULL;
}

bool
network_known(const struct tally *t, const char *address, int64_t now)
{
	struct network n;

	if (t->networks_seen == 0)
		return true;
	if (network_of(&n, address) != OK)
		return false;
	for (uint32_t i = 0; i < t->networks_seen; i++)
		if (network_same(&t->seen[i].network, &n) &&
		    seconds_between(t->seen[i].last, now) <= THROTTLE_KNOWN)
			return true;
	return false;
}

/* A free entry, or the one that was not used for the longest time. */
static struct seen_network *
network_room(struct tally *t, int64_t now)
{
	struct seen_network *oldest = &t->seen[0];

	if (t->networks_seen < NETWORKS_MAX)
		return &t->seen[t->networks_seen++];
	for (uint32_t i = 1; i < NETWORKS_MAX; i++)
		if (seconds_between(t->seen[i].last, now) >
		    seconds_between(oldest->last, now))
			oldest = &t->seen[i];
	return oldest;
}

void
network_remember(struct tally *t, const char *address, int64_t now)
{
	struct network n;
	struct seen_network *seen;

	if (network_of(&n, address) != OK)
		return;
	seen = network_find(t, &n);
	if (seen == NULL)
		seen = network_room(t, now);
	seen->network = n;
	seen->last = now;
}

struct throttle_bound
throttle_bound(uint32_t right_codes, uint32_t digits)
{
	const uint32_t day = 2 * THROTTLE_UNITS + 2 * 86400 / THROTTLE_FILL;
	uint32_t cost = throttle_cost(right_codes);
	uint32_t tries = day / cost > 1 ? day / cost : 1;
	double each = right_codes; /* millionths, of one try */

	for (uint32_t i = TOTP_DIGITS_MIN; i < digits; i++)
		each /= 10;
	return (struct throttle_bound){
	    .day = tries * each,
	    .row = THROTTLE_LOCK / cost * each,
	};
}
