#include "core/code.h"

#include <criterion/criterion.h>
#include <string.h>

static struct code
read_code(const char *text)
{
	struct code code;

	memset(&code, 0xff, sizeof code);
	code_read(&code, text);
	return code;
}

static void
expect_totp(const char *text, uint32_t digits, uint32_t number)
{
	struct code code = read_code(text);

	cr_assert_eq(code.kind, CODE_TOTP, "\"%s\"", text);
	cr_assert_eq(code.digits, digits, "\"%s\"", text);
	cr_assert_eq(code.number, number, "\"%s\"", text);
}

static void
expect_malformed(const char *text)
{
	static const struct code none;
	struct code code = read_code(text);

	cr_assert_eq(code.kind, CODE_MALFORMED, "\"%s\"", text);
	cr_assert_eq(code.digits, none.digits);
	cr_assert_eq(code.number, none.number);
	cr_assert_arr_eq(
	    code.recovery, none.recovery, sizeof code.recovery, "%s", text);
}

Test(core_code, reads_six_to_eight_digits)
{
	expect_totp("123456", 6, 123456);
	expect_totp("1234567", 7, 1234567);
	expect_totp("12345678", 8, 12345678);
	expect_totp("99999999", 8, 99999999);
}

Test(core_code, keeps_leading_zeros)
{
	expect_totp("000000", 6, 0);
	expect_totp("00000000", 8, 0);
	expect_totp("012345", 6, 12345);
	expect_totp("0123456", 7, 123456);
}

Test(core_code, takes_blanks_as_apps_show_them)
{
	expect_totp("123 456", 6, 123456);
	expect_totp("12 34 56 78", 8, 12345678);
	expect_totp("  123\t456 ", 6, 123456);
}

Test(core_code, refuses_other_lengths)
{
	expect_malformed("");
	expect_malformed("   ");
	expect_malformed("1");
	expect_malformed("12345");
	expect_malformed("123456789");
	expect_malformed("1234567890");
}

Test(core_code, refuses_what_are_no_digits)
{
	expect_malformed("abcdef");
	expect_malformed("12345a");
	expect_malformed("-12345");
	expect_malformed("+123456");
	expect_malformed("123-456");
	expect_malformed("123456-");
	expect_malformed("0x1234");
	expect_malformed("123.45");
	expect_malformed("123456\n");
	expect_malformed("123456\r");
	expect_malformed("12345/");
	expect_malformed("12345:");
}

Test(core_code, refuses_digits_of_other_scripts)
{
	expect_malformed("\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6");
	expect_malformed("\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93"
			 "\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96");
	expect_malformed("123456\xc2\xa0"); /* a blank, but none of ours */
	expect_malformed("\xb1\xb2\xb3\xb4\xb5\xb6");
}

Test(core_code, refuses_long_answers)
{
	static char text[65537];

	memset(text, '1', sizeof text - 1);
	expect_malformed(text);
	text[256] = '\0';
	expect_malformed(text);
	text[CODE_TEXT_MAX] = '\0';
	expect_malformed(text);
}

/* Blanks count as bytes of an answer: 63 are looked at, and no more. */
Test(core_code, looks_at_63_bytes)
{
	char text[CODE_TEXT_MAX + 1];

	memset(text, ' ', sizeof text);
	memcpy(text, "123456", 6);
	text[CODE_TEXT_MAX - 1] = '\0';
	expect_totp(text, 6, 123456);
	text[CODE_TEXT_MAX - 1] = ' ';
	text[CODE_TEXT_MAX] = '\0';
	expect_malformed(text);
}

static const uint8_t recovery[RECOVERY_BYTES] = {0x00, 0x44, 0x32, 0x14, 0xc7,
    0x42, 0x54, 0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56, 0xd7};

static void
expect_recovery(const char *text)
{
	struct code code = read_code(text);

	cr_assert_eq(code.kind, CODE_RECOVERY, "\"%s\"", text);
	cr_assert_arr_eq(
	    code.recovery, recovery, RECOVERY_BYTES, "\"%s\"", text);
	cr_assert_eq(code.number, 0);
}

Test(core_code, reads_recovery_codes)
{
	expect_recovery("ABCDEFGHIJKLMNOPQRSTUVWX");
	expect_recovery("ABCD-EFGH-IJKL-MNOP-QRST-UVWX");
	expect_recovery("abcd-efgh-ijkl-mnop-qrst-uvwx");
	expect_recovery("abcd EFGH ijkl MNOP qrst UVWX");
	expect_recovery(" ab-cd-ef-gh-ij-kl-mn-op-qr-st-uv-wx ");
}

Test(core_code, refuses_other_letters_and_lengths)
{
	expect_malformed("ABCD-EFGH-IJKL-MNOP");
	expect_malformed("ABCD-EFGH-IJKL-MNOP-QRST-UVW");
	expect_malformed("ABCD-EFGH-IJKL-MNOP-QRST-UVWXY");
	expect_malformed("ABCD-EFGH-IJKL-MNOP-QRST-UVWXYZ234567");
	expect_malformed("0BCD-EFGH-IJKL-MNOP-QRST-UVWX");
	expect_malformed("ABCD-EFGH-IJKL-MNOP-QRST-UVW1");
	expect_malformed("ABCD-8FGH-IJKL-MNOP-QRST-UVWX");
	expect_malformed("ABCD_EFGH_IJKL_MNOP_QRST_UVWX");
	expect_malformed("ABCDEFGHIJKLMNOPQRSTUVW=");
	expect_malformed("ABCDEFGH");
	expect_malformed("----");
}

Test(core_code, tells_a_recovery_code_of_digits)
{
	cr_assert_eq(
	    read_code("2345-6723-4567-2345-6723-4567").kind, CODE_RECOVERY);
	cr_assert_eq(read_code("234567234567234567234567").kind, CODE_RECOVERY);
}

Test(core_code, writes_groups_of_four)
{
	char text[RECOVERY_TEXT_MAX];

	code_write_recovery(text, recovery);
	cr_assert_str_eq(text, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX");
}

Test(core_code, reads_back_what_it_writes)
{
	for (unsigned int i = 0; i < 256; i++) {
		uint8_t bytes[RECOVERY_BYTES];
		char text[RECOVERY_TEXT_MAX];
		struct code code;

		for (unsigned int k = 0; k < RECOVERY_BYTES; k++)
			bytes[k] = (uint8_t)(i * 31 + k * 101);
		code_write_recovery(text, bytes);
		code = read_code(text);
		cr_assert_eq(code.kind, CODE_RECOVERY);
		cr_assert_arr_eq(code.recovery, bytes, RECOVERY_BYTES);
	}
}

Test(core_code, tells_the_kind_alone)
{
	cr_expect_eq(code_kind_of("123 456"), CODE_TOTP);
	cr_expect_eq(
	    code_kind_of("ABCD-EFGH-IJKL-MNOP-QRST-UVWX"), CODE_RECOVERY);
	cr_expect_eq(code_kind_of("correct horse"), CODE_MALFORMED);
	cr_expect_eq(code_kind_of(""), CODE_MALFORMED);
}
