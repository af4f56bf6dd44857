#include "core/totp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base32.h"

static struct totp *totp;

static void
setup(void)
{
	totp = totp_new();
	cr_assert_not_null(totp);
}

static void
teardown(void)
{
	totp_free(&totp);
	cr_assert_null(totp);
}

TestSuite(core_totp, .init = setup, .fini = teardown);

static const struct totp_form six = {ALGORITHM_SHA1, 6, 30};

/* "12345678901234567890" over and over, as the RFCs' vectors have it. */
static struct secret
rfc_secret(size_t size)
{
	struct secret s = {.size = size};

	for (size_t i = 0; i < size; i++)
		s.bytes[i] = (uint8_t)('0' + (i + 1) % 10);
	return s;
}

static struct secret
base32_secret(const char *text)
{
	struct secret s = {0};

	cr_assert_eq(base32_decode(s.bytes, sizeof s.bytes, &s.size, text), OK);
	return s;
}

static uint32_t
code_of(const struct totp_form *form, const struct secret *s, uint64_t step)
{
	uint32_t code;

	cr_assert_eq(totp_code(totp, form, s, step, &code), OK);
	return code;
}

/* Bytes of an HMAC-SHA-1 out of its 40 hexadecimal digits. */
static void
hmac_read(uint8_t out[static 20], const char *hex)
{
	for (size_t i = 0; i < 20; i++) {
		char byte[3] = {hex[2 * i], hex[2 * i + 1], 0};

		out[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
}

Test(core_totp, has_the_vectors_of_rfc_4226)
{
	static const struct {
		uint64_t counter;
		const char *hmac;
		uint32_t truncated, code;
	} vectors[] = {
#define HOTP_VECTOR(counter, hmac, truncated, code) \
	{counter, hmac, truncated, code},
#include "vectors/hotp.def"
#undef HOTP_VECTOR
	};
	struct secret secret = rfc_secret(20);

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		uint8_t hmac[20];

		hmac_read(hmac, vectors[i].hmac);
		cr_assert_eq(totp_truncate(hmac, 20), vectors[i].truncated);
		cr_assert_eq(
		    totp_reduce(vectors[i].truncated, 6), vectors[i].code);
		cr_assert_eq(code_of(&six, &secret, vectors[i].counter),
		    vectors[i].code);
	}
}

Test(core_totp, truncates_the_example_of_rfc_4226_section_5_4)
{
	uint8_t hmac[20];

	hmac_read(hmac, "1f8698690e02ca16618550ef7f19da8e945b555a");
	cr_assert_eq(totp_truncate(hmac, 20), 0x50ef7f19);
	cr_assert_eq(totp_reduce(0x50ef7f19, 6), 872921);
}

Test(core_totp, truncates_at_each_offset_and_drops_the_sign)
{
	uint8_t digest[64];

	for (size_t i = 0; i < sizeof digest; i++)
		digest[i] = (uint8_t)(0xf0 + i);
	for (uint8_t offset = 0; offset < 16; offset++) {
		uint32_t first = 0xf0U + offset;
		uint32_t want = first << 24 | (first + 1) % 256 << 16 |
		    (first + 2) % 256 << 8 | (first + 3) % 256;

		digest[63] = (uint8_t)(0xa0 | offset);
		cr_assert_eq(
		    totp_truncate(digest, 64), want & 0x7fffffff, "%d", offset);
	}
}

/*
 * The quotient never falls as the value grows: when it is right on both sides
 * of each multiple of the power, it is right for every value between.
 */
Test(core_totp, reduces_every_value_right)
{
	static const uint32_t powers[] = {1000000, 10000000, 100000000};

	for (uint32_t digits = 6; digits <= 8; digits++) {
		uint32_t power = powers[digits - 6];

		for (uint32_t v = power; v <= INT32_MAX; v += power) {
			cr_assert_eq(totp_reduce(v, digits), 0);
			cr_assert_eq(totp_reduce(v - 1, digits), power - 1);
		}
		cr_assert_eq(totp_reduce(0, digits), 0);
		cr_assert_eq(totp_reduce(INT32_MAX, digits), INT32_MAX % power);
	}
}

Test(core_totp, has_the_vectors_of_rfc_6238)
{
	static const struct {
		int64_t time;
		uint64_t step;
		enum algorithm algorithm;
		uint32_t code;
	} vectors[] = {
#define TOTP_VECTOR(time, step, algorithm, code) {time, step, algorithm, code},
#include "vectors/totp.def"
#undef TOTP_VECTOR
	};
	static const size_t sizes[] = {20, 32, 64};

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct totp_form form = {vectors[i].algorithm, 8, 30};
		struct secret secret = rfc_secret(sizes[form.algorithm]);

		cr_assert_eq(
		    totp_step(&form, vectors[i].time), vectors[i].step);
		cr_assert_eq(code_of(&form, &secret, vectors[i].step),
		    vectors[i].code, "%zu", i);
	}
}

