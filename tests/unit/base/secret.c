#include "base/secret.h"

#include <criterion/criterion.h>
#include <string.h>

Test(base_secret, holds_what_it_was_given)
{
	uint8_t bytes[SECRET_MAX + 1];
	struct secret s = {0};

	memset(bytes, 7, sizeof bytes);
	cr_assert_eq(secret_set(&s, bytes, SECRET_MAX), OK);
	cr_assert_eq(s.size, SECRET_MAX);
	cr_assert_arr_eq(s.bytes, bytes, SECRET_MAX);
}

/* A shorter secret must leave nothing of a longer one before it. */
Test(base_secret, forgets_the_one_before)
{
	static const uint8_t zero[SECRET_MAX];
	uint8_t bytes[SECRET_MAX];
	struct secret s = {0};

	memset(bytes, 7, sizeof bytes);
	cr_assert_eq(secret_set(&s, bytes, SECRET_MAX), OK);
	cr_assert_eq(secret_set(&s, bytes, 1), OK);
	cr_assert_eq(s.size, 1);
	cr_assert_arr_eq(s.bytes + 1, zero, SECRET_MAX - 1);
}

Test(base_secret, is_empty_after_too_many_bytes)
{
	static const struct secret zero;
	uint8_t bytes[SECRET_MAX + 1];
	struct secret s = {0};

	memset(bytes, 7, sizeof bytes);
	cr_assert_eq(secret_set(&s, bytes, 20), OK);
	cr_assert_eq(secret_set(&s, bytes, SECRET_MAX + 1), ERR_LONG);
	cr_assert_eq(memcmp(&s, &zero, sizeof s), 0);
}

Test(base_secret, is_wiped_whole)
{
	static const struct secret zero;
	struct secret s;

	memset(&s, 0xff, sizeof s);
	secret_wipe(&s);
	cr_assert_eq(memcmp(&s, &zero, sizeof s), 0);
}

Test(base_secret, compares_every_bit)
{
	uint8_t a[64];
	uint8_t b[64];

	for (size_t i = 0; i < sizeof a; i++)
		a[i] = b[i] = (uint8_t)(i * 37);
	cr_assert(secret_equal(a, b, sizeof a));
	for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_assert_not(secret_equal(a, b, sizeof a));
		cr_assert(secret_equal(a, b, bit / 8));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	cr_assert(secret_equal(a, b, 0));
}
