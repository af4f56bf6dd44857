#include "core/recovery.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t key[RECOVERY_KEY] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05,
    0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11,
    0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
    0x1e, 0x1f};
static const uint8_t code[RECOVERY_BYTES] = "0123456789abcde";

static void
hash(uint8_t out[static RECOVERY_HASH], const uint8_t *k, uint32_t uid,
    const uint8_t *bytes)
{
	cr_assert_eq(recovery_hash(out, k, uid, bytes), OK);
}

/* HMAC-SHA256 of the uid, big-endian, and the code; by another program. */
Test(core_recovery, hashes_uid_and_code)
{
	static const uint8_t want[RECOVERY_HASH] = {0xaa, 0x65, 0x5d, 0xde,
	    0xcc, 0x24, 0x01, 0xb5, 0x46, 0x80, 0x75, 0xb9, 0xc3, 0xb1, 0xee,
	    0xb9, 0xc0, 0x08, 0x30, 0xc8, 0x3c, 0x5f, 0x96, 0x11, 0xfa, 0x0d,
	    0x32, 0x1b, 0x75, 0x9a, 0x5d, 0x2e};
	uint8_t got[RECOVERY_HASH];

	hash(got, key, 0x01020304, code);
	cr_assert_arr_eq(got, want, RECOVERY_HASH);
}

Test(core_recovery, depends_on_key_uid_and_code)
{
	uint8_t first[RECOVERY_HASH];
	uint8_t other[RECOVERY_HASH];
	uint8_t key2[RECOVERY_KEY];
	uint8_t code2[RECOVERY_BYTES];

	memcpy(key2, key, sizeof key2);
	memcpy(code2, code, sizeof code2);
	key2[RECOVERY_KEY - 1] ^= 1;
	code2[RECOVERY_BYTES - 1] ^= 1;
	hash(first, key, 1000, code);
	hash(other, key2, 1000, code);
	cr_assert_arr_neq(first, other, RECOVERY_HASH);
	hash(other, key, 1001, code);
	cr_assert_arr_neq(first, other, RECOVERY_HASH);
	hash(other, key, 1000 + (1U << 24), code);
	cr_assert_arr_neq(first, other, RECOVERY_HASH);
	hash(other, key, 1000, code2);
	cr_assert_arr_neq(first, other, RECOVERY_HASH);
}

static struct record
with_codes(uint32_t count)
{
	struct record r;

	memset(&r, 0, sizeof r);
	r.uid = 1000;
	r.recovery_count = count;
	for (uint32_t i = 0; i < RECOVERY_COUNT; i++) {
		uint8_t bytes[RECOVERY_BYTES];

		memset(bytes, (int)(100 + i), sizeof bytes);
		hash(r.recovery[i], key, 1000, bytes);
	}
	return r;
}

static int
find(const struct record *r, int fill)
{
	uint8_t bytes[RECOVERY_BYTES];
	int index = 99;

	memset(bytes, fill, sizeof bytes);
	cr_assert_eq(recovery_find(r, key, bytes, &index), OK);
	return index;
}

Test(core_recovery, finds_each_code)
{
	struct record r = with_codes(RECOVERY_COUNT);

	for (int i = 0; i < RECOVERY_COUNT; i++)
		cr_assert_eq(find(&r, 100 + i), i);
	cr_assert_eq(find(&r, 99), -1);
	cr_assert_eq(find(&r, 110), -1);
}

Test(core_recovery, finds_spent_ones_too)
{
	struct record r = with_codes(RECOVERY_COUNT);

	r.tally.recovery_used = 0x3ff;
	cr_assert_eq(find(&r, 105), 5);
}

Test(core_recovery, looks_no_further_than_the_set)
{
	struct record r = with_codes(3);

	cr_assert_eq(find(&r, 102), 2);
	cr_assert_eq(find(&r, 103), -1);
	r.recovery_count = 0;
	cr_assert_eq(find(&r, 100), -1);
}

Test(core_recovery, finds_none_of_another_user)
{
	struct record r = with_codes(RECOVERY_COUNT);

	r.uid = 1001;
	cr_assert_eq(find(&r, 100), -1);
}

/* ---- scratch codes ---- */

/* HMAC-SHA256 of the uid and the number, big-endian; by another program. */
Test(core_recovery, hashes_uid_and_scratch_code)
{
	static const uint8_t want[RECOVERY_HASH] = {0x9a, 0x33, 0x75, 0x42,
	    0x17, 0xcd, 0x34, 0x17, 0x3e, 0x26, 0x48, 0x99, 0x1c, 0xa4, 0x56,
	    0x5e, 0x3a, 0xd2, 0x05, 0x3a, 0x80, 0xce, 0xe2, 0x0e, 0x2b, 0x27,
	    0x01, 0x9b, 0xdd, 0x5a, 0xd5, 0x06};
	uint8_t got[RECOVERY_HASH];

	cr_assert_eq(scratch_hash(got, key, 0x01020304, 12345678), OK);
	cr_assert_arr_eq(got, want, RECOVERY_HASH);
}

Test(core_recovery, finds_each_scratch_code_among_others)
{
	struct record r = with_codes(RECOVERY_COUNT);
	int index;

	cr_assert_eq(scratch_hash(r.recovery[3], key, 1000, 12345678), OK);
	cr_assert_eq(scratch_find(&r, key, 12345678, &index), OK);
	cr_expect_eq(index, 3);
	cr_assert_eq(scratch_find(&r, key, 12345679, &index), OK);
	cr_expect_eq(index, -1);
	r.uid = 1001;
	cr_assert_eq(scratch_find(&r, key, 12345678, &index), OK);
	cr_expect_eq(index, -1);
}

/*
 * A recovery code of which the last bytes are that number, and zeros before
 * them, would be tried under the other brake.
 */
Test(core_recovery, takes_no_recovery_code_for_a_scratch_code)
{
	struct record r = with_codes(0);
	uint8_t bytes[RECOVERY_BYTES] = {0};
	int index;

	r.recovery_count = 1;
	cr_assert_eq(scratch_hash(r.recovery[0], key, 1000, 12345678), OK);
	for (size_t at = 0; at + 4 <= RECOVERY_BYTES; at++) {
		memset(bytes, 0, sizeof bytes);
		bytes[at] = 0x00;
		bytes[at + 1] = 0xbc;
		bytes[at + 2] = 0x61;
		bytes[at + 3] = 0x4e;
		cr_assert_eq(recovery_find(&r, key, bytes, &index), OK);
		cr_expect_eq(index, -1);
	}
}
