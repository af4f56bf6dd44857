/*
 * The bound of core/throttle.h, by trying all there is to try.  What was spent
 * is counted here by a log of its own, over every 24 hours.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "core/throttle.h"

#define NOW INT64_C(1700000000)
#define HOUR 3600
#define DAY 86400
#define LIMIT 100 /* units: 1 in 10,000 */
#define ROW 300	  /* units: 3 in 10,000 */

/* ---- every sequence of tries, successes and steps of time ---- */

#define AGES 4		  /* steps of time that 24 hours can have here */
#define STATES 4000000	  /* that are reached at the most */
#define TABLE (1U << 23U) /* a power of two above that */

/* A state: the throttle's and, apart, what really was spent. */
struct state {
	uint64_t throttle;
	uint64_t log;
};

static struct state reached[STATES];
static uint32_t place[TABLE]; /* index into reached, plus one */
static uint32_t count;
static uint32_t worst; /* units in 24 hours */
static int step_hours;

static int
ages(void)
{
	return 24 / step_hours + 1;
}

static uint64_t
pack(const struct throttle *t)
{
	uint64_t out = (uint64_t)t->common << 4 | (uint64_t)t->reserved;

	for (int known = 0; known < 2; known++)
		for (int i = 0; i < ages(); i++)
			out = out << 7 | t->spent[known][i * step_hours];
	return out;
}

static struct throttle
unpack(uint64_t packed)
{
	struct throttle t;

	throttle_init(&t, NOW);
	for (int known = 1; known >= 0; known--)
		for (int i = ages() - 1; i >= 0; i--) {
			t.spent[known][i * step_hours] = packed & 127;
			packed >>= 7;
		}
	t.reserved = (int32_t)(packed & 15);
	t.common = (int32_t)(packed >> 4);
	return t;
}

static void
reach(const struct throttle *t, uint64_t log)
{
	struct state s = {pack(t), log};
	uint64_t hash = (s.throttle ^ log * UINT64_C(0x9e3779b97f4a7c15)) *
	    UINT64_C(0xff51afd7ed558ccd);
	uint32_t i = (uint32_t)(hash >> 41);

	for (; place[i] != 0; i = (i + 1) % TABLE)
		if (memcmp(&reached[place[i] - 1], &s, sizeof s) == 0)
			return;
	cr_assert_lt(count, STATES);
	reached[count] = s;
	place[i] = ++count;
}

static void
try_wrong(const struct state *s, uint32_t cost, bool known)
{
	struct throttle t = unpack(s->throttle);
	uint64_t log = s->log + cost;
	uint32_t all = 0;
	int64_t wait;

	if (throttle_ask(&t, cost, known, NOW, &wait) != THROTTLE_GO)
		return;
	throttle_spend(&t, cost, known);
	for (int i = 0; i < ages(); i++)
		all += log >> 7 * i & 127;
	cr_assert_leq(all, LIMIT, "cost %u: %u in 24 hours", cost, all);
	worst = all > worst ? all : worst;
	reach(&t, log);
}

static void
succeed(const struct state *s, bool known)
{
	struct throttle t = unpack(s->throttle);

	throttle_success(&t, known);
	reach(&t, s->log);
}

/* Time passes.  What was spent just 24 hours ago still counts. */
static void
pass(const struct state *s)
{
	struct throttle t = unpack(s->throttle);
	uint64_t kept = (UINT64_C(1) << 7 * ages()) - 1;
	int64_t wait;

	(void)throttle_ask(&t, 3, true, NOW + step_hours * HOUR, &wait);
	t.filled = NOW;
	reach(&t, s->log << 7 & kept);
}

/* Whatever is tried, at either of two costs; returns the worst 24 hours. */
static uint32_t
try_all(uint32_t cost, uint32_t other, int hours)
{
	struct throttle t;

	step_hours = hours;
	count = 0;
	worst = 0;
	memset(place, 0, sizeof place);
	throttle_init(&t, NOW);
	reach(&t, 0);
	for (uint32_t i = 0; i < count; i++) {
		for (int known = 0; known < 2; known++) {
			try_wrong(&reached[i], cost, known != 0);
			if (other != cost)
				try_wrong(&reached[i], other, known != 0);
			succeed(&reached[i], known != 0);
		}
		pass(&reached[i]);
	}
	return worst;
}

