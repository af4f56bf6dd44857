/* Keys as bytes. */
#include "doors/gate/key.h"

#include <criterion/criterion.h>
#include <string.h>

#include "doors/gate/slice.h"

#include "vectors/keys.def"

static struct key key;

static enum error
read_key(const char *text)
{
	key_free(&key);
	return key_read(&key, text, strlen(text));
}

static void
stop(void)
{
	key_free(&key);
}

TestSuite(doors_gate_key, .fini = stop);

Test(doors_gate_key, tells_its_type)
{
	cr_assert_eq(read_key(KEY_ONE), OK);
	cr_expect_str_eq(key.type, "ssh-ed25519");
	cr_expect_eq(key.size, 51);
	cr_assert_eq(read_key(CERTIFICATE_PLAIN), OK);
	cr_expect_str_eq(key.type, "ssh-ed25519-cert-v01@openssh.com");
}

Test(doors_gate_key, is_the_same_only_when_whole)
{
	struct key other, copy;

	cr_assert_eq(read_key(KEY_ONE), OK);
	cr_assert_eq(key_read(&other, KEY_TWO, strlen(KEY_TWO)), OK);
	cr_assert_eq(key_copy(&copy, key.bytes, key.size), OK);
	cr_expect(key_same(&key, &copy));
	cr_expect_not(key_same(&key, &other));
	copy.size--;
	cr_expect_not(key_same(&key, &copy));
	key_free(&copy);
	cr_expect_not(key_same(&copy, &copy), "an empty key is nobody's");
	key_free(&other);
}

/* One string more, an empty one, is another key, and so is a part of it. */
Test(doors_gate_key, is_not_the_same_with_an_empty_string_behind_it)
{
	uint8_t bytes[64] = {0};
	struct key longer;

	cr_assert_eq(read_key(KEY_ONE), OK);
	memcpy(bytes, key.bytes, key.size);
	cr_assert_eq(key_copy(&longer, bytes, key.size + 4), OK);
	cr_expect_not(key_same(&longer, &key));
	cr_expect_not(key_same(&key, &longer));
	key_free(&key);
	cr_assert_eq(key_copy(&key, bytes, longer.size - 1), OK);
	cr_expect_not(key_same(&longer, &key));
	cr_expect_not(key_same(&key, &longer));
	key_free(&longer);
}

/* ---- other spellings, which sshd takes for the same key ---- */

/*
 * The key that text is, with name for its type and zeros before, or behind,
 * its part number which (0: the type).
 */
static struct key
respell(const char *text, const char *name, size_t which, size_t before,
    size_t behind)
{
	static const uint8_t zeros[8];
	uint8_t bytes[2048];
	struct key whole, out;
	struct writer w;
	struct reader r;

	cr_assert_eq(key_read(&whole, text, strlen(text)), OK);
	reader_init(&r, whole.bytes, whole.size);
	writer_init(&w, bytes, sizeof bytes);
	for (size_t i = 0; r.left > 0; i++) {
		struct slice s = slice_read(&r);
		size_t more = i == which ? before + behind : 0;

		if (i == 0)
			s = (struct slice){(const void *)name, strlen(name)};
		write_u32(&w, (uint32_t)(s.size + more));
		write_exact(&w, zeros, i == which ? before : 0);
		write_exact(&w, s.at, s.size);
		write_exact(&w, zeros, i == which ? behind : 0);
	}
	cr_assert_eq(r.error, OK);
	cr_assert_eq(w.error, OK);
	cr_assert_eq(key_copy(&out, bytes, w.used), OK, "%s", name);
	key_free(&whole);
	return out;
}

/* Fails unless text's key and its other spelling are the same, or are not. */
static void
expect_same(bool want, const char *text, struct key other)
{
	cr_assert_eq(read_key(text), OK);
	cr_expect_eq(key_same(&key, &other), want, "%s", key.type);
	cr_expect_eq(key_same(&other, &key), want, "%s", key.type);
	key_free(&other);
}

