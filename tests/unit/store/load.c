#include <criterion/criterion.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "core/seen.h"
#include "core/throttle.h"
#include "store/query.h"
#include "unit/store/faults.h"
#include "unit/store/fixture.h"

#define ALICE 1000
#define BOB 1001
#define NOBODY 1002
#define PAGE 4096

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

TestSuite(store_load, .init = setup, .fini = teardown);

static void
give_name(uint32_t uid, const char *name)
{
	struct record r;

	fixture_enter(&f);
	fixture_load(&f, uid, &r);
	cr_assert_eq(store_set_name(f.store, &r, name), OK);
	fixture_commit(&f);
}

Test(store_load, tells_nobody_with_a_full_budget)
{
	struct record r;
	struct tally fresh;

	memset(&r, 0xff, sizeof r);
	tally_init(&fresh, FIXTURE_NOW);
	fixture_enter(&f);
	fixture_load(&f, NOBODY, &r);
	fixture_commit(&f);
	cr_assert_eq(r.uid, NOBODY);
	cr_assert_eq(r.state, RECORD_ABSENT);
	cr_assert_eq(r.devices, 0);
	cr_assert_eq(r.recovery_count, 0);
	cr_assert_str_eq(r.name, "");
	cr_assert_eq(memcmp(&r.tally, &fresh, sizeof fresh), 0);
}

Test(store_load, reading_makes_no_row)
{
	uint64_t users;

	cr_assert_eq(fixture_state(&f, NOBODY), RECORD_ABSENT);
	fixture_enter(&f);
	cr_assert_eq(store_count(f.store, &users), OK);
	fixture_commit(&f);
	cr_assert_eq(users, 2);
}

/* All that there can be of a user comes back, before and after a fold. */
Test(store_load, gives_back_all_that_was_saved)
{
	uint8_t hash[RECOVERY_COUNT][RECOVERY_HASH];
	struct record r, back;
	struct device d;

	for (size_t i = 0; i < RECOVERY_COUNT; i++)
		memset(hash[i], (int)i + 1, RECOVERY_HASH);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	for (uint8_t n = 2; n <= DEVICES_MAX; n++) {
		fixture_device(&d, n, n % 2 == 0);
		cr_assert_eq(store_add_device(f.store, &r, &d), OK);
	}
	cr_assert_eq(store_set_recovery(f.store, &r,
			 (const uint8_t(*)[RECOVERY_HASH])hash, RECOVERY_COUNT),
	    OK);
	cr_assert_eq(store_set_name(f.store, &r, "alice"), OK);
	for (uint32_t i = 0; i < DEVICES_MAX; i++)
		tally_use(&r.tally, r.device[i].id)->spent = UINT64_MAX - i;
	for (int i = 0; i < NETWORKS_MAX; i++)
		network_remember(&r.tally,
		    (const char *[]){"192.0.2.1", "198.51.100.1", "203.0.113.1",
			"2001:db8::1", "2001:db8:1::1", "10.0.0.1", "10.1.0.1",
			"10.2.0.1"}[i],
		    FIXTURE_NOW + i);
	r.tally.recovery_used = 0x155;
	r.tally.last = FIXTURE_NOW;
	throttle_spend(&r.tally.throttle, 3, false);
	cr_assert_eq(store_save_tally(f.store, &r), OK);
	fixture_commit(&f);

	for (int round = 0; round < 3; round++) {
		fixture_enter(&f);
		fixture_load(&f, ALICE, &back);
		fixture_commit(&f);
		cr_assert_eq(memcmp(&back, &r, sizeof r), 0, "%d", round);
		if (round == 0)
			(void)fixture_fold(&f, UINT32_MAX);
		else
			fixture_reopen(&f);
	}
}

/* ---- what is damaged ---- */

