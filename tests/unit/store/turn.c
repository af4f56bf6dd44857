#include <criterion/criterion.h>
#include <sqlite3.h>
#include <string.h>

#include "store/query.h"
#include "unit/store/faults.h"
#include "unit/store/fixture.h"

#define ALICE 1000
#define BOB 1001

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

TestSuite(store_turn, .init = setup, .fini = teardown);

/* Spends a step in the verb that is open. */
static enum error
spend(uint32_t uid, uint64_t step)
{
	struct record r;
	enum error e = store_load(f.store, uid, FIXTURE_NOW, &r);

	if (e == OK && r.state == RECORD_GOOD) {
		tally_use(&r.tally, r.device[0].id)->spent = step;
		e = store_save_tally(f.store, &r);
	}
	record_wipe(&r);
	return e;
}

/* A whole verb; result is what it is left with. */
static void
verb(uint32_t uid, uint64_t step, enum error result)
{
	cr_assert_eq(store_enter(f.store), OK);
	cr_assert_eq(spend(uid, step), OK);
	cr_assert_eq(store_leave(f.store, result), OK);
}

static void
expect_spent(uint64_t alice, uint64_t bob)
{
	cr_assert_eq(fixture_spent(&f, ALICE), alice);
	cr_assert_eq(fixture_spent(&f, BOB), bob);
}

Test(store_turn, keeps_what_was_committed)
{
	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	verb(BOB, 20, OK);
	cr_assert_eq(store_commit(f.store), OK);
	expect_spent(10, 20);
	fixture_reopen(&f);
	expect_spent(10, 20);
}

Test(store_turn, shows_each_verb_what_the_ones_before_it_did)
{
	struct record r;

	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	cr_assert_eq(store_enter(f.store), OK);
	fixture_load(&f, ALICE, &r);
	cr_assert_eq(tally_use(&r.tally, r.device[0].id)->spent, 10);
	cr_assert_eq(store_leave(f.store, OK), OK);
	cr_assert_eq(store_commit(f.store), OK);
}

Test(store_turn, undoes_a_verb_and_no_other)
{
	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	verb(ALICE, 11, ERR_REFUSED);
	verb(BOB, 20, ERR_RACE);
	verb(BOB, 21, OK);
	verb(ALICE, 12, ERR_UNSET);
	cr_assert_eq(store_commit(f.store), OK);
	expect_spent(10, 21);
	fixture_reopen(&f);
	expect_spent(10, 21);
}

Test(store_turn, undoes_all_of_it_when_rolled_back)
{
	fixture_spend(&f, ALICE, 5);
	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	verb(BOB, 20, OK);
	store_rollback(f.store);
	expect_spent(5, 0);
	fixture_reopen(&f);
	expect_spent(5, 0);
}

Test(store_turn, rollback_takes_no_turn)
{
	store_rollback(f.store);
	expect_spent(0, 0);
}

Test(store_turn, is_one_at_a_time)
{
	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	cr_assert_eq(store_begin(f.store), ERR_STORE);
	cr_assert_str_eq(store_complaint(f.store), "a turn is open already");
	cr_assert_eq(store_commit(f.store), OK);
	cr_assert_eq(store_commit(f.store), ERR_STORE);
	expect_spent(10, 0);
}

Test(store_turn, leaves_no_verb_that_was_not_entered)
{
	cr_assert_eq(store_begin(f.store), OK);
	cr_assert_eq(store_leave(f.store, OK), ERR_STORE);
	cr_assert_eq(store_leave(f.store, ERR_REFUSED), ERR_STORE);
	store_rollback(f.store);
}

