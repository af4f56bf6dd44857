/* Whole users in one row: how store/add.c adds them. */
#include <criterion/criterion.h>
#include <string.h>

#include "store/store.h"
#include "unit/store/fixture.h"

static struct fixture f;

static void
start(void)
{
	fixture_open(&f);
}

static void
stop(void)
{
	fixture_end(&f);
}

TestSuite(store_add, .init = start, .fini = stop);

/* A new user, as an import brings it, in the verb that is open. */
static enum error
add(uint32_t uid)
{
	struct record r;
	enum error e;

	memset(&r, 0, sizeof r);
	r.uid = uid;
	memcpy(r.name, "alice", sizeof "alice");
	tally_init(&r.tally, FIXTURE_NOW);
	fixture_device(&r.device[0], 1, true);
	cr_assert_eq(store_next_devices(f.store, 1, &r.device[0].id), OK);
	r.devices = 1;
	tally_use(&r.tally, r.device[0].id)->spent = 77;
	r.recovery_count = 2;
	memset(r.recovery, 5, sizeof r.recovery);
	e = store_add_user(f.store, &r);
	record_wipe(&r);
	return e;
}

static void
add_one(uint32_t uid)
{
	fixture_enter(&f);
	cr_assert_eq(add(uid), OK);
	fixture_commit(&f);
}

Test(store_add, a_user_is_there_with_all_that_was_given)
{
	struct record r;

	add_one(1000);
	for (int again = 0; again < 2; again++) {
		fixture_enter(&f);
		fixture_load(&f, 1000, &r);
		fixture_commit(&f);
		cr_expect_eq(r.state, RECORD_GOOD);
		cr_expect_str_eq(r.name, "alice");
		cr_expect_eq(r.devices, 1);
		cr_expect(r.device[0].confirmed);
		cr_expect_eq(r.recovery_count, 2);
		cr_expect_eq(r.recovery[1][31], 5);
		cr_expect_eq(tally_find(&r.tally, r.device[0].id)->spent, 77);
		cr_expect_gt(r.tally.version, 0);
		fixture_reopen(&f);
	}
	cr_expect_eq(fixture_spent(&f, 1000), 77);
}

Test(store_add, counts_who_was_added)
{
	uint64_t users, enrolled;

	add_one(1000);
	fixture_enter(&f);
	cr_assert_eq(add(1001), OK);
	cr_assert_eq(store_count_added(f.store, 2), OK);
	cr_assert_eq(store_count(f.store, &users), OK);
	cr_assert_eq(store_count_enrolled(f.store, &enrolled), OK);
	fixture_commit(&f);
	cr_expect_eq(users, 2);
	cr_expect_eq(enrolled, 2);
}

Test(store_add, refuses_whoever_has_a_row_and_changes_nothing)
{
	fixture_enroll(&f, 1000);
	fixture_spend(&f, 1000, 99);
	fixture_enter(&f);
	cr_expect_eq(add(1000), ERR_EXISTS);
	fixture_commit(&f);
	cr_expect_eq(fixture_spent(&f, 1000), 99);
}

Test(store_add, refuses_a_user_without_a_device_that_counts)
{
	struct record r;

	memset(&r, 0, sizeof r);
	r.uid = 1000;
	fixture_enter(&f);
	cr_expect_eq(store_add_user(f.store, &r), ERR_BROKEN);
	r.devices = 1;
	fixture_device(&r.device[0], 1, false);
	cr_expect_eq(store_add_user(f.store, &r), ERR_BROKEN);
	fixture_commit(&f);
	cr_expect_eq(fixture_state(&f, 1000), RECORD_ABSENT);
}

/* What was loaded before must not be saved over what came since. */
Test(store_add, gives_a_version_that_no_later_tally_has)
{
	struct record r, before;

	add_one(1000);
	fixture_enter(&f);
	fixture_load(&f, 1000, &before);
	r = before;
	cr_assert_eq(store_save_tally(f.store, &r), OK);
	cr_expect_gt(r.tally.version, before.tally.version);
	cr_expect_eq(store_save_tally(f.store, &before), ERR_RACE);
	fixture_commit(&f);
	cr_expect_eq(fixture_spent(&f, 1000), 77);
	cr_expect_eq(fixture_fold(&f, 100), 0);
	cr_expect_eq(fixture_spent(&f, 1000), 77);
}

/* A thousand users are one number: they would be folded one by one else. */
Test(store_add, leaves_next_to_nothing_to_fold)
{
	fixture_enter(&f);
	for (uint32_t uid = 1000; uid < 2000; uid++)
		cr_assert_eq(add(uid), OK);
	fixture_commit(&f);
	cr_expect_eq(store_unfolded(f.store), 1);
}

Test(store_add, gives_ids_that_no_device_has)
{
	int64_t first, next;

	fixture_enter(&f);
	cr_assert_eq(store_next_devices(f.store, 5, &first), OK);
	cr_assert_eq(store_next_devices(f.store, 1, &next), OK);
	fixture_commit(&f);
	cr_expect_eq(first, 1);
	cr_expect_eq(next, 6);
}
