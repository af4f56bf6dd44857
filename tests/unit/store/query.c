#include "store/query.h"

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

TestSuite(store_query, .init = setup, .fini = teardown);

static void
put_meta(const char *key, const char *value)
{
	char text[128];

	(void)sqlite3_snprintf(sizeof text, text,
	    "INSERT OR REPLACE INTO meta VALUES (%Q, %s)", key, value);
	cr_assert_eq(
	    sqlite3_exec(f.store->database, text, NULL, NULL, NULL), SQLITE_OK);
}

Test(store_query, has_a_text_for_each_statement)
{
	for (size_t i = 0; i < SQL_COUNT; i++)
		cr_assert_not_null(f.store->statement[i], "%zu", i);
}

Test(store_query, does_nothing_outside_a_turn)
{
	struct query q;

	for (int sql = SQL_BEGIN + 1; sql < SQL_COUNT; sql++) {
		query_start(&q, f.store, (enum sql)sql);
		cr_assert_eq(query_run(&q), ERR_STORE, "%d", sql);
	}
}

Test(store_query, does_nothing_after_sqlite_gave_the_turn_up)
{
	struct query q;

	cr_assert_eq(store_begin(f.store), OK);
	cr_assert_eq(
	    sqlite3_exec(f.store->database, "ROLLBACK", NULL, NULL, NULL),
	    SQLITE_OK);
	query_start(&q, f.store, SQL_MAKE_USER);
	query_integer(&q, 1000);
	cr_assert_eq(query_run(&q), ERR_STORE);
	cr_assert_str_eq(
	    store_complaint(f.store), "no turn is open, or it was given up");
	store_rollback(f.store);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_ABSENT);
}

Test(store_query, remembers_its_first_error)
{
	struct query q;

	cr_assert_eq(store_begin(f.store), OK);
	query_start(&q, f.store, SQL_MAKE_USER);
	query_integer(&q, 1000);
	query_integer(&q, 1); /* one parameter more than there are */
	cr_assert_neq(q.status, SQLITE_OK);
	query_text(&q, "a");
	query_blob(&q, "a", 1);
	cr_assert_eq(q.bound, 2);
	cr_assert_not(query_row(&q));
	cr_assert_eq(query_end(&q), ERR_STORE);
	cr_assert_neq(store_complaint(f.store)[0], '\0');
	cr_assert_eq(store_commit(f.store), OK);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_ABSENT);
}

Test(store_query, keeps_no_value_from_one_run_to_the_next)
{
	struct query q;

	cr_assert_eq(store_begin(f.store), OK);
	query_start(&q, f.store, SQL_META);
	query_text(&q, "users");
	cr_assert(query_row(&q));
	cr_assert_eq(query_end(&q), OK);
	query_start(&q, f.store, SQL_META);
	cr_assert_not(query_row(&q));
	cr_assert_eq(query_end(&q), OK);
	cr_assert_eq(store_commit(f.store), OK);
}

Test(store_query, tells_that_nothing_changed)
{
	struct query q;

	cr_assert_eq(store_begin(f.store), OK);
	query_start(&q, f.store, SQL_SET_ROW);
	query_integer(&q, 1000);
	query_text(&q, "alice");
	cr_assert_eq(query_change(&q, ERR_ABSENT), ERR_ABSENT);
	query_start(&q, f.store, SQL_MAKE_USER);
	query_integer(&q, 1000);
	cr_assert_eq(query_change(&q, ERR_ABSENT), OK);
	cr_assert_eq(store_commit(f.store), OK);
}

static enum error
text_of(const char *key, char *out, size_t size)
{
	struct query q;
	enum error e;

	cr_assert_eq(store_begin(f.store), OK);
	query_start(&q, f.store, SQL_META);
	query_text(&q, key);
	cr_assert(query_row(&q));
	e = row_text(&q, 0, out, size);
	cr_assert_eq(query_end(&q), OK);
	cr_assert_eq(store_commit(f.store), OK);
	return e;
}

Test(store_query, reads_text_that_fits)
{
	char out[4];

	put_meta("three", "'abc'");
	cr_assert_eq(text_of("three", out, sizeof out), OK);
	cr_assert_str_eq(out, "abc");
	put_meta("none", "''");
	cr_assert_eq(text_of("none", out, sizeof out), OK);
	cr_assert_str_eq(out, "");
}

Test(store_query, reads_no_text_that_is_cut_or_has_a_nul)
{
	char out[4] = "xyz";

	put_meta("four", "'abcd'");
	cr_assert_eq(text_of("four", out, sizeof out), ERR_FORMAT);
	cr_assert_str_eq(out, "");
	put_meta("nul", "'a' || char(0) || 'b'");
	cr_assert_eq(text_of("nul", out, sizeof out), ERR_FORMAT);
	cr_assert_str_eq(out, "");
}

Test(store_query, complains_without_control_characters)
{
	struct query q;

	cr_assert_eq(store_begin(f.store), OK);
	cr_assert_eq(sqlite3_exec(f.store->database,
			 "CREATE TEMP TRIGGER t BEFORE"
			 " INSERT ON user BEGIN SELECT"
			 " raise(FAIL, 'a\nb'); END",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	query_start(&q, f.store, SQL_MAKE_USER);
	query_integer(&q, 1);
	cr_assert_eq(query_run(&q), ERR_STORE);
	cr_assert_str_eq(store_complaint(f.store), "a\\x0ab");
	store_rollback(f.store);
}
