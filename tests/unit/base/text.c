#include "base/text.h"

#include <criterion/criterion.h>
#include <string.h>

Test(base_text, copies_what_fits)
{
	char out[5];

	cr_assert_eq(text_copy(out, sizeof out, "abcd"), OK);
	cr_assert_str_eq(out, "abcd");
	cr_assert_eq(text_copy(out, sizeof out, ""), OK);
	cr_assert_str_eq(out, "");
}

Test(base_text, copies_nothing_of_what_does_not_fit)
{
	char out[5] = "xxxx";

	cr_assert_eq(text_copy(out, sizeof out, "abcde"), ERR_LONG);
	cr_assert_str_eq(out, "");
}

Test(base_text, prints)
{
	char out[6];

	cr_assert_eq(text_print(out, sizeof out, "%d-%s", 12, "ab"), OK);
	cr_assert_str_eq(out, "12-ab");
	cr_assert_eq(text_print(out, sizeof out, "%d-%s", 12, "abc"), ERR_LONG);
	cr_assert_str_eq(out, "12-ab");
}

/* ---- numbers ---- */

static void
expect_number(const char *text, uint64_t min, uint64_t max, uint64_t want)
{
	uint64_t out = 7;

	cr_assert_eq(text_number(text, min, max, &out), OK, "%s", text);
	cr_assert_eq(out, want, "%s", text);
}

static void
expect_no_number(const char *text, uint64_t min, uint64_t max, enum error want)
{
	uint64_t out = 7;

	cr_assert_eq(text_number(text, min, max, &out), want, "%s", text);
	cr_assert_eq(out, 7, "%s", text);
}

Test(base_text, reads_numbers)
{
	expect_number("0", 0, 10, 0);
	expect_number("10", 0, 10, 10);
	expect_number("5", 5, 5, 5);
	expect_number("18446744073709551615", 0, UINT64_MAX, UINT64_MAX);
}

Test(base_text, keeps_numbers_in_their_range)
{
	expect_no_number("11", 0, 10, ERR_RANGE);
	expect_no_number("4", 5, 10, ERR_RANGE);
	expect_no_number("18446744073709551616", 0, UINT64_MAX, ERR_RANGE);
	expect_no_number("99999999999999999999", 0, UINT64_MAX, ERR_RANGE);
}

