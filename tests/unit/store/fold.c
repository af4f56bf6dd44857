#include <criterion/criterion.h>
#include <sqlite3.h>

#include "store/query.h"
#include "unit/store/faults.h"
#include "unit/store/fixture.h"

#define ALICE 1000
#define CROWD 20 /* users from 0 on */

static struct fixture f;

static void
setup(void)
{
	fixture_open(&f);
	fixture_enroll(&f, ALICE);
}

static void
teardown(void)
{
	fixture_end(&f);
}

TestSuite(store_fold, .init = setup, .fini = teardown);

static void
enroll_crowd(void)
{
	for (uint32_t uid = 0; uid < CROWD; uid++)
		fixture_enroll(&f, uid);
}

static void
expect_crowd(uint64_t base)
{
	for (uint32_t uid = 0; uid < CROWD; uid++)
		cr_assert_eq(fixture_spent(&f, uid), base + uid, "%u", uid);
}

static void
spend_crowd(uint64_t base)
{
	for (uint32_t uid = 0; uid < CROWD; uid++)
		fixture_spend(&f, uid, base + uid);
}

Test(store_fold, counts_what_waits)
{
	uint64_t before = store_unfolded(f.store);

	cr_assert_gt(before, 0);
	fixture_spend(&f, ALICE, 1);
	fixture_spend(&f, ALICE, 2);
	cr_assert_eq(store_unfolded(f.store), before + 2);
	fixture_reopen(&f);
	cr_assert_eq(store_unfolded(f.store), before + 2);
	cr_assert_eq(fixture_fold(&f, 0), before + 2);
	cr_assert_eq(fixture_fold(&f, UINT32_MAX), 0);
	cr_assert_eq(fixture_fold(&f, UINT32_MAX), 0);
	fixture_reopen(&f);
	cr_assert_eq(store_unfolded(f.store), 0);
}

Test(store_fold, folds_into_the_rows_and_empties_itself)
{
	enroll_crowd();
	spend_crowd(100);
	spend_crowd(200);
	cr_assert_eq(fixture_fold(&f, UINT32_MAX), 0);
	expect_crowd(200);
	store_close(&f.store);
	cr_assert_eq(fixture_number(&f, "SELECT count(*) FROM journal"), 0);
	cr_assert_eq(fixture_number(&f,
			 "SELECT count(*) FROM user"
			 " WHERE tally IS NULL"),
	    0);
	fixture_reopen(&f);
	expect_crowd(200);
}

Test(store_fold, folds_in_slices_oldest_first)
{
	uint64_t left;

	enroll_crowd();
	spend_crowd(100);
	spend_crowd(200);
	for (left = store_unfolded(f.store); left > 0;) {
		uint64_t now = fixture_fold(&f, 3);

		cr_assert_eq(now, left > 3 ? left - 3 : 0);
		left = now;
		expect_crowd(200);
	}
}

Test(store_fold, the_newest_wins_over_what_is_folded)
{
	uint64_t step = 0;

	enroll_crowd();
	for (int round = 0; round < 10; round++) {
		spend_crowd(++step * 1000);
		(void)fixture_fold(&f, 7);
		fixture_spend(&f, 3, step * 1000 + 3);
		if (round % 3 == 0)
			fixture_reopen(&f);
		expect_crowd(step * 1000);
	}
}

Test(store_fold, does_not_fold_in_a_turn)
{
	uint64_t left;

	fixture_spend(&f, ALICE, 1);
	fixture_enter(&f);
	(void)fixture_save(&f, ALICE);
	cr_assert_eq(store_fold(f.store, UINT32_MAX, &left), ERR_STORE);
	cr_assert_eq(left, store_unfolded(f.store));
	fixture_commit(&f);
	cr_assert_eq(fixture_spent(&f, ALICE), 1);
}

