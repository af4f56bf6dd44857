/* What a certificate says, and that no broken one says anything. */
#include "doors/gate/certificate.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "vectors/keys.def"

static struct key key;
static struct certificate certificate;

static enum error
read_certificate(const char *text)
{
	certificate_free(&certificate);
	key_free(&key);
	cr_assert_eq(key_read(&key, text, strlen(text)), OK);
	return certificate_read(&certificate, &key);
}

static void
stop(void)
{
	certificate_free(&certificate);
	key_free(&key);
}

TestSuite(doors_gate_certificate, .fini = stop);

Test(doors_gate_certificate, is_told_from_a_key)
{
	cr_expect_eq(read_certificate(CERTIFICATE_PLAIN), OK);
	cr_expect(certificate_is(&key));
	cr_expect_eq(read_certificate(KEY_ONE), ERR_VERSION);
	cr_expect_not(certificate_is(&key));
}

Test(doors_gate_certificate, tells_its_authority_and_principals)
{
	struct key authority, ca;

	cr_assert_eq(read_certificate(CERTIFICATE_PLAIN), OK);
	cr_expect_null(certificate.command);
	cr_assert_eq(key_copy(&authority, certificate.authority.at,
			 certificate.authority.size),
	    OK);
	cr_assert_eq(key_read(&ca, KEY_CA, strlen(KEY_CA)), OK);
	cr_expect(key_same(&authority, &ca));
	key_free(&authority);
	key_free(&ca);
	cr_expect(certificate_names(&certificate, "ann"));
	cr_expect(certificate_names(&certificate, "ops"));
	cr_expect_not(certificate_names(&certificate, "an"));
	cr_expect_not(certificate_names(&certificate, "annx"));
	cr_expect_not(certificate_names(&certificate, "id"));
	cr_expect_not(certificate_names(&certificate, ""));
}

Test(doors_gate_certificate, tells_its_command_whatever_the_key)
{
	cr_assert_eq(read_certificate(CERTIFICATE_COMMAND), OK);
	cr_expect_str_eq(certificate.command, "echo \"only\"");
	cr_assert_eq(read_certificate(CERTIFICATE_RSA), OK);
	cr_expect_str_eq(certificate.command, "rsa");
	cr_assert_eq(read_certificate(CERTIFICATE_EC), OK);
	cr_expect_str_eq(certificate.command, "ec");
}

Test(doors_gate_certificate, refuses_a_critical_option_that_is_not_known)
{
	cr_expect_eq(read_certificate(CERTIFICATE_CRITICAL), ERR_REFUSED);
	cr_expect_null(certificate.authority.at);
}

Test(doors_gate_certificate, refuses_a_type_that_is_not_known)
{
	cr_assert_eq(read_certificate(CERTIFICATE_PLAIN), OK);
	certificate_free(&certificate);
	key.type[4] = 'x';
	cr_expect(certificate_is(&key));
	cr_expect_eq(certificate_read(&certificate, &key), ERR_VERSION);
}

/* In an allocation of its own, so that a read past the end is seen. */
Test(doors_gate_certificate, refuses_every_part_of_itself)
{
	cr_assert_eq(read_certificate(CERTIFICATE_COMMAND), OK);
	for (size_t size = 40; size < key.size; size++) {
		struct certificate c;
		struct key part;

		cr_assert_eq(key_copy(&part, key.bytes, size), OK);
		cr_expect_neq(certificate_read(&c, &part), OK, "%zu", size);
		cr_expect_null(c.command);
		key_free(&part);
	}
}

Test(doors_gate_certificate, refuses_a_byte_more)
{
	struct certificate c;
	struct key more;
	uint8_t *bytes;

	cr_assert_eq(read_certificate(CERTIFICATE_COMMAND), OK);
	bytes = calloc(1, key.size + 1);
	cr_assert_not_null(bytes);
	memcpy(bytes, key.bytes, key.size);
	cr_assert_eq(key_copy(&more, bytes, key.size + 1), OK);
	cr_expect_eq(certificate_read(&c, &more), ERR_TRAILING);
	key_free(&more);
	free(bytes);
}

/* Where the bytes of want stand in the key. */
static uint8_t *
find(const char *want)
{
	size_t length = strlen(want);

	for (size_t i = 0; i + length <= key.size; i++)
		if (memcmp(key.bytes + i, want, length) == 0)
			return key.bytes + i;
	cr_assert_fail("%s", want);
	return NULL;
}

Test(doors_gate_certificate, refuses_a_nul_in_the_command)
{
	struct certificate c;

	cr_assert_eq(read_certificate(CERTIFICATE_COMMAND), OK);
	find("echo")[2] = '\0';
	cr_expect_eq(certificate_read(&c, &key), ERR_FORMAT);
}

Test(doors_gate_certificate, names_a_principal_without_the_nul_behind_it)
{
	cr_assert_eq(read_certificate(CERTIFICATE_PLAIN), OK);
	find("ops")[2] = '\0';
	cr_expect(certificate_names(&certificate, "op"));
	cr_expect_not(certificate_names(&certificate, "ops"));
}

Test(doors_gate_certificate, refuses_lengths_that_lie)
{
	struct certificate c;

	cr_assert_eq(read_certificate(CERTIFICATE_COMMAND), OK);
	find("echo")[-1] += 1;
	cr_expect_neq(certificate_read(&c, &key), OK);
	find("echo")[-1] -= 2;
	cr_expect_eq(certificate_read(&c, &key), ERR_TRAILING);
	find("echo")[-4] = 0xff;
	cr_expect_neq(certificate_read(&c, &key), OK);
}