/* Alice's record is broken, and Bob's is as it was. */
static void
expect_broken(const char *why)
{
	struct record r;

	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	fixture_commit(&f);
	cr_assert_eq(r.state, RECORD_BROKEN, "%s", why);
	cr_assert_eq(r.uid, ALICE);
	cr_assert_eq(r.devices, 0, "%s", why);
	cr_assert_eq(r.recovery_count, 0, "%s", why);
	cr_assert_eq(r.tally.version, 0, "%s", why);
	for (size_t i = 0; i < DEVICES_MAX; i++)
		cr_assert_eq(r.device[i].secret.size, 0, "%s", why);
	cr_assert_eq(fixture_state(&f, BOB), RECORD_GOOD, "%s", why);
}

static const char *const damage[] = {
    /* devices */
    "devices = x'ff'",
    "devices = substr(devices, 1, length(devices) - 1)",
    "devices = CAST(devices || x'00' AS BLOB)",
    "devices = CAST(x'00' || substr(devices, 2) AS BLOB)",
    "devices = (SELECT devices FROM user WHERE uid = 1001)",
    "devices = x'', confirmed = 1",
    "devices = zeroblob(100000)",
    /* confirmed */
    "confirmed = 0",
    "confirmed = 2",
    "confirmed = -1",
    /* recovery codes */
    "recovery = x'00'",
    "recovery = zeroblob(33)",
    "recovery = zeroblob(352)",
    "recovery = zeroblob(320000)",
    "recovery = zeroblob(32)",
    /* ticket */
    "ticket = zeroblob(40)",
    /* tally */
    "tally = NULL",
    "tally = x''",
    "tally = x'00'",
    "tally = CAST(tally || x'00' AS BLOB)",
    "tally = substr(tally, 1, length(tally) - 1)",
    "tally = (SELECT tally FROM user WHERE uid = 1001)",
    "version = 0",
    "version = 0, tally = NULL",
    "version = version + 1",
    "version = version - 1",
    "version = -1",
    /* name */
    "name = 'a' || char(0)",
    "name = hex(zeroblob(200))",
    "name = 'mallory'",
};

Test(store_load, breaks_on_a_damaged_row)
{
	fixture_spend(&f, ALICE, 1);
	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		char text[256];

		(void)fixture_fold(&f, UINT32_MAX);
		store_close(&f.store);
		fixture_sql(&f, "CREATE TABLE kept AS SELECT * FROM user");
		(void)sqlite3_snprintf(sizeof text, text,
		    "UPDATE user SET %s WHERE uid = 1000", damage[i]);
		fixture_sql(&f, text);
		fixture_reopen(&f);
		expect_broken(damage[i]);
		store_close(&f.store);
		fixture_sql(&f,
		    "DELETE FROM user; INSERT INTO user"
		    " SELECT * FROM kept; DROP TABLE kept");
		fixture_reopen(&f);
		cr_assert_eq(fixture_spent(&f, ALICE), 1, "%s", damage[i]);
	}
}

/* Alice has recovery codes, and Bob others. */
static void
give_codes(int salt)
{
	uint8_t hash[RECOVERY_COUNT][RECOVERY_HASH];
	struct record r;

	for (uint32_t uid = ALICE; uid <= BOB; uid++) {
		memset(hash, (int)(uid & 0x7f) + salt, sizeof hash);
		fixture_enter(&f);
		fixture_load(&f, uid, &r);
		cr_assert_eq(
		    store_set_recovery(f.store, &r,
			(const uint8_t(*)[RECOVERY_HASH])hash, RECOVERY_COUNT),
		    OK);
		fixture_commit(&f);
	}
}

/* An SQL expression of a blob whose byte at, from 1, is another. */
static const char *
flipped(const char *column, int at)
{
	static char text[512];

	(void)sqlite3_snprintf(sizeof text, text,
	    "%s = CAST(substr(%s, 1, %d - 1) || "
	    "CASE hex(substr(%s, %d, 1)) WHEN '00' THEN x'01' ELSE x'00' END"
	    " || substr(%s, %d + 1) AS BLOB)",
	    column, column, at, column, at, column, at);
	return text;
}

