#include "core/throttle.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1700000000)
#define HOUR 3600
#define DAY 86400

/* The dearest try that a policy allows: eight devices, window 10, ahead 1. */
#define COST_MAX 96

static struct throttle
full(void)
{
	struct throttle t;

	throttle_init(&t, NOW);
	return t;
}

static enum throttle_answer
ask(struct throttle *t, uint32_t cost, bool known, int64_t now)
{
	int64_t wait;

	return throttle_ask(t, cost, known, now, &wait);
}

static int64_t
wait_of(struct throttle *t, uint32_t cost, bool known, int64_t now)
{
	int64_t wait = -1;
	enum throttle_answer answer = throttle_ask(t, cost, known, now, &wait);

	cr_assert_eq(wait > 0, answer == THROTTLE_WAIT);
	return wait;
}

/* Tries wrong codes until the brake holds; tells how many. */
static uint32_t
exhaust(struct throttle *t, uint32_t cost, bool known, int64_t now)
{
	uint32_t tries = 0;

	while (ask(t, cost, known, now) == THROTTLE_GO) {
		throttle_spend(t, cost, known);
		tries++;
	}
	return tries;
}

Test(core_throttle, costs_three_at_least)
{
	cr_assert_eq(throttle_cost(0), 3);
	cr_assert_eq(throttle_cost(1), 3);
	cr_assert_eq(throttle_cost(3), 3);
	cr_assert_eq(throttle_cost(4), 4);
	cr_assert_eq(throttle_cost(COST_MAX), COST_MAX);
}

Test(core_throttle, allows_ten_tries_at_once_and_five_to_strangers)
{
	struct throttle known = full();
	struct throttle unknown = full();

	cr_assert_eq(exhaust(&known, 3, true, NOW), 10);
	cr_assert_eq(exhaust(&unknown, 3, false, NOW), 5);
}

Test(core_throttle, keeps_the_reserved_half_from_strangers)
{
	struct throttle t = full();

	exhaust(&t, 3, false, NOW);
	cr_assert_eq(t.reserved, THROTTLE_UNITS);
	cr_assert_eq(exhaust(&t, 3, true, NOW), 5);
	cr_assert_eq(ask(&t, 3, true, NOW), THROTTLE_WAIT);
}

/* What the owner spends nobody else can: the common half goes first. */
Test(core_throttle, spends_the_common_half_first)
{
	struct throttle t = full();

	throttle_spend(&t, 6, true);
	cr_assert_eq(t.common, THROTTLE_UNITS - 6);
	cr_assert_eq(t.reserved, THROTTLE_UNITS);
	throttle_spend(&t, 12, true);
	cr_assert_eq(t.common, 0);
	cr_assert_eq(t.reserved, THROTTLE_UNITS - 3);
}

Test(core_throttle, waits_until_the_units_are_there)
{
	struct throttle t = full();

	exhaust(&t, 3, false, NOW);
	cr_assert_eq(wait_of(&t, 3, false, NOW), 3 * HOUR);
	cr_assert_eq(wait_of(&t, 3, false, NOW + HOUR), 2 * HOUR);
	cr_assert_eq(wait_of(&t, 3, false, NOW + 3 * HOUR - 1), 1);
	cr_assert_eq(ask(&t, 3, false, NOW + 3 * HOUR), THROTTLE_GO);
}

/* With both halves open, 90 minutes bring three units. */
Test(core_throttle, waits_for_both_halves_when_known)
{
	struct throttle t = full();

	exhaust(&t, 3, true, NOW);
	cr_assert_eq(wait_of(&t, 3, true, NOW), 2 * HOUR);
	cr_assert_eq(ask(&t, 3, true, NOW + 2 * HOUR), THROTTLE_GO);
}

/* Asking often, and always half an hour late, must neither gain nor lose. */
Test(core_throttle, fills_by_the_hour_whatever_is_asked)
{
	struct throttle often = full();
	struct throttle once = full();

	exhaust(&often, 3, true, NOW);
	exhaust(&once, 3, true, NOW);
	for (int64_t s = 0; s <= 5 * HOUR + 1800; s += 7)
		(void)ask(&often, COST_MAX, true, NOW + s);
	(void)ask(&once, COST_MAX, true, NOW + 5 * HOUR + 1799);
	cr_assert_eq(often.common, 5);
	cr_assert_eq(often.reserved, 5);
	cr_assert_eq(once.common, 5);
	cr_assert_eq(often.filled, NOW + 5 * HOUR);
	cr_assert_eq(once.filled, NOW + 5 * HOUR);
}

