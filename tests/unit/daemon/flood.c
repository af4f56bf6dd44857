#include <criterion/criterion.h>

#include "daemon/flood.h"

#define NOW INT64_C(1700000040) /* a minute begins */

static struct flood f;
static struct flood_seat left[FLOOD_SEATS];

Test(daemon_flood, gives_each_user_so_many_in_a_minute)
{
	for (int i = 0; i < 5; i++)
		cr_expect(flood_take(&f, 1000, 5, NOW + i));
	cr_expect_not(flood_take(&f, 1000, 5, NOW + 59));
	cr_expect(flood_take(&f, 1001, 5, NOW + 59), "somebody else");
	cr_expect(flood_take(&f, 1000, 5, NOW + 60), "the next minute");
}

Test(daemon_flood, a_clock_that_was_set_back_freezes_nobody)
{
	cr_expect(flood_take(&f, 1000, 1, NOW));
	cr_expect_not(flood_take(&f, 1000, 1, NOW));
	cr_expect(flood_take(&f, 1000, 1, NOW - 3600));
}

Test(daemon_flood, tells_once_what_a_minute_refused)
{
	cr_expect(flood_take(&f, 1000, 1, NOW));
	cr_expect_not(flood_take(&f, 1000, 1, NOW));
	cr_expect_not(flood_take(&f, 1000, 1, NOW));
	cr_expect_eq(flood_end(&f, NOW + 59, left), 0, "it goes on");
	cr_assert_eq(flood_end(&f, NOW + 60, left), 1);
	cr_expect_eq(left[0].uid, 1000);
	cr_expect_eq(left[0].refused, 2);
	cr_expect_eq(flood_end(&f, NOW + 60, left), 0);
}

Test(daemon_flood, more_users_than_seats_do_not_limit_each_other)
{
	for (uint32_t uid = 0; uid < FLOOD_SEATS; uid++)
		cr_expect(flood_take(&f, uid, 1, NOW));
	cr_expect_not(flood_take(&f, 0, 1, NOW), "who has a seat keeps it");
	cr_expect(flood_seated(&f, 0));
	cr_expect(flood_take(&f, 5000, 1, NOW));
	cr_expect(flood_take(&f, 5000, 1, NOW));
	cr_expect_not(flood_seated(&f, 5000));
	cr_expect_not(flood_take(&f, 0, 1, NOW));
}