/* A used step is not made an unused one, nor a spent code a good one. */
Test(store_load, breaks_on_any_byte_of_a_row_that_was_edited)
{
	static const char *const columns[] = {
	    "devices", "recovery", "ticket", "tally"};
	struct record r;

	give_codes(0);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	cr_assert_eq(
	    store_set_ticket(f.store, &r, FIXTURE_NOW + 1, r.recovery[0]), OK);
	fixture_commit(&f);
	(void)fixture_fold(&f, UINT32_MAX);
	store_close(&f.store);
	fixture_sql(&f, "CREATE TABLE kept AS SELECT * FROM user");
	for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
		char text[512];
		int64_t size;

		(void)sqlite3_snprintf(sizeof text, text,
		    "SELECT length(%s) FROM user WHERE uid = 1000", columns[c]);
		size = fixture_number(&f, text);
		for (int at = 1; at <= size; at += 1 + (int)size / 40) {
			(void)sqlite3_snprintf(sizeof text, text,
			    "UPDATE user SET %s WHERE uid = 1000",
			    flipped(columns[c], at));
			fixture_sql(&f, text);
			fixture_reopen(&f);
			expect_broken(text);
			store_close(&f.store);
			fixture_sql(&f,
			    "DELETE FROM user; INSERT INTO user"
			    " SELECT * FROM kept");
		}
	}
	fixture_reopen(&f);
	cr_assert_eq(fixture_state(&f, ALICE), RECORD_GOOD);
}

/* Older halves of the same user do not go with newer ones. */
Test(store_load, breaks_on_a_row_beside_an_older_tally)
{
	static const char *const columns[] = {"recovery", "devices",
	    "tally = (SELECT tally FROM kept WHERE uid = 1000), version"};

	give_codes(0);
	(void)fixture_fold(&f, UINT32_MAX);
	store_close(&f.store);
	fixture_sql(&f, "CREATE TABLE kept AS SELECT * FROM user");
	fixture_reopen(&f);
	give_codes(2);
	(void)fixture_fold(&f, UINT32_MAX);
	store_close(&f.store);
	fixture_sql(&f, "CREATE TABLE newer AS SELECT * FROM user");
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		char text[256];

		(void)sqlite3_snprintf(sizeof text, text,
		    "UPDATE user SET %s = (SELECT %s FROM kept"
		    " WHERE uid = 1000) WHERE uid = 1000",
		    columns[i], i == 2 ? "version" : columns[i]);
		fixture_sql(&f, text);
		fixture_reopen(&f);
		expect_broken(text);
		store_close(&f.store);
		fixture_sql(&f,
		    "DELETE FROM user; INSERT INTO user SELECT * FROM newer");
	}
}

Test(store_load, breaks_on_a_damaged_tally_in_the_journal)
{
	static const char *const journal[] = {
	    "tally = x'00'",
	    "tally = CAST(tally || x'00' AS BLOB)",
	    "seq = seq + 1",
	};

	for (size_t i = 0; i < sizeof journal / sizeof journal[0]; i++) {
		char text[256];

		(void)fixture_fold(&f, UINT32_MAX);
		fixture_spend(&f, ALICE, 1 + i);
		store_close(&f.store);
		(void)sqlite3_snprintf(
		    sizeof text, text, "UPDATE journal SET %s", journal[i]);
		fixture_sql(&f, text);
		fixture_reopen(&f);
		expect_broken(journal[i]);
		fixture_end(&f);
		setup();
	}
}

/* Whoever takes a user's newest tally away must not get the one before. */
Test(store_load, does_not_fall_back_on_an_older_tally)
{
	static const char *const ways[] = {
	    "DELETE FROM journal",
	    "UPDATE journal SET uid = 1001",
	    "UPDATE journal SET seq = seq - 1",
	};

	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		fixture_spend(&f, ALICE, 1);
		(void)fixture_fold(&f, UINT32_MAX);
		fixture_spend(&f, ALICE, 2);
		cr_assert_eq(
		    sqlite3_exec(f.store->database, ways[i], NULL, NULL, NULL),
		    SQLITE_OK);
		expect_broken(ways[i]);
		fixture_end(&f);
		setup();
	}
}