Test(core_throttle, never_holds_more_than_is_full)
{
	struct throttle t = full();

	cr_assert_eq(ask(&t, 3, true, NOW + 365 * DAY), THROTTLE_GO);
	cr_assert_eq(t.common, THROTTLE_UNITS);
	cr_assert_eq(t.reserved, THROTTLE_UNITS);
	cr_assert_eq(exhaust(&t, 3, true, NOW + 365 * DAY), 10);
}

/* Dearer than all there can be: allowed when full, then paid off. */
Test(core_throttle, allows_a_dear_try_when_full)
{
	struct throttle t = full();

	cr_assert_eq(exhaust(&t, COST_MAX, true, NOW), 1);
	cr_assert_eq(t.common, 30 - COST_MAX);
	cr_assert_eq(t.reserved, 0);
	cr_assert_eq(wait_of(&t, COST_MAX, true, NOW), (COST_MAX - 15) * HOUR);
	cr_assert_eq(wait_of(&t, 3, false, NOW), (COST_MAX - 27) * HOUR);
	cr_assert_eq(
	    ask(&t, COST_MAX, true, NOW + (COST_MAX - 15) * HOUR), THROTTLE_GO);
}

Test(core_throttle, lets_a_stranger_overdraw_the_common_half_alone)
{
	struct throttle t = full();

	cr_assert_eq(exhaust(&t, 24, false, NOW), 1);
	cr_assert_eq(t.common, 15 - 24);
	cr_assert_eq(t.reserved, 15);
	cr_assert_eq(wait_of(&t, 24, false, NOW), 24 * HOUR);
}

/*
 * The bound, by trying all there is to try: the most units that a thief can
 * spend within 24 hours, known, unknown or both by turns, from every state
 * of the two halves.  24 hours see at most 24 fillings.
 */
#define FILLS 24
#define COMMON_MIN (-COST_MAX)
#define COMMON_STATES (THROTTLE_UNITS - COMMON_MIN + 1)

static int16_t most[FILLS + 1][COMMON_STATES][THROTTLE_UNITS + 1];

static int16_t *
most_of(const struct throttle *t, int fills)
{
	return &most[fills][t->common - COMMON_MIN][t->reserved];
}

static int
most_spent(struct throttle t, uint32_t cost, int fills)
{
	int16_t *best = most_of(&t, fills);
	int found = 0;

	if (*best >= 0)
		return *best;
	for (int known = 0; known < 2; known++) {
		struct throttle next = t;

		next.in_row = 0; /* the lock has a bound of its own */
		if (ask(&next, cost, known, t.filled) != THROTTLE_GO)
			continue;
		throttle_spend(&next, cost, known);
		found = (int)cost + most_spent(next, cost, fills);
		*best = (int16_t)(found > *best ? found : *best);
	}
	if (fills > 0) {
		struct throttle next = t;

		(void)ask(&next, cost, true, t.filled + HOUR);
		next.filled = t.filled;
		found = most_spent(next, cost, fills - 1);
		*best = (int16_t)(found > *best ? found : *best);
	}
	return *best > 0 ? *best : (*best = 0);
}

Test(core_throttle, holds_every_cost_to_78_units_in_24_hours)
{
	for (uint32_t cost = 3; cost <= COST_MAX; cost++) {
		int bound = cost > 78 ? (int)cost : 78 / (int)cost * (int)cost;
		int worst = 0;

		memset(most, 0xff, sizeof most);
		for (int32_t c = 15 - (int32_t)cost; c <= 15; c++)
			for (int32_t r = 0; r <= THROTTLE_UNITS; r++) {
				struct throttle t = full();
				int spent;

				t.common = c;
				t.reserved = r;
				spent = most_spent(t, cost, FILLS);
				worst = spent > worst ? spent : worst;
			}
		cr_assert_eq(worst, bound, "cost %u: %d", cost, worst);
		cr_assert_leq(worst, 100, "1 in 10,000 a day");
	}
}

/* A thief who tries whenever it is allowed, by the minute, for days. */
static void
simulate(uint32_t cost, bool known, uint32_t days)
{
	struct throttle t = full();
	static uint32_t spent[10 * DAY / 60 + 1];
	uint32_t all = 0;

	for (uint32_t minute = 0; minute < days * DAY / 60; minute++) {
		int64_t now = NOW + (int64_t)minute * 60;
		uint32_t old = minute >= DAY / 60 ? minute - DAY / 60 : 0;

		while (ask(&t, cost, known, now) == THROTTLE_GO) {
			throttle_spend(&t, cost, known);
			all += cost;
		}
		spent[minute] = all;
		cr_assert_leq(
		    all - (old > 0 ? spent[old] : 0), cost > 78 ? cost : 78);
		cr_assert_leq(all, THROTTLE_LOCK);
	}
	if (days == 10)
		cr_assert(throttle_locked(&t, cost));
}

