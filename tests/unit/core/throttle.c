#include "core/throttle.h"

#include <criterion/criterion.h>
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
	cr_assert_eq(t.reserved, THROTTLE_HALF);
	cr_assert_eq(exhaust(&t, 3, true, NOW), 5);
	cr_assert_eq(ask(&t, 3, true, NOW), THROTTLE_WAIT);
}

/* What the owner spends nobody else can: the common half goes first. */
Test(core_throttle, spends_the_common_half_first)
{
	struct throttle t = full();

	for (int i = 0; i < 5; i++)
		throttle_spend(&t, 6, true);
	cr_assert_eq(t.common, 0);
	cr_assert_eq(t.reserved, THROTTLE_HALF);
	throttle_spend(&t, 6, true);
	cr_assert_eq(t.reserved, THROTTLE_HALF - THROTTLE_TRY);
}

/* Each further device is worth more tries than it takes: up to three. */
Test(core_throttle, allows_as_many_tries_at_once_with_three_devices)
{
	static const struct {
		uint32_t cost, known, unknown;
	} costs[] = {{3, 10, 5}, {6, 10, 5}, {9, 10, 5}, {10, 10, 5},
	    {12, 8, 4}, {15, 6, 3}, {18, 5, 2}, {24, 4, 2}, {50, 2, 1},
	    {51, 1, 1}, {COST_MAX, 1, 1}};

	for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
		struct throttle known = full();
		struct throttle unknown = full();

		cr_expect_eq(exhaust(&known, costs[i].cost, true, NOW),
		    costs[i].known, "%u", costs[i].cost);
		cr_expect_eq(exhaust(&unknown, costs[i].cost, false, NOW),
		    costs[i].unknown, "%u", costs[i].cost);
	}
}

/* Up to 50 units, the owner has tries left whatever others did. */
Test(core_throttle, keeps_half_of_the_day_from_strangers)
{
	for (uint32_t cost = 3; cost <= 50; cost++) {
		struct throttle t = full();

		for (int hour = 0; hour < 24; hour++)
			exhaust(&t, cost, false, NOW + hour * HOUR);
		cr_assert_eq(ask(&t, cost, true, NOW + 23 * HOUR), THROTTLE_GO,
		    "%u", cost);
	}
}

Test(core_throttle, waits_until_a_try_is_there)
{
	struct throttle t = full();

	exhaust(&t, 3, false, NOW);
	cr_assert_eq(wait_of(&t, 3, false, NOW), 3 * HOUR);
	cr_assert_eq(wait_of(&t, 3, false, NOW + HOUR), 2 * HOUR);
	cr_assert_eq(wait_of(&t, 3, false, NOW + 3 * HOUR - 1), 1);
	cr_assert_eq(ask(&t, 3, false, NOW + 3 * HOUR), THROTTLE_GO);
}

/* With both halves open, 90 minutes bring a try. */
Test(core_throttle, waits_for_both_halves_when_known)
{
	struct throttle t = full();

	exhaust(&t, 3, true, NOW);
	cr_assert_eq(wait_of(&t, 3, true, NOW), 2 * HOUR);
	cr_assert_eq(ask(&t, 3, true, NOW + 2 * HOUR), THROTTLE_GO);
}

/* Dear tries wait for the day, and no longer than an hour past it. */
Test(core_throttle, waits_for_the_day_when_tries_are_dear)
{
	struct throttle t = full();

	cr_assert_eq(exhaust(&t, 24, true, NOW + 100), 4);
	cr_assert_eq(wait_of(&t, 24, true, NOW + 100), 25 * HOUR - 100);
	cr_assert_eq(ask(&t, 24, true, NOW + 25 * HOUR - 1), THROTTLE_WAIT);
	cr_assert_eq(exhaust(&t, 24, true, NOW + 25 * HOUR), 4);
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
	cr_assert_arr_eq(often.spent, once.spent, sizeof once.spent);
}

Test(core_throttle, never_holds_more_than_is_full)
{
	struct throttle t = full();

	cr_assert_eq(ask(&t, 3, true, NOW + 365 * DAY), THROTTLE_GO);
	cr_assert_eq(t.common, THROTTLE_HALF);
	cr_assert_eq(t.reserved, THROTTLE_HALF);
	cr_assert_eq(exhaust(&t, 3, true, NOW + 365 * DAY), 10);
}

/* One device: what a day gives without a success, and with many. */
Test(core_throttle, gives_one_device_26_tries_a_day_and_33_with_successes)
{
	struct throttle t = full();
	uint32_t tries = 0;

	for (int hour = 0; hour <= 24; hour++)
		tries += exhaust(&t, 3, true, NOW + hour * HOUR);
	cr_assert_eq(tries, 26);
	t = full();
	tries = 0;
	for (int hour = 0; hour <= 24; hour++) {
		tries += exhaust(&t, 3, true, NOW + hour * HOUR);
		throttle_success(&t, true);
	}
	cr_assert_eq(tries, 33);
}