Test(core_totp, agrees_with_google_authenticator)
{
	struct secret secret = base32_secret("2SH3V3GDW7ZNMGYE");

	cr_assert_eq(code_of(&six, &secret, totp_step(&six, 300000)), 50548);
	cr_assert_eq(code_of(&six, &secret, 1), 293240);
	cr_assert_eq(code_of(&six, &secret, 5), 932068);
}

Test(core_totp, agrees_with_oath_toolkit)
{
	static const uint32_t codes[] = {963013, 68866, 734019, 38980, 630208,
	    533058, 42289, 46988, 47407, 892423, 619507};
	struct secret zero = {.size = 1};
	uint64_t step = totp_step(&six, 1165449600); /* 2006-12-07 00:00 */

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		cr_assert_eq(code_of(&six, &zero, step + i), codes[i]);
}

Test(core_totp, gives_fewer_digits_as_the_tail_of_more)
{
	struct secret secret = rfc_secret(20);

	for (uint64_t step = 0; step < 100; step++) {
		struct totp_form form = six;
		uint32_t eight;

		form.digits = 8;
		eight = code_of(&form, &secret, step);
		form.digits = 7;
		cr_assert_eq(code_of(&form, &secret, step), eight % 10000000);
		cr_assert_eq(code_of(&six, &secret, step), eight % 1000000);
	}
}

/* The contexts are kept: what one call leaves must not change the next. */
Test(core_totp, forgets_the_secret_before)
{
	struct secret one = rfc_secret(20);
	struct secret other = rfc_secret(64);
	uint32_t want = code_of(&six, &one, 1);

	cr_assert_eq(want, 287082);
	cr_assert_neq(code_of(&six, &other, 1), want);
	other.size = 19;
	cr_assert_neq(code_of(&six, &other, 1), want);
	cr_assert_eq(code_of(&six, &one, 1), want);
}

/* A secret as it must not lie about: hidden, so that the test has no copy. */
static const uint8_t hidden[SECRET_NEW] = "a secret to look for";

static bool
shows_the_hidden(const uint8_t *bytes)
{
	for (size_t i = 0; i < sizeof hidden; i++)
		if ((bytes[i] ^ hidden[i]) != 0xff)
			return false;
	return true;
}

/* Where the secret lies in the heap, the library's copies among it. */
static unsigned int
count_in_heap(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[256];
	const uint8_t *start;
	const uint8_t *end = NULL;
	unsigned int found = 0;

	cr_assert_not_null(maps);
	while (fgets(line, sizeof line, maps) != NULL && end == NULL)
		if (strstr(line, "[heap]") != NULL) {
			start = (const uint8_t *)strtoul(line, NULL, 16);
			end = (const uint8_t *)strtoul(
			    strchr(line, '-') + 1, NULL, 16);
			for (; start + sizeof hidden <= end; start++)
				found += shows_the_hidden(start);
		}
	fclose(maps);
	return found;
}