Test(core_throttle, holds_a_patient_thief_for_days)
{
	simulate(3, true, 10);
	simulate(4, true, 10);
	simulate(24, true, 10);
	simulate(3, false, 4);
	simulate(24, false, 4);
	simulate(COST_MAX, true, 4);
}

Test(core_throttle, locks_at_300_in_a_row)
{
	struct throttle t = full();
	int64_t now = NOW;
	uint32_t tries = 0;

	while (!throttle_locked(&t, 3)) {
		tries += exhaust(&t, 3, true, now);
		now += DAY;
	}
	cr_assert_eq(tries, 100);
	cr_assert_eq(t.in_row, THROTTLE_LOCK);
	cr_assert_eq(ask(&t, 3, true, now + 365 * DAY), THROTTLE_LOCKED);
	cr_assert_eq(ask(&t, 3, false, now + 365 * DAY), THROTTLE_LOCKED);
	cr_assert_eq(throttle_tries(&t, 3, true, now + 365 * DAY), 0);
}

/* A dear try that would go past 300 is not allowed, so the bound holds. */
Test(core_throttle, locks_before_a_dear_try_goes_past_300)
{
	for (uint32_t cost = 3; cost <= COST_MAX; cost++) {
		struct throttle t = full();
		uint32_t tries = 0;

		for (int64_t now = NOW; !throttle_locked(&t, cost); now += DAY)
			tries += exhaust(&t, cost, true, now);
		cr_assert_eq(tries, THROTTLE_LOCK / cost, "%u", cost);
		cr_assert_leq(t.in_row, THROTTLE_LOCK, "%u", cost);
	}
}

Test(core_throttle, says_nothing_of_a_wait_while_locked)
{
	struct throttle t = full();
	int64_t wait = -1;

	t.in_row = THROTTLE_LOCK;
	cr_assert_eq(throttle_ask(&t, 3, true, NOW, &wait), THROTTLE_LOCKED);
	cr_assert_eq(wait, 0);
}

Test(core_throttle, ends_the_row_at_a_success_and_keeps_the_budget)
{
	struct throttle t = full();

	throttle_spend(&t, 3, false);
	throttle_spend(&t, 3, false);
	cr_assert_eq(t.failed, 2);
	cr_assert_eq(t.in_row, 6);
	throttle_success(&t);
	cr_assert_eq(t.failed, 0);
	cr_assert_eq(t.in_row, 0);
	cr_assert_eq(t.common, THROTTLE_UNITS - 6);
}

Test(core_throttle, unlocks_whole)
{
	struct throttle t = full();

	exhaust(&t, 3, true, NOW);
	for (int i = 0; i < THROTTLE_RECOVERY; i++)
		throttle_spend_recovery(&t);
	t.in_row = THROTTLE_LOCK;
	throttle_unlock(&t, NOW + 5);
	cr_assert_not(throttle_locked(&t, 3));
	cr_assert_eq(exhaust(&t, 3, true, NOW + 5), 10);
	cr_assert_eq(t.recovery, THROTTLE_RECOVERY);
	cr_assert_gt(t.failed, 0, "the owner is still told");
}

/* ---- the clock ---- */

Test(core_throttle, goes_on_after_the_clock_was_ahead)
{
	struct throttle t = full();

	(void)ask(&t, 3, true, NOW + 365 * DAY);
	exhaust(&t, 3, true, NOW + 365 * DAY);
	cr_assert_eq(ask(&t, 3, true, NOW), THROTTLE_WAIT);
	cr_assert_eq(wait_of(&t, 3, true, NOW), 2 * HOUR);
	cr_assert_eq(ask(&t, 3, true, NOW + 2 * HOUR), THROTTLE_GO);
}

Test(core_throttle, gives_nothing_for_a_clock_set_back)
{
	struct throttle t = full();

	exhaust(&t, 3, true, NOW);
	cr_assert_eq(ask(&t, 3, true, NOW - DAY), THROTTLE_WAIT);
	cr_assert_eq(t.common, 0);
	cr_assert_eq(t.reserved, 0);
	cr_assert_eq(t.filled, NOW - DAY);
}

