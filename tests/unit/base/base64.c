/* base64 as sshd's key files have it. */
#include "base/base64.h"

#include <criterion/criterion.h>
#include <string.h>

static uint8_t out[64];
static size_t size;

static enum error
decode(const char *text)
{
	return base64_decode(text, strlen(text), out, sizeof out, &size);
}

/* RFC 4648 section 10. */
Test(base_base64, reads_and_writes_the_vectors_of_the_rfc)
{
	static const char *const encoded[] = {
	    "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};

	for (size_t i = 0; i < sizeof encoded / sizeof encoded[0]; i++) {
		char text[BASE64_TEXT(6)];

		cr_assert_eq(decode(encoded[i]), OK, "%s", encoded[i]);
		cr_assert_eq(size, i);
		cr_expect_arr_eq(out, "foobar", i);
		cr_expect_str_eq(base64_encode(text, out, i), encoded[i]);
		cr_expect_lt(strlen(text), BASE64_TEXT(i));
	}
}

Test(base_base64, writes_all_64_letters)
{
	char text[BASE64_TEXT(48)];

	cr_assert_eq(decode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			    "wxyz0123456789+/"),
	    OK);
	cr_expect_str_eq(base64_encode(text, out, size),
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

Test(base_base64, passes_over_blanks_as_sshd_does)
{
	cr_assert_eq(decode(" Zm\n9v\rYm\tE =\v\f\r\n"), OK);
	cr_assert_eq(size, 5);
	cr_expect_arr_eq(out, "fooba", 5);
}

Test(base_base64, refuses_all_else)
{
	static const char *const bad[] = {"Z", "Zg",
	    "Zg=", "Zg===", "Zg==Zg==", "Zh==", "Zm9=", "Zm8==", "=",
	    "====", "Zm9v=", "Zm-v", "Zm_v", "Zm9v\377", "Zm9v!", "Zg=x="};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(decode(bad[i]), ERR_FORMAT, "%s", bad[i]);
	cr_expect_eq(
	    base64_decode("Zm9v\0", 5, out, sizeof out, &size), ERR_FORMAT);
	cr_expect_eq(
	    base64_decode("Zg=\0", 4, out, sizeof out, &size), ERR_FORMAT);
}

Test(base_base64, never_writes_past_its_room)
{
	cr_expect_eq(base64_decode("Zm9v", 4, out, 2, &size), ERR_LONG);
	cr_expect_eq(base64_decode("Zm9v", 4, out, 3, &size), OK);
}
