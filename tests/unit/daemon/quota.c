#include <criterion/criterion.h>

#include "daemon/quota.h"

#define KEYS 990 /* the account that runs `keys` */

static struct quota *q;

static void
open_quota(void)
{
	q = quota_new(KEYS);
	cr_assert_not_null(q);
}

static void
close_quota(void)
{
	quota_free(&q);
}

TestSuite(daemon_quota, .init = open_quota, .fini = close_quota);

Test(daemon_quota, one_uid_has_its_fill_and_others_do_not_notice)
{
	for (int i = 0; i < QUOTA_CONNECTIONS; i++)
		cr_assert(quota_enter(q, 1000));
	cr_expect_not(quota_enter(q, 1000));
	cr_expect(quota_enter(q, 1001));
	cr_expect(quota_enter(q, 1000 + 1024), "the same bucket");
	quota_leave(q, 1000);
	cr_expect(quota_enter(q, 1000));
	cr_expect_not(quota_enter(q, 1000));
}

Test(daemon_quota, the_account_of_keys_has_the_limit_of_all)
{
	for (int i = 0; i < QUOTA_ALL - QUOTA_ROOT; i++)
		cr_assert(quota_enter(q, KEYS));
	cr_expect_not(quota_enter(q, KEYS));
	cr_expect(quota_enter(q, 0), "root's places are root's");
}

Test(daemon_quota, root_keeps_its_places_when_all_others_are_taken)
{
	uint32_t uid = 1000;
	int taken = 0;

	while (quota_enter(q, uid) || quota_enter(q, ++uid))
		taken++;
	cr_expect_eq(taken, QUOTA_ALL - QUOTA_ROOT);
	for (int i = 0; i < QUOTA_ROOT; i++)
		cr_assert(quota_enter(q, 0));
	cr_expect_not(quota_enter(q, 0));
}

Test(daemon_quota, waiting_is_counted_apart)
{
	cr_expect_eq(quota_waiting(q, 1000), 0);
	cr_expect(quota_wait(q, 1000));
	cr_expect(quota_wait(q, 1000));
	cr_expect_eq(quota_waiting(q, 1000), 2);
	cr_expect_eq(quota_waiting(q, 1001), 0);
	quota_wait_over(q, 1000);
	cr_expect_eq(quota_waiting(q, 1000), 1);
}

Test(daemon_quota, leaving_without_entering_does_no_harm)
{
	quota_leave(q, 1000);
	quota_wait_over(q, 1000);
	cr_expect_eq(quota_waiting(q, 1000), 0);
	cr_expect(quota_enter(q, 1000));
}
