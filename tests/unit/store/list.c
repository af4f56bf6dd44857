#include <criterion/criterion.h>
#include <string.h>

#include "unit/store/fixture.h"

static struct fixture f;

static void
setup(void)
{
	fixture_open(&f);
}

static void
teardown(void)
{
	fixture_end(&f);
}

TestSuite(store_list, .init = setup, .fini = teardown);

static uint32_t
list(uint32_t from, uint32_t *uids)
{
	uint32_t count = 12345;

	fixture_enter(&f);
	cr_assert_eq(store_list(f.store, from, uids, &count), OK);
	fixture_commit(&f);
	return count;
}

static void
expect_counts(uint64_t users, uint64_t enrolled)
{
	uint64_t number = 12345;

	fixture_enter(&f);
	cr_assert_eq(store_count(f.store, &number), OK);
	cr_assert_eq(number, users);
	cr_assert_eq(store_count_enrolled(f.store, &number), OK);
	cr_assert_eq(number, enrolled);
	fixture_commit(&f);
}

Test(store_list, gives_pages_in_the_order_of_uids)
{
	uint32_t uids[STORE_PAGE];
	uint32_t from = 0, seen = 0, count;

	for (uint32_t i = 0; i < 70; i++)
		fixture_enroll(&f, (i * 37) % 71 * 10);
	while ((count = list(from, uids)) > 0) {
		cr_assert_eq(
		    count, seen < 64 ? STORE_PAGE : 70 - 2 * STORE_PAGE);
		for (uint32_t i = 0; i < count; i++) {
			cr_assert_geq(uids[i], from);
			cr_assert(i == 0 || uids[i] > uids[i - 1]);
		}
		seen += count;
		from = uids[count - 1] + 1;
	}
	cr_assert_eq(seen, 70);
}

Test(store_list, has_room_for_every_uid)
{
	static const uint32_t all[] = {0, 1, INT32_MAX, (uint32_t)INT32_MAX + 1,
	    UINT32_MAX - 1, UINT32_MAX};
	uint32_t uids[STORE_PAGE];

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		fixture_enroll(&f, all[i]);
	cr_assert_eq(list(0, uids), sizeof all / sizeof all[0]);
	cr_assert_eq(memcmp(uids, all, sizeof all), 0);
	cr_assert_eq(list(UINT32_MAX, uids), 1);
	cr_assert_eq(uids[0], UINT32_MAX);
	cr_assert_eq(fixture_state(&f, UINT32_MAX), RECORD_GOOD);
}

Test(store_list, has_broken_users_too)
{
	uint32_t uids[STORE_PAGE];

	fixture_enroll(&f, 1000);
	fixture_enroll(&f, 1001);
	store_close(&f.store);
	fixture_sql(&f, "UPDATE user SET devices = x'ff' WHERE uid = 1000");
	fixture_reopen(&f);
	cr_assert_eq(list(0, uids), 2);
	cr_assert_eq(uids[0], 1000);
}

/* The counters, against counting, over additions and removals of all kinds. */
Test(store_list, counts_users_and_the_enrolled)
{
	struct record r;
	struct device d;

	expect_counts(0, 0);
	fixture_enter(&f);
	fixture_load(&f, 1000, &r);
	cr_assert_eq(store_save_tally(f.store, &r), OK);
	fixture_commit(&f);
	expect_counts(1, 0);

	fixture_enter(&f);
	fixture_device(&d, 1, false);
	cr_assert_eq(store_add_device(f.store, &r, &d), OK);
	fixture_commit(&f);
	expect_counts(1, 0);

	fixture_enter(&f);
	cr_assert_eq(store_confirm_device(f.store, &r, d.id), OK);
	fixture_device(&d, 2, true);
	cr_assert_eq(store_add_device(f.store, &r, &d), OK);
	fixture_commit(&f);
	expect_counts(1, 1);

	fixture_enroll(&f, 1001);
	expect_counts(2, 2);

	fixture_enter(&f);
	cr_assert_eq(store_remove_device(f.store, &r, d.id), OK);
	fixture_commit(&f);
	expect_counts(2, 2);

	fixture_enter(&f);
	cr_assert_eq(store_remove_device(f.store, &r, r.device[0].id), OK);
	fixture_commit(&f);
	expect_counts(2, 1);

	fixture_enter(&f);
	cr_assert_eq(store_clear(f.store, 1001), OK);
	cr_assert_eq(store_leave(f.store, ERR_REFUSED), OK);
	cr_assert_eq(store_commit(f.store), OK);
	expect_counts(2, 1);

	fixture_enter(&f);
	cr_assert_eq(store_clear(f.store, 1000), OK);
	cr_assert_eq(store_clear(f.store, 1001), OK);
	fixture_commit(&f);
	expect_counts(0, 0);
	fixture_reopen(&f);
	expect_counts(0, 0);
}

/* ---- the policy ---- */

static enum error
keep(const char *text)
{
	enum error e;

	fixture_enter(&f);
	e = store_keep_policy(f.store, text);
	fixture_commit(&f);
	return e;
}

static enum error
kept(char *out, size_t size)
{
	enum error e;

	fixture_enter(&f);
	e = store_kept_policy(f.store, out, size);
	fixture_commit(&f);
	return e;
}

Test(store_list, has_no_policy_at_first)
{
	char out[8] = "xyz";

	cr_assert_eq(kept(out, sizeof out), ERR_ABSENT);
	cr_assert_str_eq(out, "");
}

Test(store_list, keeps_the_last_policy)
{
	static char text[STORE_POLICY_MAX], out[STORE_POLICY_MAX];

	cr_assert_eq(keep("enabled = true;\n"), OK);
	cr_assert_eq(keep("enabled = false;\n"), OK);
	fixture_reopen(&f);
	cr_assert_eq(kept(out, sizeof out), OK);
	cr_assert_str_eq(out, "enabled = false;\n");
	memset(text, 'a', sizeof text - 1);
	cr_assert_eq(keep(text), OK);
	cr_assert_eq(kept(out, sizeof out), OK);
	cr_assert_str_eq(out, text);
}

Test(store_list, keeps_no_policy_that_is_too_long)
{
	static char text[STORE_POLICY_MAX + 1];
	char out[8];

	memset(text, 'a', sizeof text - 1);
	cr_assert_eq(keep(text), ERR_LONG);
	cr_assert_eq(kept(out, sizeof out), ERR_ABSENT);
}

Test(store_list, gives_no_policy_that_does_not_fit)
{
	char out[8] = "xyz";

	cr_assert_eq(keep("12345678"), OK);
	cr_assert_eq(kept(out, sizeof out), ERR_FORMAT);
	cr_assert_str_eq(out, "");
	cr_assert_eq(keep("1234567"), OK);
	cr_assert_eq(kept(out, sizeof out), OK);
}