Test(store_load, keeps_the_name_of_a_broken_record)
{
	struct record r;

	give_name(ALICE, "alice");
	store_close(&f.store);
	fixture_sql(&f, "UPDATE user SET devices = x'ff'");
	fixture_reopen(&f);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	fixture_commit(&f);
	cr_assert_eq(r.state, RECORD_BROKEN);
	cr_assert_str_eq(r.name, "alice");
}

Test(store_load, breaks_every_secret_under_another_key)
{
	struct seal *other;

	cr_assert_eq(seal_new(&other), OK);
	f.store->seal = other;
	cr_assert_eq(fixture_state(&f, ALICE), RECORD_BROKEN);
	cr_assert_eq(fixture_state(&f, NOBODY), RECORD_ABSENT);
	f.store->seal = f.seal;
	cr_assert_eq(fixture_state(&f, ALICE), RECORD_GOOD);
	seal_free(&other);
}

/* Overwrites one page of users that are neither the first nor the last. */
static void
damage_page(void)
{
	static const char label[] = "app-1";
	static const char junk[PAGE] = "junk";
	int fd = open(f.path, O_RDWR | O_CLOEXEC);
	char page[PAGE];
	int seen = 0;

	cr_assert_geq(fd, 0);
	for (off_t at = 0; seen < 2; at += PAGE) {
		cr_assert_eq(pread(fd, page, PAGE, at), PAGE);
		if (memmem(page, PAGE, label, sizeof label - 1) == NULL ||
		    ++seen < 2)
			continue;
		cr_assert_eq(pwrite(fd, junk, PAGE, at), PAGE);
	}
	cr_assert_eq(close(fd), 0);
}

/* Users on other pages are as they were. */
Test(store_load, breaks_the_records_on_a_damaged_page_alone)
{
	uint32_t good = 0, bad = 0;
	struct record r;

	for (uint32_t uid = 0; uid < 100; uid++)
		fixture_enroll(&f, uid);
	(void)fixture_fold(&f, UINT32_MAX);
	store_close(&f.store);
	damage_page();
	fixture_reopen(&f);
	for (uint32_t uid = 0; uid < 100; uid++) {
		enum error e;

		fixture_enter(&f);
		e = store_load(f.store, uid, FIXTURE_NOW, &r);
		cr_assert(e == OK ? r.state == RECORD_GOOD
				  : e == ERR_STORE && r.state == RECORD_BROKEN,
		    "uid %u: %s, %d", uid, error_text(e), (int)r.state);
		*(e == OK ? &good : &bad) += 1;
		store_rollback(f.store);
	}
	cr_assert_gt(bad, 0);
	cr_assert_gt(good, bad);
}

Test(store_load, tells_that_it_could_not_read)
{
	struct record r;
	int failures = 0;

	store_close(&f.store);
	faults_install();
	fixture_reopen(&f);
	for (;;) {
		enum error e;

		/* SQLite keeps no page in memory then. */
		cr_assert_eq(
		    sqlite3_db_release_memory(f.store->database), SQLITE_OK);
		fixture_enter(&f);
		faults_set(FAULT_READ, failures, SQLITE_IOERR_READ, 1);
		e = store_load(f.store, ALICE, FIXTURE_NOW, &r);
		if (!faults_clear())
			break;
		failures++;
		cr_assert_eq(e, ERR_STORE);
		cr_assert_eq(r.state, RECORD_BROKEN);
		cr_assert_eq(r.devices, 0);
		store_rollback(f.store);
	}
	cr_assert_eq(r.state, RECORD_GOOD);
	cr_assert_gt(failures, 0);
	fixture_commit(&f);
}