Test(core_throttle, gives_tries_back_for_a_success_from_a_known_network)
{
	struct throttle t = full();

	exhaust(&t, 6, true, NOW);
	throttle_success(&t, false);
	cr_assert_eq(throttle_tries(&t, 6, true, NOW), 0);
	throttle_success(&t, true);
	cr_assert_eq(throttle_tries(&t, 6, true, NOW), 6, "96 of 100 units");
	cr_assert_eq(exhaust(&t, 6, true, NOW), 6);
	throttle_success(&t, true);
	cr_assert_eq(throttle_tries(&t, 6, true, NOW), 0, "the day is over");
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

Test(core_throttle, ends_the_row_at_a_success)
{
	struct throttle t = full();

	throttle_spend(&t, 3, false);
	throttle_spend(&t, 3, false);
	cr_assert_eq(t.failed, 2);
	cr_assert_eq(t.in_row, 6);
	throttle_success(&t, false);
	cr_assert_eq(t.failed, 0);
	cr_assert_eq(t.in_row, 0);
	cr_assert_eq(t.common, THROTTLE_HALF - 2 * THROTTLE_TRY);
	cr_assert_eq(t.spent[false][0], 6);
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

		(void)ask(&t, cost, true, now);
		cr_assert_leq(t.common, THROTTLE_HALF);
		cr_assert_leq(t.reserved, THROTTLE_HALF);
		cr_assert_eq(throttle_locked(&t, cost),
		    t.in_row != 0 || cost > THROTTLE_DAY);
		throttle_spend(&t, cost, true);
		throttle_spend(&t, cost, false);
		cr_assert_eq(t.failed, UINT32_MAX);
		(void)throttle_counts_recovery(&t, now);
		throttle_spend_recovery(&t);
		cr_assert_lt(t.recovery, THROTTLE_RECOVERY);
		(void)throttle_tries(&t, cost, true, now);
	}
}

Test(core_throttle, is_sound_up_to_a_whole_day)
{
	struct throttle t = full();

	cr_assert(throttle_sound(&t));
	t.spent[0][24] = 50;
	t.spent[1][0] = 50;
	cr_assert(throttle_sound(&t));
	t.spent[1][7] = 1;
	cr_assert_not(throttle_sound(&t));
	memset(t.spent, 255, sizeof t.spent);
	cr_assert_not(throttle_sound(&t));
	cr_assert_eq(ask(&t, 3, true, NOW), THROTTLE_WAIT);
}

/* ---- recovery codes ---- */

Test(core_throttle, counts_five_recovery_codes_and_one_an_hour)
{
	struct throttle t = full();

	for (int i = 0; i < THROTTLE_RECOVERY; i++) {
		cr_assert(throttle_counts_recovery(&t, NOW));
		throttle_spend_recovery(&t);
	}
	cr_assert_not(throttle_counts_recovery(&t, NOW));
	cr_assert_not(throttle_counts_recovery(&t, NOW + HOUR - 1));
	cr_assert(throttle_counts_recovery(&t, NOW + HOUR));
	throttle_spend_recovery(&t);
	cr_assert_not(throttle_counts_recovery(&t, NOW + HOUR));
	cr_assert_eq(t.failed, 6);
}

Test(core_throttle, counts_recovery_codes_apart)
{
	struct throttle t = full();

	exhaust(&t, 3, true, NOW);
	t.in_row = THROTTLE_LOCK;
	cr_assert(throttle_counts_recovery(&t, NOW));
	for (int i = 0; i < THROTTLE_RECOVERY; i++)
		throttle_spend_recovery(&t);
	cr_assert_eq(t.in_row, THROTTLE_LOCK);
	t = full();
	for (int i = 0; i < THROTTLE_RECOVERY; i++)
		throttle_spend_recovery(&t);
	cr_assert_eq(ask(&t, 3, true, NOW), THROTTLE_GO);
	cr_assert_eq(t.common, THROTTLE_HALF);
}

Test(core_throttle, ends_the_lock_by_a_success)
{
	struct throttle t = full();

	t.in_row = THROTTLE_LOCK;
	throttle_success(&t, false);
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
	expect_bound(3, 6, 99, 300);
	expect_bound(1, 6, 33, 100);
	expect_bound(24, 6, 96, 288);
	expect_bound(COST_MAX, 6, COST_MAX, 288);
	expect_bound(3, 7, 9.9, 30);
	expect_bound(3, 8, 0.99, 3);
	expect_bound(0, 6, 0, 0);
}

/* 10 codes of 2^80 or more: a million guesses a second find none in ages. */
Test(core_throttle, says_the_bound_of_recovery_codes)
{
	double chance = 86400.0 * THROTTLE_GUESSES * RECOVERY_COUNT;
	uint32_t days = throttle_bound(3, 6).recovery;

	for (int i = 0; i < RECOVERY_BYTES; i++)
		chance /= 256;
	for (uint32_t i = 0; i < days; i++)
		chance *= 10;
	cr_assert_leq(chance, 1);
	cr_assert_gt(chance, 0.1);
	cr_assert_geq(days, 12);
}
