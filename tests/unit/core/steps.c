#include "core/steps.h"

#include <criterion/criterion.h>
#include <string.h>

#define STEP UINT64_C(56666666) /* of 30 seconds, in 2023 */
#define YEAR UINT64_C(1051200)

static struct use use;

static void
setup(void)
{
	memset(&use, 0, sizeof use);
}

TestSuite(core_steps, .init = setup);

static void
spend(uint64_t step)
{
	cr_assert_not(steps_spent(&use, step), "%ju", (uintmax_t)step);
	steps_spend(&use, step);
	cr_assert(steps_sound(&use));
	cr_assert(steps_spent(&use, step));
	cr_assert(steps_spent(&use, step - 1));
}

Test(core_steps, spends_a_step_and_all_before_it)
{
	spend(STEP);
	cr_assert(steps_spent(&use, 0));
	cr_assert(steps_spent(&use, 1));
	cr_assert_not(steps_spent(&use, STEP + 1));
	cr_assert_eq(steps_next(&use, STEP), STEP + 1);
	cr_assert_eq(steps_next(&use, STEP - 9), STEP + 1);
	cr_assert_eq(steps_next(&use, STEP + 9), STEP + 10);
}

Test(core_steps, opens_the_present_again_and_not_what_opened_ahead)
{
	spend(STEP);
	spend(STEP + YEAR);
	spend(STEP + YEAR + 5);
	cr_assert(steps_set_back(&use, STEP + 10));
	cr_assert(steps_sound(&use));
	cr_assert(steps_spent(&use, STEP + 9));
	cr_assert_not(steps_spent(&use, STEP + 10));
	cr_assert(steps_spent(&use, STEP + YEAR));
	cr_assert_not(steps_spent(&use, STEP + YEAR + 1));
	cr_assert(steps_spent(&use, STEP + YEAR + 5));
	cr_assert_not(steps_set_back(&use, STEP + 10), "a second time");
	spend(STEP + 10);
	cr_assert(steps_spent(&use, STEP + YEAR));
	spend(STEP + YEAR + 4);
	cr_assert(steps_spent(&use, STEP + YEAR + 5));
	cr_assert_eq(steps_next(&use, STEP + YEAR + 4), STEP + YEAR + 6);
	spend(STEP + YEAR + 6);
}

Test(core_steps, changes_nothing_where_the_clock_was_right)
{
	cr_assert_not(steps_set_back(&use, STEP));
	spend(STEP);
	cr_assert_not(steps_set_back(&use, STEP));
	cr_assert_not(steps_set_back(&use, STEP + 7));
	spend(STEP + 1);
	cr_assert_not(steps_set_back(&use, STEP), "a device a step ahead");
	cr_assert_eq(use.spent, STEP + 1);
}

/* The step that opened a moment ago stays spent, though it is present. */
Test(core_steps, keeps_the_present_step_spent_when_it_opened)
{
	spend(STEP);
	spend(STEP + YEAR);
	cr_assert(steps_set_back(&use, STEP));
	cr_assert(steps_spent(&use, STEP));
	cr_assert_not(steps_spent(&use, STEP + 1));
}

/* However many opened ahead, all of them stay spent, and the present opens. */
Test(core_steps, forgets_no_step_that_opened_ahead)
{
	for (uint64_t i = 0; i < 40; i++)
		spend(STEP + 700 * i);
	for (uint64_t i = 0; i < 40; i++)
		spend(STEP + YEAR + 30 * i);
	cr_assert(steps_set_back(&use, STEP + 700 * 39 + 1));
	cr_assert_not(steps_spent(&use, STEP + 700 * 39 + 1));
	for (uint64_t i = 0; i < 40; i++) {
		cr_assert(steps_spent(&use, STEP + 700 * i));
		cr_assert(steps_spent(&use, STEP + YEAR + 30 * i));
	}
	cr_assert(steps_spent(&use, STEP + YEAR + 1), "the older as one");
	cr_assert_not(steps_spent(&use, STEP + YEAR + 30 * 39 - 1));
}

/* New spans never swallow the time up to what opened ahead. */
Test(core_steps, stays_open_up_to_what_opened_ahead)
{
	for (uint64_t i = 0; i < 8; i++)
		spend(STEP + 240 + 10 * i);
	cr_assert(steps_set_back(&use, STEP));
	for (uint64_t i = 0; i < 20; i++)
		spend(STEP + 2 * i);
	for (uint64_t i = 0; i < 8; i++)
		cr_assert(steps_spent(&use, STEP + 240 + 10 * i));
	cr_assert_not(steps_spent(&use, STEP + 239));
	cr_assert_not(steps_spent(&use, STEP + 241));
}

/* What another program used is known as one number: it stays. */
Test(core_steps, never_opens_what_was_closed)
{
	steps_close(&use, STEP + YEAR);
	cr_assert(steps_spent(&use, STEP + YEAR));
	cr_assert_not(steps_set_back(&use, STEP));
	spend(STEP + 2 * YEAR);
	cr_assert(steps_set_back(&use, STEP));
	cr_assert(steps_spent(&use, STEP + YEAR));
	cr_assert_not(steps_spent(&use, STEP + YEAR + 1));
	steps_close(&use, STEP);
	cr_assert_eq(use.floor, STEP + YEAR);
}

Test(core_steps, has_no_next_step_after_the_last)
{
	use.spent = UINT64_MAX;
	cr_assert_eq(steps_next(&use, STEP), 0);
	use.spent = 5;
	use.spans = 1;
	use.span[0] = (struct span){6, UINT64_MAX};
	cr_assert_eq(steps_next(&use, 5), 0);
}

/* Logins, clocks ahead and set back, in any order: no step opens twice. */
Test(core_steps, opens_no_step_twice_whatever_the_clock_does)
{
	static bool opened[20000];
	uint64_t seed = 1;

	for (uint64_t run = 0; run < 300; run++) {
		uint64_t now = 5000;

		memset(opened, 0, sizeof opened);
		memset(&use, 0, sizeof use);
		for (int i = 0; i < 200; i++) {
			uint64_t step;

			seed = seed * UINT64_C(6364136223846793005) + 1;
			now += seed >> 33 & 15;
			step = now;
			if ((seed >> 40) % 20 == 0)
				step = now + (seed >> 50) % 8000;
			if ((seed >> 45) % 9 == 0)
				(void)steps_set_back(&use, now);
			if (step >= 20000 || steps_spent(&use, step))
				continue;
			cr_assert_not(opened[step]);
			opened[step] = true;
			steps_spend(&use, step);
			cr_assert(steps_sound(&use));
		}
		for (uint64_t i = 0; i < 20000; i++)
			cr_assert(!opened[i] || steps_spent(&use, i));
	}
}

Test(core_steps, is_sound_in_order_and_apart)
{
	spend(STEP);
	spend(STEP + 5);
	cr_assert(steps_sound(&use));
	use.span[1].first = STEP;
	cr_assert_not(steps_sound(&use));
	use.span[1].first = STEP + 6;
	cr_assert_not(steps_sound(&use));
	use.span[1].first = STEP + 5;
	use.floor = STEP + 6;
	cr_assert_not(steps_sound(&use));
	use.floor = 0;
	use.span[0].first = 0;
	cr_assert_not(steps_sound(&use));
	use.span[0].first = STEP;
	use.spans = SPANS_MAX + 1;
	cr_assert_not(steps_sound(&use));
}
