/* What term/json.c writes, byte for byte. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "term/json.h"

static char *text;
static size_t size;
static struct json j;

static void
start(void)
{
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	json_start(&j, out);
}

static void
stop(void)
{
	free(text);
}

static void
expect(const char *want)
{
	cr_assert_eq(fclose(j.out), 0);
	cr_expect_str_eq(text, want);
}

TestSuite(json, .init = start, .fini = stop);

Test(json, object_of_every_kind)
{
	json_open_object(&j, NULL);
	json_text(&j, "text", "a");
	json_text(&j, "none", NULL);
	json_number(&j, "least", INT64_MIN);
	json_truth(&j, "yes", true);
	json_truth(&j, "no", false);
	json_close_object(&j);
	json_finish(&j);
	expect("{\"text\": \"a\", \"none\": null, "
	       "\"least\": -9223372036854775808, \"yes\": true, "
	       "\"no\": false}\n");
}

Test(json, commas_stand_between_values_only)
{
	json_open_list(&j, NULL);
	json_open_object(&j, NULL);
	json_close_object(&j);
	json_open_object(&j, NULL);
	json_open_list(&j, "list");
	json_number(&j, NULL, 1);
	json_number(&j, NULL, 2);
	json_close_list(&j);
	json_number(&j, "after", 3);
	json_close_object(&j);
	json_close_list(&j);
	expect("[{}, {\"list\": [1, 2], \"after\": 3}]");
}

Test(json, escapes_what_the_grammar_forbids)
{
	json_text(&j, NULL, "\"\\\b\f\n\r\t\x01\x1f");
	expect("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"");
}

Test(json, escapes_what_a_terminal_obeys)
{
	json_text(&j, NULL,
	    "\x1b[2J\x7f\xc2\x9b"
	    "0m");
	expect("\"\\u001b[2J\\u007f\\u009b0m\"");
}

Test(json, keeps_letters_of_all_languages)
{
	json_text(&j, NULL, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91");
	expect("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91\"");
}

Test(json, replaces_what_is_not_utf8)
{
	/* a lone follower, an overlong slash, a surrogate, a cut sequence */
	json_text(&j, NULL, "\x80|\xc0\xaf|\xed\xa0\x80|\xe2\x82");
	expect("\"\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|"
	       "\\ufffd\\ufffd\"");
}

Test(json, escapes_keys_too)
{
	json_open_object(&j, NULL);
	json_number(&j, "a\"b", 0);
	json_close_object(&j);
	expect("{\"a\\\"b\": 0}");
}

Test(json, times_are_utc_and_never_is_null)
{
	json_open_list(&j, NULL);
	json_time(&j, NULL, 1700000000);
	json_time(&j, NULL, 0);
	json_time(&j, NULL, INT64_MAX);
	json_close_list(&j);
	expect("[\"2023-11-14T22:13:20Z\", null, null]");
}
