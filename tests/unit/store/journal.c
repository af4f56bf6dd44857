#include "store/journal.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <string.h>

#include "store/query.h"
#include "unit/store/fixture.h"

#define ALICE 1000
#define BOB 1001
#define NOBODY 1002
#define CROWD 20 /* users from 0 on */

static struct fixture f;

static void
setup(void)
{
	fixture_open(&f);
	fixture_enroll(&f, ALICE);
	fixture_enroll(&f, BOB);
}

static void
teardown(void)
{
	fixture_end(&f);
}

TestSuite(store_journal, .init = setup, .fini = teardown);

static uint64_t
save_in_a_turn(uint32_t uid)
{
	uint64_t version;

	fixture_enter(&f);
	version = fixture_save(&f, uid);
	fixture_commit(&f);
	return version;
}

/* ---- compare and set ---- */

Test(store_journal, saves_on_the_version_that_was_loaded)
{
	struct record a, b;

	fixture_enter(&f);
	fixture_load(&f, ALICE, &a);
	fixture_load(&f, ALICE, &b);
	tally_use(&a.tally, a.device[0].id)->spent = 1;
	tally_use(&b.tally, b.device[0].id)->spent = 2;
	cr_assert_eq(store_save_tally(f.store, &a), OK);
	cr_assert_eq(store_save_tally(f.store, &b), ERR_RACE);
	cr_assert_eq(store_save_tally(f.store, &a), OK, "its own is known");
	fixture_commit(&f);
	cr_assert_eq(fixture_spent(&f, ALICE), 1);
}

Test(store_journal, tells_a_race_across_turns_folds_and_openings)
{
	struct record old;

	for (int round = 0; round < 3; round++) {
		fixture_enter(&f);
		fixture_load(&f, ALICE, &old);
		fixture_commit(&f);
		fixture_spend(&f, ALICE, 10);
		if (round == 1)
			(void)fixture_fold(&f, UINT32_MAX);
		if (round == 2)
			fixture_reopen(&f);
		fixture_enter(&f);
		cr_assert_eq(
		    store_save_tally(f.store, &old), ERR_RACE, "%d", round);
		cr_assert_eq(store_leave(f.store, ERR_RACE), OK);
		cr_assert_eq(store_commit(f.store), OK);
		cr_assert_eq(fixture_spent(&f, ALICE), 10);
	}
}

/* The fold itself changes nothing that somebody could have loaded before. */
Test(store_journal, a_fold_is_no_race)
{
	struct record r;

	fixture_spend(&f, ALICE, 1);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	fixture_commit(&f);
	(void)fixture_fold(&f, UINT32_MAX);
	fixture_enter(&f);
	cr_assert_eq(store_save_tally(f.store, &r), OK);
	fixture_commit(&f);
}

Test(store_journal, tells_a_race_of_two_who_were_unknown)
{
	struct record a, b;

	fixture_enter(&f);
	fixture_load(&f, NOBODY, &a);
	fixture_load(&f, NOBODY, &b);
	cr_assert_eq(store_save_tally(f.store, &a), OK);
	cr_assert_eq(store_save_tally(f.store, &b), ERR_RACE);
	fixture_commit(&f);
}

/* Cleared and made anew: an old version must not fit by chance. */
Test(store_journal, tells_a_race_with_a_user_who_was_cleared)
{
	for (int before = 1; before < 4; before++) {
		struct record old;

		for (int i = 0; i < before; i++)
			(void)save_in_a_turn(NOBODY);
		fixture_enter(&f);
		fixture_load(&f, NOBODY, &old);
		cr_assert_eq(store_clear(f.store, NOBODY), OK);
		fixture_commit(&f);
		for (int i = 0; i < 5; i++) {
			struct record r = old;

			fixture_enter(&f);
			cr_assert_eq(store_save_tally(f.store, &r), ERR_RACE);
			(void)fixture_save(&f, NOBODY);
			fixture_commit(&f);
		}
	}
}