static int
hours_for(uint32_t cost)
{
	return cost < 6 ? 24 : cost < 12 ? 12 : 8;
}

/* One to eight devices, windows 0 to 10, with and without a step ahead. */
static void
each_cost(void (*visit)(uint32_t right))
{
	bool seen[DEVICES_MAX * 12 + 1] = {false};

	for (uint32_t devices = 1; devices <= DEVICES_MAX; devices++)
		for (uint32_t steps = 1; steps <= 12; steps++) {
			if (!seen[devices * steps])
				visit(devices * steps);
			seen[devices * steps] = true;
		}
}

/* The worst that is reached is what throttle_bound() says, for all digits. */
static void
expect_bound_reached(uint32_t right)
{
	uint32_t cost = throttle_cost(right);
	uint32_t found = try_all(cost, cost, hours_for(cost));
	double each = right;

	for (uint32_t digits = 6; digits <= 8; digits++, each /= 10)
		cr_assert_float_eq(throttle_bound(right, digits).day,
		    found / cost * each, 1e-9, "%u", right);
}

Test(core_throttle_day, holds_for_all_devices_and_windows)
{
	each_cost(expect_bound_reached);
}

/* Devices and policy change within the day. */
Test(core_throttle_day, holds_when_the_cost_changes)
{
	static const uint32_t pairs[][2] = {
	    {12, 24}, {12, 33}, {24, 96}, {36, 60}, {9, 96}, {6, 48}, {15, 20}};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		cr_assert_gt(
		    try_all(pairs[i][0], pairs[i][1], hours_for(pairs[i][0])),
		    0);
}

/* ---- long runs by the second, everything changing ---- */

static uint64_t seed;

static uint32_t
chance(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((seed >> 33) % below);
}

#define TRIES 16384 /* a run has so many allowed tries at the most */

/* What was spent, and when, by a clock that only goes forward. */
struct history {
	int64_t at[TRIES];
	uint32_t units[TRIES];
	uint32_t tries;
	uint32_t row;
};

static void
book(struct history *h, int64_t at, uint32_t units)
{
	uint32_t day = units;

	for (uint32_t i = h->tries; i > 0 && h->at[i - 1] >= at - DAY; i--)
		day += h->units[i - 1];
	h->row += units;
	cr_assert_leq(day, LIMIT, "24 hours");
	cr_assert_leq(h->row, ROW, "between two successes");
	cr_assert_lt(h->tries, TRIES);
	h->at[h->tries] = at;
	h->units[h->tries++] = units;
}

/* Seconds until the next event: at once, soon, or about where limits lie. */
static int64_t
pause_of(void)
{
	static const int64_t edges[] = {
	    0, 0, 0, 1, HOUR - 1, HOUR, 3 * HOUR, DAY - 1, DAY, DAY + 1};

	return chance(3) == 0 ? chance(2 * HOUR) : edges[chance(10)];
}

/* The clock may be set back at times, and never forward. */
static void
run(uint64_t start, uint32_t cost_max, bool clock)
{
	static struct history h;
	struct throttle t;
	int64_t at = 0, behind = 0, wait;

	seed = start;
	memset(&h, 0, sizeof h);
	throttle_init(&t, NOW);
	for (int i = 0; i < 1000; i++) {
		uint32_t cost = 3 + chance(cost_max - 2);
		bool known = chance(2) == 0;

		at += pause_of();
		if (clock && chance(50) == 0)
			behind += chance(3 * DAY);
		if (chance(20) == 0) {
			throttle_success(&t, known);
			h.row = 0;
		}
		while (throttle_ask(&t, cost, known, NOW + at - behind,
			   &wait) == THROTTLE_GO) {
			throttle_spend(&t, cost, known);
			book(&h, at, cost);
			if (chance(4) == 0)
				break;
		}
	}
	cr_assert_gt(h.tries, 100);
}

Test(core_throttle_day, holds_by_the_second)
{
	for (uint64_t i = 0; i < 200; i++) {
		run(i, 3, false);
		run(i, 9, false);
		run(i, 96, false);
	}
}

Test(core_throttle_day, holds_when_the_clock_is_set_back)
{
	for (uint64_t i = 0; i < 200; i++) {
		run(1000 + i, 3, true);
		run(1000 + i, 24, true);
	}
}
