/* How users are shown. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "doors/cli/view.h"

static struct wire_user
user(void)
{
	struct wire_user u;

	memset(&u, 0, sizeof u);
	u.uid = 4000000000;
	u.state = RECORD_GOOD;
	memcpy(u.name, "al\"ice", sizeof "al\"ice");
	u.devices = 2;
	u.recovery_left = 9;
	u.tries = 7;
	u.since = 1700000000;
	return u;
}

Test(view, names_are_stored_ones_then_the_machines_then_numbers)
{
	struct wire_user u = user();
	char name[NAME_MAX_BYTES];

	cr_expect_str_eq(view_name(&u, name), "al\"ice");
	u.name[0] = '\0';
	cr_expect_str_eq(view_name(&u, name), "4000000000");
	u.uid = 0;
	cr_expect_str_eq(view_name(&u, name), "root");
}

Test(view, times_are_local_and_zero_is_never)
{
	char text[VIEW_TIME_MAX];

	cr_assert_eq(setenv("TZ", "XYZ-2", 1), 0);
	tzset();
	cr_expect_str_eq(view_time(1700000000, text), "2023-11-15 00:13");
	cr_expect_str_eq(view_time(0, text), "never");
	cr_expect_str_eq(view_time(INT64_MAX, text), "unknown");
}

Test(view, skews_have_a_sign)
{
	char text[VIEW_SKEW_MAX];

	cr_expect_str_eq(view_skew(3, text), "+3 s");
	cr_expect_str_eq(view_skew(-12, text), "-12 s");
	cr_expect_str_eq(view_skew(0, text), "0 s");
	cr_expect_str_eq(view_skew(INT32_MIN, text), "-2147483648 s");
}

Test(view, a_good_one_without_tries_is_not_called_good)
{
	struct wire_user u = user();

	u.tries = 0;
	cr_expect_str_eq(view_state(&u), "no tries");
	u.locked = 1;
	cr_expect_str_eq(view_state(&u), "locked");
	u = user();
	u.state = RECORD_ABSENT;
	u.tries = 0;
	cr_expect_str_eq(view_state(&u), "none");
}

/* The widest that each cell but the name can be. */
Test(view, a_user_fits_into_80_columns)
{
	struct wire_user u = user();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct table *t = view_users(out, false);

	cr_assert_not_null(t);
	memcpy(u.name, "sixteen-letters.", sizeof "sixteen-letters.");
	memcpy(u.last_from, "2001:db8:1111:2222:3333:4444:5555:6666",
	    sizeof "2001:db8:1111:2222:3333:4444:5555:6666");
	u.last = 1700000000;
	u.skew = -3600;
	u.failed = 999999;
	u.tries = 0;
	cr_assert_eq(view_user(t, &u), OK);
	table_end(&t);
	cr_assert_eq(fclose(out), 0);
	cr_expect_not_null(strstr(text, "no tries"), "%s", text);
	for (const char *line = text; *line != '\0'; line++) {
		size_t length = strcspn(line, "\n");

		cr_expect_leq(length, 80u, "%s", line);
		line += length;
	}
	free(text);
}

Test(view, a_wide_table_tells_from_where_and_how_far_off)
{
	struct wire_user u = user();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct table *t = view_users(out, true);

	cr_assert_not_null(t);
	memcpy(u.last_from, "192.0.2.7", sizeof "192.0.2.7");
	u.last = 1700000000;
	u.skew = -12;
	cr_assert_eq(view_user(t, &u), OK);
	table_end(&t);
	cr_assert_eq(fclose(out), 0);
	cr_expect_not_null(strstr(text, "FROM"), "%s", text);
	cr_expect_not_null(strstr(text, "192.0.2.7"), "%s", text);
	cr_expect_not_null(strstr(text, "-12 s"), "%s", text);
	free(text);
}

Test(view, broken_hides_all_else_and_locked_hides_good)
{
	struct wire_user u = user();

	cr_expect_str_eq(view_state(&u), "good");
	u.locked = 1;
	cr_expect_str_eq(view_state(&u), "locked");
	u.state = RECORD_BROKEN;
	cr_expect_str_eq(view_state(&u), "broken");
	u = user();
	u.state = RECORD_ABSENT;
	cr_expect_str_eq(view_state(&u), "none");
}

Test(view, users_as_json)
{
	struct wire_user u = user();
	struct json j;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	json_start(&j, out);
	view_json_user(&j, NULL, &u);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(text,
	    "{\"name\": \"al\\\"ice\", \"uid\": 4000000000, "
	    "\"state\": \"good\", \"devices\": 2, \"recovery_left\": 9, "
	    "\"locked\": false, \"failed\": 0, \"tries\": 7, "
	    "\"since\": \"2023-11-14T22:13:20Z\", \"last\": null, "
	    "\"last_from\": null, \"skew\": 0}");
	free(text);
}