Test(store_journal, changes_nothing_of_a_broken_record)
{
	struct record r;

	store_close(&f.store);
	fixture_sql(&f, "UPDATE user SET devices = x'ff' WHERE uid = 1000");
	fixture_reopen(&f);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	cr_assert_eq(store_save_tally(f.store, &r), ERR_BROKEN);
	fixture_commit(&f);
}

Test(store_journal, remembers_somebody_unknown)
{
	struct record r;
	uint64_t users;

	fixture_enter(&f);
	fixture_load(&f, NOBODY, &r);
	r.tally.throttle.failed = 3;
	cr_assert_eq(store_save_tally(f.store, &r), OK);
	cr_assert_eq(store_count(f.store, &users), OK);
	fixture_commit(&f);
	cr_assert_eq(users, 3);
	for (int round = 0; round < 3; round++) {
		fixture_enter(&f);
		fixture_load(&f, NOBODY, &r);
		fixture_commit(&f);
		cr_assert_eq(r.state, RECORD_ABSENT);
		cr_assert_eq(r.tally.throttle.failed, 3);
		if (round == 0)
			(void)fixture_fold(&f, UINT32_MAX);
		else
			fixture_reopen(&f);
	}
}

/* A version is never given twice, whatever happens in between. */
Test(store_journal, never_gives_a_version_twice)
{
	uint64_t last = 0;

	for (int round = 0; round < 8; round++) {
		uint64_t version;

		fixture_enter(&f);
		version = fixture_save(&f, ALICE);
		cr_assert_gt(version, last);
		last = version;
		version = fixture_save(&f, BOB);
		cr_assert_gt(version, last);
		last = version;
		if (round % 4 == 1)
			cr_assert_eq(store_clear(f.store, BOB), OK);
		fixture_commit(&f);
		if (round % 4 == 2)
			cr_assert_eq(fixture_fold(&f, UINT32_MAX), 0);
		if (round % 4 == 3)
			fixture_reopen(&f);
	}
}

/* ---- memory ---- */

/* latest says of each user what the journal says, and nothing else. */
static void
expect_latest(void)
{
	static const char differing[] =
	    "SELECT (SELECT count(*) FROM (SELECT uid, max(seq) AS seq"
	    " FROM journal GROUP BY uid EXCEPT SELECT uid, seq FROM latest))"
	    " + (SELECT count(*) FROM latest WHERE uid NOT IN"
	    " (SELECT uid FROM journal))";
	sqlite3_stmt *q = NULL;

	cr_assert_eq(
	    sqlite3_prepare_v2(f.store->database, differing, -1, &q, NULL),
	    SQLITE_OK, "%s", sqlite3_errmsg(f.store->database));
	cr_assert_eq(sqlite3_step(q), SQLITE_ROW);
	cr_assert_eq(sqlite3_column_int(q, 0), 0);
	cr_assert_eq(sqlite3_finalize(q), SQLITE_OK);
}

/* Verbs kept and undone, turns committed and not, folds and openings. */
Test(store_journal, keeps_step_with_its_memory)
{
	uint32_t state = 1;

	for (uint32_t uid = 0; uid < CROWD; uid++)
		fixture_enroll(&f, uid);
	for (int turn = 0; turn < 300; turn++) {
		uint32_t dice = (state = state * 1664525U + 1013904223U) >> 16;

		cr_assert_eq(store_begin(f.store), OK);
		for (uint32_t verb = 0; verb < dice % 5; verb++) {
			uint32_t uid = (dice + verb * 7) % CROWD;

			cr_assert_eq(store_enter(f.store), OK);
			if ((dice >> verb) % 6 == 5)
				(void)store_clear(f.store, uid);
			else
				(void)fixture_save(&f, uid);
			cr_assert_eq(
			    store_leave(f.store,
				(dice >> verb) % 3 == 0 ? ERR_REFUSED : OK),
			    OK);
			expect_latest();
		}
		if (dice % 7 == 0)
			store_rollback(f.store);
		else
			cr_assert_eq(store_commit(f.store), OK);
		if (dice % 4 == 0)
			(void)fixture_fold(&f, dice % 20);
		if (dice % 31 == 0)
			fixture_reopen(&f);
		expect_latest();
	}
}
