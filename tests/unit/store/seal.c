#include "store/seal.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "store/mac.h"

#define UID 1000
#define DEVICE 7

/*
 * A key file, and what follows from it by HKDF-SHA256 and AES-256-GCM; made
 * with Python's hmac and cryptography.  Stores in the field hang on it.
 */
static const char known_text[] =
    "otpgate-seal 1 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf "
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

static const uint8_t known_recovery_key[RECOVERY_KEY] = {0x17, 0x66, 0xbb, 0xeb,
    0xc2, 0x6d, 0xf6, 0xf8, 0x4b, 0x6b, 0x01, 0x7f, 0x06, 0xad, 0x62, 0xb0,
    0xe5, 0xba, 0xdf, 0x82, 0x50, 0x33, 0x12, 0x09, 0xdd, 0xac, 0x54, 0x89,
    0x24, 0x6c, 0x75, 0x64};

static const uint8_t known_key_id[SEAL_ID] = {0xa9, 0x63, 0x84, 0x01, 0x05,
    0x9a, 0x2e, 0xc1, 0xd2, 0x9d, 0xd1, 0x11, 0x0a, 0xd7, 0x24, 0x2b};

/* The secret 01 02 ... 14, of UID and DEVICE, under the nonce 00 01 ... 0b. */
static const uint8_t known_sealed[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
    0x07, 0x08, 0x09, 0x0a, 0x0b, 0x12, 0x45, 0x57, 0x97, 0x5a, 0xc8, 0x6b,
    0xcc, 0x22, 0x53, 0x1f, 0xf1, 0xb5, 0x5e, 0x30, 0x26, 0x49, 0x04, 0x5b,
    0x56, 0x2b, 0x17, 0x06, 0x62, 0x7e, 0x05, 0xdd, 0xf0, 0x09, 0x4e, 0xa8,
    0xaf, 0x32, 0x3d, 0xb5, 0x5f};

static struct seal *
seal_known(void)
{
	struct seal *s;

	cr_assert_eq(seal_read(&s, known_text, sizeof known_text - 1), OK);
	return s;
}

static void
secret_count(struct secret *secret, size_t size)
{
	secret->size = size;
	for (size_t i = 0; i < size; i++)
		secret->bytes[i] = (uint8_t)(i + 1);
}

/* Seals a secret of size bytes for UID and DEVICE; tells how many came out. */
static size_t
sealed_count(struct seal *s, size_t size, uint8_t out[static SEALED_MAX])
{
	struct secret secret;
	size_t sealed;

	secret_count(&secret, size);
	cr_assert_eq(seal_close(s, UID, DEVICE, &secret, out, &sealed), OK);
	return sealed;
}

static void
expect_broken(struct seal *s, uint32_t uid, int64_t device,
    const uint8_t *sealed, size_t size)
{
	struct secret secret = {.size = 3, .bytes = "abc"};

	cr_assert_eq(seal_open(s, uid, device, sealed, size, &secret),
	    ERR_BROKEN, "%zu bytes", size);
	cr_assert_eq(secret.size, 0);
	for (size_t i = 0; i < SECRET_MAX; i++)
		cr_assert_eq(secret.bytes[i], 0);
}

static void
expect_unreadable(const char *text, size_t size, enum error why)
{
	struct seal *s = NULL;
	enum error e = seal_read(&s, text, size);

	cr_assert_eq(e, why, "%s: %s", text, error_text(e));
	cr_assert_null(s);
}

Test(store_seal, authenticates_under_a_key_of_its_own)
{
	static const uint8_t want[RECORD_MAC] = {0xb1, 0xc3, 0xc2, 0x8f, 0x0e,
	    0x74, 0x8c, 0x7f, 0x81, 0x5d, 0x6c, 0xbd, 0x54, 0x5b, 0x40, 0xb6};
	const struct mac_text text = {"row", UID, 1, {{"x", 1}}};
	struct seal *s = seal_known();

	cr_assert_eq(mac_check(seal_mac(s), &text, want), OK);
	seal_free(&s);
}

Test(store_seal, derives_what_it_always_derived)
{
	struct seal *s = seal_known();

	cr_assert_arr_eq(
	    seal_recovery_key(s), known_recovery_key, RECOVERY_KEY);
	cr_assert_arr_eq(seal_key_id(s), known_key_id, SEAL_ID);
	cr_assert_eq(seal_store_id(s)[0], 0xa0);
	cr_assert_eq(seal_store_id(s)[SEAL_ID - 1], 0xaf);
	seal_free(&s);
}

