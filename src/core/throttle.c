/*
 * Rules:
 *   - A try MUST be booked at the moment it was allowed; of what is booked for
 *     the day nothing is given back but by throttle_unlock().
 *   - in_row MUST NOT go past THROTTLE_LOCK: a try that would is refused as
 *     locked, so that the bound between two successes holds for every cost.
 *   - Numbers out of the store are not trusted: no sum may overflow.
 */
#include "core/throttle.h"

#include <string.h>

/* Seconds from a to b; none where a is later, which counts as now. */
static uint64_t
seconds_between(int64_t a, int64_t b)
{
	return a < b ? (uint64_t)b - (uint64_t)a : 0;
}

/* Whole spans that passed since *filled; moves it to now, less the rest. */
static uint64_t
parts_due(int64_t *filled, int64_t now, uint32_t seconds)
{
	uint64_t elapsed = seconds_between(*filled, now);

	*filled = now - (int64_t)(elapsed % seconds);
	return elapsed / seconds;
}

/* parts and more: none at the least, full at the most. */
static int32_t
parts_add(int32_t parts, uint64_t more, int32_t full)
{
	if (parts < 0)
		parts = 0;
	if (parts >= full || more >= (uint64_t)(full - parts))
		return full;
	return parts + (int32_t)more;
}

/* a + b, or all there is of a uint32_t. */
static uint32_t
count_add(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

/*
 * What was booked up to 24 hours ago lies in this hour or one of the 24 before
 * it: those are kept.
 */
static void
hours_pass(uint8_t spent[static THROTTLE_HOURS], uint64_t hours)
{
	size_t n = hours < THROTTLE_HOURS ? (size_t)hours : THROTTLE_HOURS;

	memmove(spent + n, spent, THROTTLE_HOURS - n);
	memset(spent, 0, n);
}

static uint32_t
hours_sum(const uint8_t spent[static THROTTLE_HOURS])
{
	uint32_t sum = 0;

	for (size_t i = 0; i < THROTTLE_HOURS; i++)
		sum += spent[i];
	return sum;
}

/* Lets hours pass, each of which brings one part to each half. */
static void
throttle_pass(struct throttle *t, uint64_t hours)
{
	t->common = parts_add(t->common, hours, THROTTLE_HALF);
	t->reserved = parts_add(t->reserved, hours, THROTTLE_HALF);
	hours_pass(t->spent[false], hours);
	hours_pass(t->spent[true], hours);
}

static void
throttle_fill(struct throttle *t, int64_t now)
{
	throttle_pass(t, parts_due(&t->filled, now, THROTTLE_FILL));
}

static bool
throttle_allows(const struct throttle *t, uint32_t cost, bool known)
{
	uint32_t elsewhere = hours_sum(t->spent[false]);
	uint32_t all = elsewhere + hours_sum(t->spent[true]);
	int32_t open = t->common + (known ? t->reserved : 0);

	if (open < THROTTLE_TRY || count_add(all, cost) > THROTTLE_DAY)
		return false;
	return known || elsewhere == 0 ||
	    count_add(elsewhere, cost) <= THROTTLE_ELSEWHERE;
}

/* Seconds until t, brought up to now, allows a try: a day and an hour's end. */
static int64_t
throttle_wait(const struct throttle *t, uint32_t cost, bool known, int64_t now)
{
	struct throttle later = *t;
	int64_t wait = -(int64_t)seconds_between(t->filled, now);

	while (!throttle_allows(&later, cost, known)) {
		throttle_pass(&later, 1);
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

/* Takes up to parts out of *half; returns what is left to take. */
static int32_t
half_take(int32_t *half, int32_t parts)
{
	int32_t taken = *half < parts ? *half : parts;

	if (taken <= 0)
		return parts;
	*half -= taken;
	return parts - taken;
}

void
throttle_spend(struct throttle *t, uint32_t cost, bool known)
{
	uint32_t hour = count_add(t->spent[known][0], cost);
	int32_t rest;

	/*
	 * Common first, from a known network too: what the owner takes there
	 * nobody else can, and what is reserved stays the owner's.
	 */
	rest = half_take(&t->common, THROTTLE_TRY);
	if (known)
		(void)half_take(&t->reserved, rest);
	t->spent[known][0] = (uint8_t)(hour < UINT8_MAX ? hour : UINT8_MAX);
	t->in_row = count_add(t->in_row, cost);
	t->failed = count_add(t->failed, 1);
}

void
throttle_success(struct throttle *t, bool known)
{
	t->in_row = 0;
	t->failed = 0;
	if (known) {
		t->common = THROTTLE_HALF;
		t->reserved = THROTTLE_HALF;
	}
}

bool
throttle_counts_recovery(struct throttle *t, int64_t now)
{
	uint64_t due =
	    parts_due(&t->recovery_filled, now, THROTTLE_RECOVERY_FILL);

	t->recovery = parts_add(t->recovery, due, THROTTLE_RECOVERY);
	return t->recovery > 0;
}

void
throttle_spend_recovery(struct throttle *t)
{
	(void)half_take(&t->recovery, 1);
	t->failed = count_add(t->failed, 1);
}

void
throttle_unlock(struct throttle *t, int64_t now)
{
	t->common = THROTTLE_HALF;
	t->reserved = THROTTLE_HALF;
	t->filled = now;
	memset(t->spent, 0, sizeof t->spent);
	t->in_row = 0;
	t->recovery = THROTTLE_RECOVERY;
	t->recovery_filled = now;
}

bool
throttle_locked(const struct throttle *t, uint32_t cost)
{
	return cost > THROTTLE_DAY ||
	    count_add(t->in_row, cost) > THROTTLE_LOCK;
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

bool
throttle_sound(const struct throttle *t)
{
	return t->common >= 0 && t->common <= THROTTLE_HALF &&
	    t->reserved >= 0 && t->reserved <= THROTTLE_HALF &&
	    t->recovery >= 0 && t->recovery <= THROTTLE_RECOVERY &&
	    hours_sum(t->spent[false]) + hours_sum(t->spent[true]) <=
	    THROTTLE_DAY;
}

/* The greatest n for which 10^n days bring no more than one factor. */
static uint32_t
recovery_days(void)
{
	double days = 1.0 / RECOVERY_COUNT / THROTTLE_GUESSES / 86400;
	uint32_t n = 0;

	for (int i = 0; i < RECOVERY_BYTES; i++)
		days *= 256;
	for (; days >= 10; days /= 10)
		n++;
	return n;
}

struct throttle_bound
throttle_bound(uint32_t right_codes, uint32_t digits)
{
	uint32_t cost = throttle_cost(right_codes);
	double each = right_codes; /* millionths, of one try */

	for (uint32_t i = TOTP_DIGITS_MIN; i < digits; i++)
		each /= 10;
	return (struct throttle_bound){
	    .day = THROTTLE_DAY / cost * each,
	    .row = THROTTLE_LOCK / cost * each,
	    .recovery = recovery_days(),
	};
}