Test(store_fold, folds_past_numbers_that_were_undone)
{
	fixture_enter(&f);
	(void)fixture_save(&f, ALICE);
	cr_assert_eq(store_leave(f.store, ERR_REFUSED), OK);
	cr_assert_eq(store_commit(f.store), OK);
	fixture_enter(&f);
	(void)fixture_save(&f, ALICE);
	cr_assert_eq(store_leave(f.store, OK), OK);
	store_rollback(f.store);
	cr_assert_eq(fixture_fold(&f, 1), store_unfolded(f.store));
	cr_assert_eq(fixture_fold(&f, UINT32_MAX), 0);
	fixture_spend(&f, ALICE, 7);
	cr_assert_eq(fixture_spent(&f, ALICE), 7);
}

Test(store_fold, does_not_bring_a_cleared_user_back)
{
	fixture_spend(&f, ALICE, 1);
	fixture_spend(&f, ALICE, 2);
	fixture_enter(&f);
	cr_assert_eq(store_clear(f.store, ALICE), OK);
	fixture_commit(&f);
	for (int round = 0; round < 3; round++) {
		cr_assert_eq(fixture_state(&f, ALICE), RECORD_ABSENT);
		if (round == 0)
			fixture_reopen(&f);
		else
			(void)fixture_fold(&f, UINT32_MAX);
	}
	fixture_enroll(&f, ALICE);
	cr_assert_eq(fixture_spent(&f, ALICE), 0);
	fixture_reopen(&f);
	cr_assert_eq(fixture_spent(&f, ALICE), 0);
}

Test(store_fold, writes_no_row_for_what_is_replaced)
{
	static const char version[] =
	    "SELECT version FROM user WHERE uid = 1000";
	int64_t before;

	(void)fixture_fold(&f, UINT32_MAX);
	store_close(&f.store);
	before = fixture_number(&f, version);
	fixture_reopen(&f);
	fixture_spend(&f, ALICE, 1);
	fixture_spend(&f, ALICE, 2);
	cr_assert_eq(fixture_fold(&f, 1), 1);
	store_close(&f.store);
	cr_assert_eq(fixture_number(&f, version), before);
	fixture_reopen(&f);
	cr_assert_eq(fixture_fold(&f, 1), 0);
	store_close(&f.store);
	cr_assert_gt(fixture_number(&f, version), before + 1);
}

/* A statement fails, and SQLite leaves the transaction open. */
Test(store_fold, undoes_what_it_could_not_finish)
{
	uint64_t left;

	enroll_crowd();
	spend_crowd(100);
	cr_assert_eq(sqlite3_exec(f.store->database,
			 "CREATE TEMP TRIGGER fail BEFORE DELETE ON journal"
			 " BEGIN SELECT raise(FAIL, 'no'); END",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	cr_assert_eq(store_fold(f.store, UINT32_MAX, &left), ERR_STORE);
	cr_assert_eq(sqlite3_get_autocommit(f.store->database), 1);
	expect_crowd(100);
	fixture_reopen(&f);
	expect_crowd(100);
	cr_assert_eq(fixture_fold(&f, UINT32_MAX), 0);
	expect_crowd(100);
}

/* ---- a disk that fails ---- */

Test(store_fold, loses_nothing_when_a_fold_fails)
{
	int failures = 0;

	store_close(&f.store);
	faults_install();
	fixture_reopen(&f);
	enroll_crowd();
	spend_crowd(100);
	for (;;) {
		uint64_t left;
		enum error e;

		faults_set(FAULT_CHANGE, failures, SQLITE_FULL, 1);
		e = store_fold(f.store, UINT32_MAX, &left);
		(void)faults_clear();
		cr_assert_eq(left, store_unfolded(f.store));
		if (e == OK)
			break;
		failures++;
		cr_assert_eq(e, ERR_STORE);
		cr_assert_gt(left, 0);
		expect_crowd(100);
	}
	cr_assert_gt(failures, 2);
	expect_crowd(100);
	fixture_reopen(&f);
	expect_crowd(100);
}
