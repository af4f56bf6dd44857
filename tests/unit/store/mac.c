#include "store/mac.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t key[MAC_KEY] = {0x00, 0x01, 0x02, 0x03};

static struct mac *mac;

static void
setup(void)
{
	cr_assert_eq(mac_new(&mac, key), OK);
}

static void
teardown(void)
{
	mac_free(&mac);
	cr_assert_null(mac);
	mac_free(&mac);
}

TestSuite(store_mac, .init = setup, .fini = teardown);

static const struct mac_text known = {
    "tally", 0x01020304, 2, {{"ab", 2}, {"c", 1}}};

/* By Python's hmac: each part with its length in eight bytes before it. */
static const uint8_t want[RECORD_MAC] = {0xa5, 0xf5, 0xa7, 0x58, 0x89, 0x2d,
    0x6e, 0x93, 0x8d, 0x84, 0x52, 0x79, 0x82, 0x4a, 0x53, 0x83};

Test(store_mac, is_what_another_program_makes)
{
	uint8_t got[RECORD_MAC];

	for (int i = 0; i < 3; i++) {
		cr_assert_eq(mac_make(mac, &known, got), OK);
		cr_assert_arr_eq(got, want, RECORD_MAC);
	}
	cr_assert_eq(mac_check(mac, &known, want), OK);
}

Test(store_mac, tells_texts_apart)
{
	static const struct mac_text others[] = {
	    {"row", 0x01020304, 2, {{"ab", 2}, {"c", 1}}},
	    {"tally", 0x01020305, 2, {{"ab", 2}, {"c", 1}}},
	    {"tally", 0x01020304, 2, {{"ab", 2}, {"d", 1}}},
	    {"tally", 0x01020304, 2, {{"a", 1}, {"bc", 2}}},
	    {"tally", 0x01020304, 1, {{"abc", 3}}},
	    {"tally", 0x01020304, 3, {{"ab", 2}, {"c", 1}, {"", 0}}},
	    {"tally", 0x01020304, 2, {{"ab", 2}, {NULL, 0}}},
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		cr_expect_eq(
		    mac_check(mac, &others[i], want), ERR_BROKEN, "%zu", i);
}

Test(store_mac, breaks_by_any_bit)
{
	for (size_t bit = 0; bit < sizeof want * 8; bit++) {
		uint8_t wrong[RECORD_MAC];

		memcpy(wrong, want, sizeof wrong);
		wrong[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_expect_eq(mac_check(mac, &known, wrong), ERR_BROKEN);
	}
}

Test(store_mac, hangs_on_the_key)
{
	uint8_t other[MAC_KEY] = {0x00, 0x01, 0x02, 0x04};
	struct mac *m;

	cr_assert_eq(mac_new(&m, other), OK);
	cr_assert_eq(mac_check(m, &known, want), ERR_BROKEN);
	mac_free(&m);
}
