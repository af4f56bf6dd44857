#include "core/base32.h"

#include <criterion/criterion.h>
#include <string.h>

#define MAX 64

static const struct {
	const char *bytes;
	const char *text;
} good[] = {
#define BASE32_GOOD(bytes, text) {bytes, text},
#define BASE32_BAD(text)
#include "vectors/base32.def"
#undef BASE32_GOOD
#undef BASE32_BAD
};

static const char *const bad[] = {
#define BASE32_GOOD(bytes, text)
#define BASE32_BAD(text) text,
#include "vectors/base32.def"
#undef BASE32_GOOD
#undef BASE32_BAD
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
expect_decoded(const char *text, const char *bytes)
{
	uint8_t out[MAX];
	size_t size;

	cr_assert_eq(
	    base32_decode(out, sizeof out, &size, text), OK, "%s", text);
	cr_assert_eq(size, strlen(bytes), "%s", text);
	cr_assert_arr_eq(out, bytes, size, "%s", text);
}

Test(core_base32, decodes_the_vectors_with_padding)
{
	for (size_t i = 0; i < COUNT(good); i++)
		expect_decoded(good[i].text, good[i].bytes);
}

Test(core_base32, decodes_the_vectors_without_padding)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		char text[MAX] = {0};

		memcpy(text, good[i].text, strcspn(good[i].text, "="));
		expect_decoded(text, good[i].bytes);
	}
}

Test(core_base32, encodes_the_vectors_without_padding)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		size_t size = strlen(good[i].bytes);
		size_t length = strcspn(good[i].text, "=");
		char text[MAX];

		cr_assert_eq(base32_encode(text, sizeof text,
				 (const uint8_t *)good[i].bytes, size),
		    OK);
		cr_assert_eq(strlen(text), length);
		cr_assert_arr_eq(text, good[i].text, length);
	}
}

Test(core_base32, refuses_what_is_none_and_leaves_nothing)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint8_t out[MAX] = {0};
		size_t size = 99;

		cr_assert_eq(base32_decode(out, sizeof out, &size, bad[i]),
		    ERR_FORMAT, "%s", bad[i]);
		cr_assert_eq(size, 0, "%s", bad[i]);
		for (size_t k = 0; k < sizeof out; k++)
			cr_assert_eq(out[k], 0, "%s", bad[i]);
	}
}

Test(core_base32, takes_32_characters_and_no_other)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	for (int c = 1; c < 256; c++) {
		char text[] = {(char)c, 'A', 'A', 'A', 'A', 'A', 'A', 'A', 0};
		const char *at = strchr(all, c);
		uint8_t out[5];
		size_t size;
		enum error e = base32_decode(out, sizeof out, &size, text);

		cr_assert_eq(e, at != NULL ? OK : ERR_FORMAT, "%d", c);
		if (at != NULL)
			cr_assert_eq(out[0], (at - all) << 3, "%d", c);
	}
}

Test(core_base32, gives_back_every_length)
{
	uint8_t bytes[MAX];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 167 + 13);
	for (size_t size = 0; size <= sizeof bytes; size++) {
		char text[BASE32_SIZE(MAX)];
		uint8_t out[MAX];
		size_t got;

		cr_assert_eq(
		    base32_encode(text, BASE32_SIZE(size), bytes, size), OK);
		cr_assert_eq(strlen(text) + 1, BASE32_SIZE(size));
		cr_assert_eq(base32_decode(out, size, &got, text), OK);
		cr_assert_eq(got, size);
		cr_assert_arr_eq(out, bytes, size);
	}
}

Test(core_base32, refuses_a_buffer_that_is_one_too_short)
{
	uint8_t bytes[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	char text[BASE32_SIZE(10)];
	size_t size;

	memset(text, 'x', sizeof text);
	cr_assert_eq(base32_encode(text, sizeof text - 1, bytes, 10), ERR_LONG);
	cr_assert_str_eq(text, "");
	cr_assert_eq(base32_encode(text, 0, bytes, 10), ERR_LONG);
	cr_assert_eq(
	    base32_encode(text, sizeof text, bytes, SIZE_MAX), ERR_LONG);
	cr_assert_eq(base32_encode(text, sizeof text, bytes, 10), OK);
	cr_assert_eq(base32_decode(bytes, 9, &size, text), ERR_LONG);
	cr_assert_eq(size, 0);
}
