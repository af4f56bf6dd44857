/* Keys as bytes. */
#include "doors/gate/key.h"

#include <criterion/criterion.h>
#include <string.h>

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

Test(doors_gate_key, is_the_same_only_byte_for_byte)
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

Test(doors_gate_key, refuses_what_has_no_type)
{
	static const char *const bad[] = {"", "AAAA", "AAAAAA==", "AAAAAAAA",
	    "AAAAA2E=", "AAAAAWE", "/////3NzaA==", "AAAAAwBhYg==", "x"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_neq(read_key(bad[i]), OK, "%s", bad[i]);
		cr_expect_null(key.bytes);
	}
	cr_expect_eq(key_copy(&key, (const uint8_t *)"", 0), ERR_SHORT);
}

Test(doors_gate_key, goes_by_its_type_and_an_rsa_key_by_its_signatures)
{
	cr_assert_eq(read_key(KEY_RSA), OK);
	cr_expect(key_goes_by(&key, "ssh-rsa", 7));
	cr_expect(key_goes_by(&key, "rsa-sha2-256 x", 12));
	cr_expect(key_goes_by(&key, "rsa-sha2-512", 12));
	cr_expect_not(key_goes_by(&key, "SSH-RSA", 7));
	cr_expect_not(key_goes_by(&key, "ssh-rsa", 6));
	cr_expect_not(key_goes_by(&key, "restrict", 8));
	cr_assert_eq(read_key(KEY_ONE), OK);
	cr_expect(key_goes_by(&key, "ssh-ed25519", 11));
	cr_expect_not(key_goes_by(&key, "rsa-sha2-256", 12));
	cr_expect_not(key_goes_by(&key, "", 0));
}