Test(store_seal, opens_what_it_always_opened)
{
	struct seal *s = seal_known();
	struct secret secret, expected;

	secret_count(&expected, 20);
	cr_assert_eq(seal_open(s, UID, DEVICE, known_sealed,
			 sizeof known_sealed, &secret),
	    OK);
	cr_assert_eq(secret.size, expected.size);
	cr_assert_arr_eq(secret.bytes, expected.bytes, expected.size);
	seal_free(&s);
}

Test(store_seal, binds_the_key_to_the_id_of_the_store)
{
	char text[sizeof known_text];
	struct seal *s;

	memcpy(text, known_text, sizeof text);
	text[15] = 'b';
	cr_assert_eq(seal_read(&s, text, sizeof text - 1), OK);
	cr_assert_neq(memcmp(seal_key_id(s), known_key_id, SEAL_ID), 0);
	cr_assert_neq(
	    memcmp(seal_recovery_key(s), known_recovery_key, RECOVERY_KEY), 0);
	expect_broken(s, UID, DEVICE, known_sealed, sizeof known_sealed);
	seal_free(&s);
}

Test(store_seal, makes_a_new_key_and_a_new_id_each_time)
{
	struct seal *a, *b;

	cr_assert_eq(seal_new(&a), OK);
	cr_assert_eq(seal_new(&b), OK);
	cr_assert_neq(memcmp(seal_store_id(a), seal_store_id(b), SEAL_ID), 0);
	cr_assert_neq(memcmp(seal_key_id(a), seal_key_id(b), SEAL_ID), 0);
	seal_free(&a);
	seal_free(&b);
}

Test(store_seal, writes_what_it_reads)
{
	char text[SEAL_FILE_SIZE + 1];
	struct seal *s = seal_known();

	memset(text, 'x', sizeof text);
	seal_write(s, text);
	cr_assert_eq(strlen(text), SEAL_FILE_SIZE);
	cr_assert_str_eq(text, known_text);
	seal_free(&s);
}

Test(store_seal, reads_what_it_writes)
{
	char text[SEAL_FILE_SIZE + 1];
	struct seal *a, *b;

	cr_assert_eq(seal_new(&a), OK);
	seal_write(a, text);
	cr_assert_eq(seal_read(&b, text, SEAL_FILE_SIZE), OK);
	cr_assert_arr_eq(seal_store_id(a), seal_store_id(b), SEAL_ID);
	cr_assert_arr_eq(seal_key_id(a), seal_key_id(b), SEAL_ID);
	cr_assert_arr_eq(
	    seal_recovery_key(a), seal_recovery_key(b), RECOVERY_KEY);
	seal_free(&a);
	seal_free(&b);
}

Test(store_seal, tells_an_empty_key_file_and_another_version)
{
	char text[sizeof known_text];

	expect_unreadable("", 0, ERR_SHORT);
	memcpy(text, known_text, sizeof text);
	text[13] = '2';
	expect_unreadable(text, sizeof text - 1, ERR_VERSION);
}

Test(store_seal, refuses_a_key_file_with_any_byte_changed)
{
	char text[sizeof known_text];

	for (size_t i = 0; i < SEAL_FILE_SIZE; i++) {
		struct seal *s = NULL;
		enum error e;

		memcpy(text, known_text, sizeof text);
		text[i] = 'G';
		e = seal_read(&s, text, SEAL_FILE_SIZE);
		cr_assert(e == ERR_FORMAT || e == ERR_VERSION, "%zu", i);
		cr_assert_null(s);
	}
}

Test(store_seal, refuses_upper_case)
{
	char text[sizeof known_text];

	memcpy(text, known_text, sizeof text);
	for (size_t i = 15; i < SEAL_FILE_SIZE; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
	expect_unreadable(text, SEAL_FILE_SIZE, ERR_FORMAT);
}

Test(store_seal, refuses_a_key_file_that_is_cut_or_goes_on)
{
	char text[SEAL_FILE_SIZE + 3];

	for (size_t size = 1; size < SEAL_FILE_SIZE; size++) {
		struct seal *s = NULL;

		cr_assert_neq(seal_read(&s, known_text, size), OK, "%zu", size);
		cr_assert_null(s);
	}
	memcpy(text, known_text, SEAL_FILE_SIZE);
	text[SEAL_FILE_SIZE] = '\n';
	text[SEAL_FILE_SIZE + 1] = '\0';
	expect_unreadable(text, SEAL_FILE_SIZE + 1, ERR_FORMAT);
	expect_unreadable(text, SEAL_FILE_SIZE + 2, ERR_FORMAT);
}

Test(store_seal, opens_every_size_of_secret)
{
	struct seal *s = seal_known();

	for (size_t size = 1; size <= SECRET_MAX; size++) {
		uint8_t sealed[SEALED_MAX];
		struct secret secret, expected;
		size_t length = sealed_count(s, size, sealed);

		secret_count(&expected, size);
		cr_assert_eq(length, SEAL_NONCE + size + SEAL_TAG);
		cr_assert_eq(
		    seal_open(s, UID, DEVICE, sealed, length, &secret), OK);
		cr_assert_eq(secret.size, size);
		cr_assert_arr_eq(secret.bytes, expected.bytes, size);
	}
	seal_free(&s);
}

Test(store_seal, does_not_seal_nothing_or_too_much)
{
	static const size_t sizes[] = {0, SECRET_MAX + 1};
	struct seal *s = seal_known();

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct secret secret = {.size = sizes[i]};
		uint8_t sealed[SEALED_MAX];
		size_t size = 1;

		cr_assert_eq(seal_close(s, UID, DEVICE, &secret, sealed, &size),
		    ERR_RANGE);
		cr_assert_eq(size, 0);
	}
	seal_free(&s);
}