Test(base_text, reads_no_other_numbers)
{
	static const char *const bad[] = {"", " ", "+1", "-1", " 1", "1 ", "01",
	    "00", "1.0", "0x1", "1e3", "1,000", "one", "1\n", "\xd9\xa1", "/",
	    ":", "12a"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_no_number(bad[i], 0, UINT64_MAX, ERR_FORMAT);
}

Test(base_text, knows_a_start)
{
	cr_assert(text_starts("otpgate", "otp"));
	cr_assert(text_starts("otp", "otp"));
	cr_assert(text_starts("otp", ""));
	cr_assert_not(text_starts("ot", "otp"));
	cr_assert_not(text_starts("Otp", "otp"));
}

/* ---- escaping ---- */

static void
expect_escaped(const char *text, const char *want)
{
	char out[128];

	cr_assert_str_eq(text_escape(out, sizeof out, text), want);
}

static void
expect_escaped_utf8(const char *text, const char *want)
{
	char out[128];

	cr_assert_str_eq(text_escape_utf8(out, sizeof out, text), want);
}

Test(base_text, escapes_what_could_forge_a_line)
{
	expect_escaped(
	    "plain text, 'fine' [here] ~", "plain text, 'fine' [here] ~");
	expect_escaped("", "");
	expect_escaped("a\nb\rc\td", "a\\x0ab\\x0dc\\x09d");
	expect_escaped("\"quoted\"", "\\x22quoted\\x22");
	expect_escaped("back\\slash", "back\\x5cslash");
	expect_escaped("\x1b[2J\x07\x7f", "\\x1b[2J\\x07\\x7f");
	expect_escaped("\xc3\xa4\xff", "\\xc3\\xa4\\xff");
}

Test(base_text, escapes_every_byte_that_is_not_plain)
{
	for (int c = 1; c < 256; c++) {
		char text[2] = {(char)c, '\0'};
		char out[16];
		bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';

		text_escape(out, sizeof out, text);
		cr_assert_eq(strlen(out), plain ? 1 : 4, "%d", c);
		text_escape_utf8(out, sizeof out, text);
		cr_assert_eq(strlen(out), plain ? 1 : 4, "%d", c);
	}
}

Test(base_text, keeps_letters_of_any_language)
{
	expect_escaped_utf8("J\xc3\xbcrgen", "J\xc3\xbcrgen");
	expect_escaped_utf8(
	    "\xe2\x82\xac\xf0\x9f\x94\x91", "\xe2\x82\xac\xf0\x9f\x94\x91");
	expect_escaped_utf8("\xc2\xa0\xef\xbf\xbd", "\xc2\xa0\xef\xbf\xbd");
}

Test(base_text, escapes_broken_sequences)
{
	expect_escaped_utf8("\xc3", "\\xc3");
	expect_escaped_utf8("\xc3(", "\\xc3(");
	expect_escaped_utf8("\xe2\x82", "\\xe2\\x82");
	expect_escaped_utf8("\xf0\x9f\x94", "\\xf0\\x9f\\x94");
	expect_escaped_utf8("\x80", "\\x80");
	expect_escaped_utf8("\xc0\xaf", "\\xc0\\xaf");		/* overlong */
	expect_escaped_utf8("\xe0\x80\xaf", "\\xe0\\x80\\xaf"); /* overlong */
	expect_escaped_utf8("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* surrogate */
	expect_escaped_utf8(
	    "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* past U+10FFFF */
	expect_escaped_utf8("\xff", "\\xff");
}

Test(base_text, escapes_what_turns_the_writing_around)
{
	static const char *const unseen[] = {"\xd8\x9c", "\xe2\x80\x8b",
	    "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa0",
	    "\xe2\x81\xaf", "\xef\xbb\xbf"};

	for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
		cr_expect_eq(text_utf8_length(unseen[i]), 0, "%zu", i);
	cr_expect_eq(text_utf8_length("\xe2\x80\x8a"), 3);
	cr_expect_eq(text_utf8_length("\xe2\x80\x90"), 3);
	cr_expect_eq(text_utf8_length("\xe2\x80\xaf"), 3);
	cr_expect_eq(text_utf8_length("\xd8\x9b"), 2);
	expect_escaped_utf8("a\xe2\x80\xae"
			    "b",
	    "a\\xe2\\x80\\xae"
	    "b");
}

Test(base_text, measures_one_character)
{
	cr_assert_eq(text_utf8_length("ab"), 1);
	cr_assert_eq(text_utf8_length("\xc3\xa4z"), 2);
	cr_assert_eq(text_utf8_length("\xe2\x82\xac"), 3);
	cr_assert_eq(text_utf8_length("\xf0\x9f\x94\x91"), 4);
	cr_assert_eq(text_utf8_length(""), 0);
	cr_assert_eq(text_utf8_length("\n"), 0);
	cr_assert_eq(text_utf8_length("\x7f"), 0);
	cr_assert_eq(text_utf8_length("\xc2\x9b"), 0);
	cr_assert_eq(text_utf8_length("\xc3"), 0);
}

/* C1 controls: some terminals obey them as they do ESC. */
Test(base_text, escapes_c1_controls)
{
	expect_escaped_utf8("\xc2\x9b[2J", "\\xc2\\x9b[2J");
	expect_escaped_utf8("\xc2\x80\xc2\x9f", "\\xc2\\x80\\xc2\\x9f");
}

Test(base_text, cuts_only_what_does_not_fit)
{
	char out[9];

	cr_assert_str_eq(text_escape(out, 8, "1234567"), "1234567");
	cr_assert_str_eq(text_escape(out, 8, "12345678"), "1234...");
	cr_assert_str_eq(text_escape(out, 8, "123\n"), "123\\x0a");
	cr_assert_str_eq(text_escape(out, 8, "1234\n"), "1234...");
	cr_assert_str_eq(text_escape(out, 8, "\n\n"), "\\x0a...");
	cr_assert_str_eq(text_escape(out, 8, "12\n34"), "12...");
}

Test(base_text, writes_nothing_past_the_end)
{
	for (size_t size = 8; size < 40; size++) {
		char out[48];

		memset(out, '#', sizeof out);
		text_escape_utf8(out, size,
		    "a\xc3\xa4\n\xe2\x82\xac\x1b\xf0\x9f\x94\x91\x80\xff\"\\");
		cr_assert_not_null(memchr(out, '\0', size), "%zu", size);
		cr_assert_eq(out[size], '#', "%zu", size);
	}
}

/* ---- durations ---- */

static void
expect_duration(int64_t seconds, const char *want)
{
	char out[32];

	cr_assert_str_eq(text_duration(out, sizeof out, seconds), want);
}

Test(base_text, says_durations)
{
	expect_duration(INT64_MIN, "0 s");
	expect_duration(0, "0 s");
	expect_duration(1, "1 s");
	expect_duration(119, "119 s");
	expect_duration(120, "2 min");
	expect_duration(121, "3 min");
	expect_duration(2460, "41 min");
	expect_duration(7199, "120 min");
	expect_duration(7200, "2 h");
	expect_duration(7201, "2 h 1 min");
	expect_duration(12 * 3600 + 11, "12 h 1 min");
	expect_duration(48 * 3600 - 1, "48 h");
	expect_duration(48 * 3600, "2 days");
	expect_duration(48 * 3600 + 1, "2 days 1 h");
	expect_duration(INT64_MAX, "106751991167300 days 16 h");
}