/* Every verb, called when it must do nothing. */
static void
expect_dead(struct record *r)
{
	uint8_t hash[1][RECOVERY_HASH] = {{0}};
	uint32_t uids[STORE_PAGE], count;
	struct device d;
	struct record loaded;
	uint64_t number;
	char text[8];

	fixture_device(&d, 2, true);
	cr_assert_eq(store_enter(f.store), ERR_STORE);
	cr_assert_eq(store_leave(f.store, OK), ERR_STORE);
	cr_assert_eq(
	    store_load(f.store, ALICE, FIXTURE_NOW, &loaded), ERR_STORE);
	cr_assert_eq(loaded.state, RECORD_BROKEN);
	cr_assert_eq(loaded.devices, 0);
	cr_assert_eq(store_save_tally(f.store, r), ERR_STORE);
	cr_assert_eq(store_add_device(f.store, r, &d), ERR_STORE);
	cr_assert_eq(
	    store_confirm_device(f.store, r, r->device[0].id), ERR_STORE);
	cr_assert_eq(store_set_recovery(
			 f.store, r, (const uint8_t(*)[RECOVERY_HASH])hash, 1),
	    ERR_STORE);
	cr_assert_eq(store_set_name(f.store, r, "alice"), ERR_STORE);
	cr_assert_eq(
	    store_remove_device(f.store, r, r->device[0].id), ERR_STORE);
	cr_assert_eq(store_clear(f.store, ALICE), ERR_STORE);
	cr_assert_eq(store_list(f.store, 0, uids, &count), ERR_STORE);
	cr_assert_eq(count, 0);
	cr_assert_eq(store_count(f.store, &number), ERR_STORE);
	cr_assert_eq(store_count_enrolled(f.store, &number), ERR_STORE);
	cr_assert_eq(store_keep_policy(f.store, "a"), ERR_STORE);
	cr_assert_eq(store_kept_policy(f.store, text, sizeof text), ERR_STORE);
	cr_assert_eq(store_commit(f.store), ERR_STORE);
}

Test(store_turn, is_needed_by_every_verb)
{
	struct record r;

	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	fixture_commit(&f);
	expect_dead(&r);
	expect_spent(0, 0);
}

/*
 * SQLite rolls back by itself on some errors.  What comes after it in the turn
 * would be committed at once, statement by statement.
 */
Test(store_turn, is_lost_when_sqlite_gives_it_up)
{
	struct record r;

	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	cr_assert_eq(store_enter(f.store), OK);
	fixture_load(&f, ALICE, &r);
	cr_assert_eq(
	    sqlite3_exec(f.store->database, "ROLLBACK", NULL, NULL, NULL),
	    SQLITE_OK);
	expect_dead(&r);
	expect_spent(0, 0);
	fixture_reopen(&f);
	expect_spent(0, 0);
}

/* A commit that fails can leave the transaction open. */
Test(store_turn, ends_when_its_commit_is_refused)
{
	static const char text[] =
	    "PRAGMA foreign_keys = ON; CREATE TEMP TABLE one (a PRIMARY KEY);"
	    "CREATE TEMP TABLE two (a REFERENCES one DEFERRABLE INITIALLY"
	    " DEFERRED)";
	sqlite3 *database = f.store->database;

	cr_assert_eq(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK);
	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 10, OK);
	cr_assert_eq(sqlite3_exec(database, "INSERT INTO two VALUES (1)", NULL,
			 NULL, NULL),
	    SQLITE_OK);
	cr_assert_eq(store_commit(f.store), ERR_STORE);
	cr_assert_eq(sqlite3_get_autocommit(database), 1);
	expect_spent(0, 0);
	fixture_reopen(&f);
	expect_spent(0, 0);
}

/* ---- a disk that fails ---- */

Test(store_turn, that_writes_nothing_does_not_touch_the_disk)
{
	struct record r;

	store_close(&f.store);
	faults_install();
	fixture_reopen(&f);
	fixture_spend(&f, ALICE, 1);
	(void)faults_count(FAULT_CHANGE);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	fixture_commit(&f);
	fixture_enter(&f);
	fixture_load(&f, BOB, &r);
	cr_assert_eq(store_leave(f.store, ERR_REFUSED), OK);
	cr_assert_eq(store_commit(f.store), OK);
	cr_assert_eq(store_begin(f.store), OK);
	cr_assert_eq(store_commit(f.store), OK);
	cr_assert_eq(faults_count(FAULT_CHANGE), 0);
}