Test(store_seal, never_takes_a_nonce_twice)
{
	enum { ROUNDS = 2000 };
	static uint8_t seen[ROUNDS][SEALED_MAX];
	struct seal *s = seal_known();

	for (size_t i = 0; i < ROUNDS; i++) {
		(void)sealed_count(s, SECRET_NEW, seen[i]);
		for (size_t k = 0; k < i; k++)
			cr_assert_neq(memcmp(seen[i], seen[k], SEAL_NONCE), 0);
	}
	seal_free(&s);
}

Test(store_seal, hides_the_secret)
{
	struct seal *s = seal_known();
	struct secret secret;
	uint8_t sealed[SEALED_MAX];

	secret_count(&secret, 20);
	(void)sealed_count(s, 20, sealed);
	cr_assert_neq(memcmp(sealed + SEAL_NONCE, secret.bytes, 20), 0);
	seal_free(&s);
}

Test(store_seal, opens_for_no_other_user_and_no_other_device)
{
	struct seal *s = seal_known();

	expect_broken(s, UID + 1, DEVICE, known_sealed, sizeof known_sealed);
	expect_broken(s, 0, DEVICE, known_sealed, sizeof known_sealed);
	expect_broken(s, UID, DEVICE + 1, known_sealed, sizeof known_sealed);
	expect_broken(s, UID, -DEVICE, known_sealed, sizeof known_sealed);
	seal_free(&s);
}

Test(store_seal, opens_with_no_other_key)
{
	struct seal *s;

	cr_assert_eq(seal_new(&s), OK);
	expect_broken(s, UID, DEVICE, known_sealed, sizeof known_sealed);
	seal_free(&s);
}

Test(store_seal, opens_nothing_with_a_bit_changed)
{
	struct seal *s = seal_known();
	uint8_t sealed[sizeof known_sealed];

	for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
		memcpy(sealed, known_sealed, sizeof sealed);
		sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
		expect_broken(s, UID, DEVICE, sealed, sizeof sealed);
	}
	seal_free(&s);
}

Test(store_seal, opens_nothing_shorter_or_longer)
{
	uint8_t sealed[SEALED_MAX + 64] = {0};
	struct seal *s = seal_known();

	memcpy(sealed, known_sealed, sizeof known_sealed);
	for (size_t size = 0; size <= sizeof sealed; size++)
		if (size != sizeof known_sealed)
			expect_broken(s, UID, DEVICE, sealed, size);
	seal_free(&s);
}

Test(store_seal, writes_nothing_behind_the_secret)
{
	static const uint8_t untouched[64];
	uint8_t sealed[SEALED_MAX + 64] = {0};
	struct {
		struct secret secret;
		uint8_t behind[sizeof untouched];
	} out = {.behind = {0}};
	struct seal *s = seal_known();

	for (size_t size = 0; size <= sizeof sealed; size++) {
		cr_assert_eq(
		    seal_open(s, UID, DEVICE, sealed, size, &out.secret),
		    ERR_BROKEN);
		cr_assert_arr_eq(
		    out.behind, untouched, sizeof untouched, "%zu", size);
	}
	seal_free(&s);
}

Test(store_seal, opens_again_after_something_broken)
{
	struct seal *s = seal_known();
	struct secret secret;

	expect_broken(s, UID + 1, DEVICE, known_sealed, sizeof known_sealed);
	cr_assert_eq(seal_open(s, UID, DEVICE, known_sealed,
			 sizeof known_sealed, &secret),
	    OK);
	seal_free(&s);
}

Test(store_seal, free_takes_nothing_and_leaves_nothing)
{
	struct seal *s = NULL;

	seal_free(&s);
	cr_assert_null(s);
	s = seal_known();
	seal_free(&s);
	cr_assert_null(s);
}