Test(core_totp, leaves_no_secret_in_the_heap)
{
	struct secret *secret = malloc(sizeof *secret);
	uint32_t code;

	cr_assert_not_null(secret);
	secret->size = sizeof hidden;
	for (size_t i = 0; i < sizeof hidden; i++)
		secret->bytes[i] = hidden[i] ^ 0xff;
	for (unsigned int a = 0; a < ALGORITHM_COUNT; a++) {
		struct totp_form form = {a, 6, 30};

		cr_assert_eq(totp_code(totp, &form, secret, 1, &code), OK);
	}
	cr_assert_leq(count_in_heap(), 1, "the test's own");
	secret_wipe(secret);
	cr_assert_eq(count_in_heap(), 0);
	free(secret);
}

Test(core_totp, counts_the_whole_step)
{
	struct secret secret = rfc_secret(20);

	cr_assert_neq(code_of(&six, &secret, 1),
	    code_of(&six, &secret, (UINT64_C(1) << 32) + 1));
	cr_assert_neq(code_of(&six, &secret, 1),
	    code_of(&six, &secret, (UINT64_C(1) << 56) + 1));
}

static void
expect_range(
    enum algorithm algorithm, uint32_t digits, uint32_t period, size_t size)
{
	struct totp_form form = {algorithm, digits, period};
	struct secret secret = rfc_secret(20);
	uint32_t code = 123456;

	secret.size = size;
	cr_assert_eq(totp_code(totp, &form, &secret, 1, &code), ERR_RANGE);
	cr_assert_eq(code, UINT32_MAX);
}

Test(core_totp, refuses_a_form_that_is_none)
{
	static const uint32_t periods[] = {
	    0, 1, 5, 15, 29, 31, 40, 45, 59, 61, 90, 120, UINT32_MAX};

	expect_range(ALGORITHM_COUNT, 6, 30, 20);
	expect_range((enum algorithm)77, 6, 30, 20);
	expect_range(ALGORITHM_SHA1, 0, 30, 20);
	expect_range(ALGORITHM_SHA1, 5, 30, 20);
	expect_range(ALGORITHM_SHA1, 9, 30, 20);
	expect_range(ALGORITHM_SHA1, 6, 30, 0);
	expect_range(ALGORITHM_SHA1, 6, 30, SECRET_MAX + 1);
	for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++)
		expect_range(ALGORITHM_SHA1, 6, periods[i], 20);
}

Test(core_totp, takes_every_form_that_is_one)
{
	for (uint32_t digits = 6; digits <= 8; digits++)
		for (unsigned int a = 0; a < ALGORITHM_COUNT; a++) {
			struct totp_form form = {a, digits, 30};

			cr_assert(totp_form_valid(&form));
			form.period = 60;
			cr_assert(totp_form_valid(&form));
		}
}

Test(core_totp, steps_at_the_period)
{
	static const struct totp_form sixty = {ALGORITHM_SHA1, 6, 60};

	cr_assert_eq(totp_step(&six, 0), 0);
	cr_assert_eq(totp_step(&six, 29), 0);
	cr_assert_eq(totp_step(&six, 30), 1);
	cr_assert_eq(totp_step(&sixty, 59), 0);
	cr_assert_eq(totp_step(&sixty, 60), 1);
	cr_assert_eq(totp_step(&six, -1), 0);
	cr_assert_eq(totp_step(&six, INT64_MIN), 0);
	cr_assert_eq(totp_step(&six, INT64_MAX), INT64_MAX / 30);
}

Test(core_totp, says_when_the_next_step_begins)
{
	static const struct totp_form sixty = {ALGORITHM_SHA1, 6, 60};

	cr_assert_eq(totp_next(&six, 30), 30);
	cr_assert_eq(totp_next(&six, 31), 29);
	cr_assert_eq(totp_next(&six, 59), 1);
	cr_assert_eq(totp_next(&sixty, 59), 1);
	cr_assert_eq(totp_next(&sixty, 30), 30);
	cr_assert_eq(totp_next(&six, -5), 30);
}

Test(core_totp, frees_nothing_twice)
{
	struct totp *none = NULL;

	totp_free(&none);
	cr_assert_null(none);
}