Test(store_turn, is_one_sync_however_many_verbs)
{
	store_close(&f.store);
	faults_install();
	fixture_reopen(&f);
	fixture_spend(&f, ALICE, 1);
	(void)faults_count(FAULT_SYNC);
	cr_assert_eq(store_begin(f.store), OK);
	for (uint64_t step = 2; step < 66; step++)
		verb(ALICE, step, OK);
	cr_assert_eq(faults_count(FAULT_SYNC), 0);
	cr_assert_eq(store_commit(f.store), OK);
	cr_assert_eq(faults_count(FAULT_SYNC), 1);
}

/* Each operation of the commit fails in its turn; nothing of it remains. */
static void
fail_commits(int kind, int code)
{
	int failures = 0;

	faults_install();
	fixture_reopen(&f);
	for (;;) {
		enum error e;

		cr_assert_eq(store_begin(f.store), OK);
		verb(ALICE, 100, OK);
		verb(BOB, 200, OK);
		faults_set(kind, failures, code, 1);
		e = store_commit(f.store);
		if (!faults_clear())
			break;
		failures++;
		cr_assert_eq(e, ERR_STORE);
		cr_assert_neq(store_complaint(f.store)[0], '\0');
		expect_spent(0, 0);
	}
	cr_assert_gt(failures, 0);
	expect_spent(100, 200);
	fixture_reopen(&f);
	expect_spent(100, 200);
}

Test(store_turn, is_refused_when_the_disk_is_full)
{
	store_close(&f.store);
	fail_commits(FAULT_WRITE, SQLITE_FULL);
}

Test(store_turn, is_refused_when_a_write_fails)
{
	store_close(&f.store);
	fail_commits(FAULT_WRITE, SQLITE_IOERR_WRITE);
}

Test(store_turn, is_refused_when_a_sync_fails)
{
	store_close(&f.store);
	fail_commits(FAULT_SYNC, SQLITE_IOERR_FSYNC);
}

/* What a failed commit wrote must not come back behind a later one. */
Test(store_turn, that_failed_stays_undone_after_a_later_one)
{
	store_close(&f.store);
	faults_install();
	fixture_reopen(&f);
	fixture_spend(&f, BOB, 1);
	cr_assert_eq(store_begin(f.store), OK);
	verb(ALICE, 100, OK);
	faults_set(FAULT_SYNC, 0, SQLITE_IOERR_FSYNC, 0);
	cr_assert_eq(store_commit(f.store), ERR_STORE);
	fixture_spend(&f, BOB, 2);
	faults_set(FAULT_CHANGE, 0, SQLITE_IOERR, 1);
	store_close(&f.store);
	(void)faults_clear();
	fixture_reopen(&f);
	expect_spent(0, 2);
}

/* So much in one turn that it is written before the commit. */
static int
fail_a_great_turn(int after)
{
	struct record r;
	struct device d;
	enum error e = OK;
	int dead = 0;

	fixture_device(&d, 1, true);
	cr_assert_eq(store_begin(f.store), OK);
	faults_set(FAULT_WRITE, after, SQLITE_FULL, 0);
	for (uint32_t uid = 2000; uid < 2400; uid++) {
		e = store_enter(f.store);
		if (e == OK)
			e = store_load(f.store, uid, FIXTURE_NOW, &r);
		if (e == OK)
			e = store_add_device(f.store, &r, &d);
		e = store_leave(f.store, e);
		dead += e != OK;
	}
	e = store_commit(f.store);
	if (!faults_clear()) {
		cr_assert_eq(e, OK);
		return 0;
	}
	cr_assert_eq(e, ERR_STORE);
	return dead + 1;
}

Test(store_turn, is_lost_whole_when_the_disk_fills_up_on_the_way)
{
	int lost_early = 0;
	int after = 0;
	int dead;

	store_close(&f.store);
	faults_install();
	fixture_reopen(&f);
	cr_assert_eq(sqlite3_exec(f.store->database, "PRAGMA cache_size = 10",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	while ((dead = fail_a_great_turn(after)) != 0) {
		uint64_t users;

		lost_early += dead > 1;
		fixture_enter(&f);
		cr_assert_eq(store_count(f.store, &users), OK);
		fixture_commit(&f);
		cr_assert_eq(users, 2, "after %d", after);
		after += 7;
	}
	cr_assert_gt(lost_early, 0, "never lost before the commit");
	cr_assert_eq(fixture_state(&f, 2399), RECORD_GOOD);
}