Test(core_throttle, sets_times_back)
{
	struct throttle t = full();

	cr_assert_not(throttle_set_back(&t, NOW));
	cr_assert_not(throttle_set_back(&t, NOW + DAY));
	cr_assert_eq(t.filled, NOW);
	cr_assert(throttle_set_back(&t, NOW - 1));
	cr_assert_eq(t.filled, NOW - 1);
	cr_assert_eq(t.recovery_filled, NOW - 1);
	cr_assert_not(throttle_set_back(&t, NOW - 1));
	t.recovery_filled = NOW;
	cr_assert(throttle_set_back(&t, NOW - 1));
	cr_assert_eq(t.recovery_filled, NOW - 1);
}

/* Whatever the store held, no sum overflows (seen by UBSan) and none opens. */
Test(core_throttle, bears_hostile_numbers)
{
	static const int64_t times[] = {
	    INT64_MIN, INT64_MIN + 1, -1, 0, NOW, INT64_MAX - 1, INT64_MAX};
	static const int32_t units[] = {INT32_MIN, -1, 0, 15, INT32_MAX};
	static const uint32_t costs[] = {0, 3, INT32_MAX, UINT32_MAX};

	for (size_t i = 0; i < 7 * 7 * 5 * 4; i++) {
		struct throttle t = {
		    .common = units[i / 49 % 5],
		    .reserved = units[(i / 49 + 1) % 5],
		    .filled = times[i % 7],
		    .in_row = i % 2 == 0 ? 0 : UINT32_MAX,
		    .failed = UINT32_MAX,
		    .recovery = units[i / 49 % 5],
		    .recovery_filled = times[i % 7],
		};
		int64_t now = times[i / 7 % 7];
		uint32_t cost = costs[i / 245 % 4];
		int64_t wait;

		(void)ask(&t, cost, true, now);
		cr_assert_leq(t.common, THROTTLE_UNITS);
		cr_assert_leq(t.reserved, THROTTLE_UNITS);
		cr_assert_eq(throttle_locked(&t, cost),
		    t.in_row != 0 || cost > THROTTLE_LOCK);
		throttle_spend(&t, cost, true);
		throttle_spend(&t, cost, false);
		cr_assert_eq(t.failed, UINT32_MAX);
		(void)throttle_ask_recovery(&t, now, &wait);
		throttle_spend_recovery(&t);
		cr_assert_lt(t.recovery, THROTTLE_RECOVERY);
		(void)throttle_tries(&t, cost, true, now);
	}
}

/* ---- recovery codes ---- */

Test(core_throttle, allows_five_recovery_codes_and_one_an_hour)
{
	struct throttle t = full();
	int64_t wait;

	for (int i = 0; i < THROTTLE_RECOVERY; i++) {
		cr_assert_eq(
		    throttle_ask_recovery(&t, NOW, &wait), THROTTLE_GO);
		cr_assert_eq(wait, 0);
		throttle_spend_recovery(&t);
	}
	cr_assert_eq(throttle_ask_recovery(&t, NOW, &wait), THROTTLE_WAIT);
	cr_assert_eq(wait, HOUR);
	cr_assert_eq(
	    throttle_ask_recovery(&t, NOW + HOUR - 1, &wait), THROTTLE_WAIT);
	cr_assert_eq(wait, 1);
	cr_assert_eq(throttle_ask_recovery(&t, NOW + HOUR, &wait), THROTTLE_GO);
	throttle_spend_recovery(&t);
	cr_assert_eq(
	    throttle_ask_recovery(&t, NOW + HOUR, &wait), THROTTLE_WAIT);
	cr_assert_eq(t.failed, 6);
}

Test(core_throttle, brakes_recovery_codes_apart)
{
	struct throttle t = full();
	int64_t wait;

	exhaust(&t, 3, true, NOW);
	t.in_row = THROTTLE_LOCK;
	cr_assert_eq(throttle_ask_recovery(&t, NOW, &wait), THROTTLE_GO);
	for (int i = 0; i < THROTTLE_RECOVERY; i++)
		throttle_spend_recovery(&t);
	cr_assert_eq(t.in_row, THROTTLE_LOCK);
	t = full();
	for (int i = 0; i < THROTTLE_RECOVERY; i++)
		throttle_spend_recovery(&t);
	cr_assert_eq(ask(&t, 3, true, NOW), THROTTLE_GO);
	cr_assert_eq(t.common, THROTTLE_UNITS);
}

Test(core_throttle, ends_the_lock_by_a_recovery_code)
{
	struct throttle t = full();

	t.in_row = THROTTLE_LOCK;
	throttle_success_recovery(&t);
	cr_assert_not(throttle_locked(&t, 3));
	cr_assert_eq(t.failed, 0);
}

