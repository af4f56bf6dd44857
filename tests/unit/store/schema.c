#include "store/schema.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "store/store.h"

static sqlite3 *database;

static void
setup(void)
{
	cr_assert_eq(sqlite3_open(":memory:", &database), SQLITE_OK);
}

static void
teardown(void)
{
	cr_assert_eq(sqlite3_close(database), SQLITE_OK);
}

TestSuite(store_schema, .init = setup, .fini = teardown);

static void
run(const char *text)
{
	cr_assert_eq(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK,
	    "%s", sqlite3_errmsg(database));
}

static int64_t
number(const char *text)
{
	sqlite3_stmt *q;
	int64_t n;

	cr_assert_eq(sqlite3_prepare_v2(database, text, -1, &q, NULL),
	    SQLITE_OK, "%s", sqlite3_errmsg(database));
	cr_assert_eq(sqlite3_step(q), SQLITE_ROW, "%s", text);
	n = sqlite3_column_int64(q, 0);
	cr_assert_eq(sqlite3_finalize(q), SQLITE_OK);
	return n;
}

Test(store_schema, makes_the_tables)
{
	cr_assert_eq(schema_make(database), OK);
	cr_assert_eq(number("PRAGMA user_version"), STORE_SCHEMA);
	cr_assert_eq(number("PRAGMA application_id"), SCHEMA_APPLICATION);
	cr_assert_eq(number("SELECT count(*) FROM sqlite_schema"
			    " WHERE type = 'table'"
			    " AND name NOT LIKE 'sqlite%'"),
	    4);
	cr_assert_eq(sqlite3_get_autocommit(database), 1);
}

Test(store_schema, finds_trusted_keys_without_a_walk_through_all)
{
	static const char *const fast[] = {
	    "WHERE uid = 1 AND fingerprint = 'x'",
	    ("INDEXED BY trusted_of WHERE id > 1 AND expires > 1 AND uid = 1"
	     " ORDER BY id LIMIT 1"),
	    "WHERE expires <= 1 ORDER BY expires LIMIT 64",
	};

	cr_assert_eq(schema_make(database), OK);
	for (size_t i = 0; i < sizeof fast / sizeof fast[0]; i++) {
		char text[256];
		sqlite3_stmt *q;

		(void)snprintf(text, sizeof text,
		    "EXPLAIN QUERY PLAN SELECT id FROM trusted %s", fast[i]);
		cr_assert_eq(sqlite3_prepare_v2(database, text, -1, &q, NULL),
		    SQLITE_OK);
		while (sqlite3_step(q) == SQLITE_ROW)
			cr_expect_not_null(
			    strstr((const char *)sqlite3_column_text(q, 3),
				"USING"),
			    "%s: %s", fast[i], sqlite3_column_text(q, 3));
		cr_assert_eq(sqlite3_finalize(q), SQLITE_OK);
	}
}

Test(store_schema, undoes_all_when_one_fails)
{
	run("CREATE TABLE journal (other)");
	cr_assert_eq(schema_make(database), ERR_STORE);
	cr_assert_eq(number("PRAGMA user_version"), 0);
	cr_assert_eq(number("SELECT count(*) FROM sqlite_schema"), 1);
	cr_assert_eq(sqlite3_get_autocommit(database), 1);
}

/* What each setting must read as afterwards. */
static const struct {
	const char *text;
	int64_t value;
} settings[] = {
    {"PRAGMA synchronous", 2},
    {"SELECT locking_mode = 'exclusive' FROM pragma_locking_mode", 1},
    {"PRAGMA temp_store", 2},
    {"PRAGMA cache_size", -4096},
    {"PRAGMA cell_size_check", 1},
    {"PRAGMA trusted_schema", 0},
    {"PRAGMA journal_size_limit", 16777216},
    {"PRAGMA wal_autocheckpoint", 1000},
};

Test(store_schema, configures_safety_before_speed)
{
	cr_assert_eq(schema_configure(database), OK);
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
		cr_assert_eq(number(settings[i].text), settings[i].value, "%s",
		    settings[i].text);
}

Test(store_schema, keeps_the_schema_from_being_edited)
{
	cr_assert_eq(schema_make(database), OK);
	cr_assert_eq(schema_configure(database), OK);
	run("PRAGMA writable_schema = ON");
	cr_assert_neq(sqlite3_exec(database, "DELETE FROM sqlite_schema", NULL,
			  NULL, NULL),
	    SQLITE_OK);
}

Test(store_schema, counts_users_and_the_enrolled_by_itself)
{
	static const char users[] =
	    "SELECT value FROM meta WHERE key = 'users'";
	static const char enrolled[] =
	    "SELECT value FROM meta WHERE key = 'enrolled'";

	cr_assert_eq(schema_make(database), OK);
	run("INSERT INTO user (uid) VALUES (1), (2), (3)");
	cr_assert_eq(number(users), 3);
	cr_assert_eq(number(enrolled), 0);
	run("UPDATE user SET confirmed = uid - 1");
	cr_assert_eq(number(enrolled), 2);
	run("UPDATE user SET confirmed = 5 WHERE uid = 3");
	cr_assert_eq(number(enrolled), 2);
	run("UPDATE user SET confirmed = 0 WHERE uid = 3");
	cr_assert_eq(number(enrolled), 1);
	run("INSERT INTO user (uid) VALUES (2) ON CONFLICT DO NOTHING");
	cr_assert_eq(number(users), 3);
	run("DELETE FROM user WHERE uid IN (1, 2)");
	cr_assert_eq(number(users), 1);
	cr_assert_eq(number(enrolled), 0);
}