static void
expect_names(const char *text, const char *const names[])
{
	for (; *names != NULL; names++) {
		struct key other = respell(text, *names, 9, 0, 0);

		cr_assert_eq(read_key(text), OK);
		cr_expect_str_eq(other.type, key.type, "%s", *names);
		expect_same(true, text, other);
	}
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(doors_gate_key, is_the_same_under_every_name_of_its_type)
{
	expect_names(KEY_ONE, NAMES("ED25519", "ed25519", "Ed25519"));
	expect_names(
	    KEY_RSA, NAMES("RSA", "rsa", "rsa-sha2-256", "rsa-sha2-512"));
	expect_names(KEY_DSA, NAMES("DSA", "dsa"));
	expect_names(KEY_SK, NAMES("ED25519-SK", "ed25519-sk"));
	expect_names(
	    KEY_SK_EC, NAMES("webauthn-sk-ecdsa-sha2-nistp256@openssh.com"));
}

Test(doors_gate_key, is_the_same_under_no_other_name)
{
	expect_same(false, KEY_ONE, respell(KEY_ONE, "ED2551", 9, 0, 0));
	expect_same(false, KEY_ONE, respell(KEY_ONE, "ED255199", 9, 0, 0));
	expect_same(false, KEY_ONE, respell(KEY_ONE, "SSH-ED25519", 9, 0, 0));
	expect_same(false, KEY_RSA, respell(KEY_RSA, "RSA-SHA2-256", 9, 0, 0));
	expect_same(false, KEY_ONE, respell(KEY_ONE, "RSA", 9, 0, 0));
}

Test(doors_gate_key, is_the_same_with_zeros_before_its_numbers)
{
	expect_same(true, KEY_RSA, respell(KEY_RSA, "ssh-rsa", 1, 1, 0));
	expect_same(true, KEY_RSA, respell(KEY_RSA, "ssh-rsa", 2, 5, 0));
	for (size_t part = 1; part <= 4; part++)
		expect_same(
		    true, KEY_DSA, respell(KEY_DSA, "ssh-dss", part, 2, 0));
	expect_same(false, KEY_RSA, respell(KEY_RSA, "ssh-rsa", 1, 0, 1));
	expect_same(false, KEY_ONE, respell(KEY_ONE, "ssh-ed25519", 1, 1, 0));
	expect_same(false, KEY_ONE, respell(KEY_ONE, "ssh-ed25519", 1, 0, 1));
}

Test(doors_gate_key, is_the_same_with_a_zero_behind_its_texts)
{
	static const char sk[] = "sk-ssh-ed25519@openssh.com";
	static const char ec[] = "sk-ecdsa-sha2-nistp256@openssh.com";

	expect_same(true, KEY_ONE, respell(KEY_ONE, "ssh-ed25519", 0, 0, 1));
	expect_same(true, KEY_SK, respell(KEY_SK, sk, 2, 0, 1));
	expect_same(true, KEY_SK_EC, respell(KEY_SK_EC, ec, 1, 0, 1));
	expect_same(true, KEY_SK_EC, respell(KEY_SK_EC, ec, 3, 0, 1));
	expect_same(false, KEY_SK, respell(KEY_SK, sk, 1, 0, 1));
	expect_same(false, KEY_SK, respell(KEY_SK, sk, 2, 0, 2));
	expect_same(false, KEY_SK_EC, respell(KEY_SK_EC, ec, 2, 0, 1));
	expect_same(
	    true, KEY_EC, respell(KEY_EC, "ecdsa-sha2-nistp256", 1, 0, 1));
	expect_same(
	    false, KEY_EC, respell(KEY_EC, "ecdsa-sha2-nistp256", 2, 0, 1));
}

Test(doors_gate_key, refuses_what_has_no_type)
{
	static const char *const bad[] = {"", "AAAA", "AAAAAA==", "AAAAAAAA",
	    "AAAAA2E=", "AAAAAWE",
	    "/////3NzaA==", "AAAAAwBhYg==", "AAAAA2EAAA==", "x"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_neq(read_key(bad[i]), OK, "%s", bad[i]);
		cr_expect_null(key.bytes);
	}
	cr_expect_eq(key_copy(&key, (const uint8_t *)"", 0), ERR_SHORT);
}

Test(doors_gate_key, goes_by_its_type_and_its_signatures)
{
	cr_assert_eq(read_key(KEY_RSA), OK);
	cr_expect(key_goes_by(&key, "ssh-rsa", 7));
	cr_expect(key_goes_by(&key, "rsa-sha2-256 x", 12));
	cr_expect(key_goes_by(&key, "rsa-sha2-512", 12));
	cr_expect_not(key_goes_by(&key, "SSH-RSA", 7));
	cr_expect_not(key_goes_by(&key, "ssh-rsa", 6));
	cr_expect_not(key_goes_by(&key, "restrict", 8));
	cr_expect_not(key_goes_by(&key, "RSA", 3));
	cr_assert_eq(read_key(KEY_SK_EC), OK);
	cr_expect(key_goes_by(
	    &key, "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", 43));
	cr_assert_eq(read_key(KEY_ONE), OK);
	cr_expect(key_goes_by(&key, "ssh-ed25519", 11));
	cr_expect_not(key_goes_by(&key, "rsa-sha2-256", 12));
	cr_expect_not(key_goes_by(&key, "", 0));
}