Test(core_throttle, counts_the_tries_that_are_left)
{
	struct throttle t = full();

	cr_assert_eq(throttle_tries(&t, 3, true, NOW), 10);
	cr_assert_eq(throttle_tries(&t, 3, false, NOW), 5);
	cr_assert_eq(throttle_tries(&t, 0, true, NOW), 10);
	cr_assert_eq(throttle_tries(&t, COST_MAX, true, NOW), 1);
	throttle_spend(&t, 3, false);
	cr_assert_eq(throttle_tries(&t, 3, false, NOW), 4);
	cr_assert_eq(throttle_tries(&t, 3, false, NOW + 3 * HOUR), 5);
	t.in_row = THROTTLE_LOCK - 6;
	cr_assert_eq(throttle_tries(&t, 3, true, NOW), 2);
}

/* ---- networks ---- */

static struct tally
new_tally(void)
{
	struct tally t;

	tally_init(&t, NOW);
	return t;
}

Test(core_throttle, knows_everybody_until_the_first_success)
{
	struct tally t = new_tally();

	cr_assert(network_known(&t, "192.0.2.1", NOW));
	cr_assert(network_known(&t, "", NOW));
	network_remember(&t, "", NOW);
	network_remember(&t, "UNKNOWN", NOW);
	cr_assert_eq(t.networks_seen, 0);
	network_remember(&t, "192.0.2.1", NOW);
	cr_assert(network_known(&t, "192.0.2.99", NOW));
	cr_assert_not(network_known(&t, "198.51.100.1", NOW));
	cr_assert_not(network_known(&t, "", NOW));
	cr_assert_not(network_known(&t, "UNKNOWN", NOW));
}

Test(core_throttle, forgets_a_network_after_30_days)
{
	struct tally t = new_tally();

	network_remember(&t, "2001:db8::1", NOW);
	cr_assert(network_known(&t, "2001:db8::2", NOW + 30 * DAY));
	cr_assert_not(network_known(&t, "2001:db8::2", NOW + 30 * DAY + 1));
	network_remember(&t, "2001:db8::3", NOW + 40 * DAY);
	cr_assert_eq(t.networks_seen, 1);
	cr_assert(network_known(&t, "2001:db8::2", NOW + 70 * DAY));
}

Test(core_throttle, takes_a_later_success_for_now)
{
	struct tally t = new_tally();

	network_remember(&t, "192.0.2.1", NOW + 365 * DAY);
	cr_assert(network_known(&t, "192.0.2.1", NOW));
	t.seen[0].last = INT64_MIN;
	cr_assert_not(network_known(&t, "192.0.2.1", INT64_MAX));
	t.seen[0].last = INT64_MAX;
	cr_assert(network_known(&t, "192.0.2.1", INT64_MIN));
}

/* A11: however many there were, the state stays small; the oldest goes. */
Test(core_throttle, remembers_eight_networks)
{
	struct tally t = new_tally();
	char address[ADDRESS_MAX];

	for (int i = 0; i < 100; i++) {
		snprintf(address, sizeof address, "192.0.%d.1", i);
		network_remember(&t, address, NOW + i);
	}
	cr_assert_eq(t.networks_seen, NETWORKS_MAX);
	cr_assert(network_known(&t, "192.0.99.1", NOW + 100));
	cr_assert(network_known(&t, "192.0.92.1", NOW + 100));
	cr_assert_not(network_known(&t, "192.0.91.1", NOW + 100));
	network_remember(&t, "192.0.92.1", NOW + 100);
	network_remember(&t, "198.51.100.1", NOW + 101);
	cr_assert(network_known(&t, "192.0.92.1", NOW + 101));
	cr_assert_not(network_known(&t, "192.0.93.1", NOW + 101));
}

/* ---- the bound that a policy gives ---- */

static void
expect_bound(uint32_t right, uint32_t digits, double day, double row)
{
	struct throttle_bound b = throttle_bound(right, digits);

	cr_assert_float_eq(b.day, day, 1e-9, "%u: %f", right, b.day);
	cr_assert_float_eq(b.row, row, 1e-9, "%u: %f", right, b.row);
}

Test(core_throttle, says_the_bound)
{
	expect_bound(3, 6, 78, 300);
	expect_bound(1, 6, 26, 100);
	expect_bound(24, 6, 72, 288);
	expect_bound(COST_MAX, 6, COST_MAX, 288);
	expect_bound(3, 7, 7.8, 30);
	expect_bound(3, 8, 0.78, 3);
	expect_bound(0, 6, 0, 0);
}
