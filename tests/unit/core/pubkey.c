/* Which keys can be vouched for. */
#include "core/pubkey.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "vectors/keys.def"

static uint8_t bytes[2 * PUBKEY_MAX];
static char type[PUBKEY_TYPE_MAX];
static struct writer w;

/* ---- keys that are put together here ---- */

static void
start(const char *name)
{
	writer_init(&w, bytes, sizeof bytes);
	write_u32(&w, (uint32_t)strlen(name));
	write_exact(&w, name, strlen(name));
}

static void
add(const void *part, size_t size)
{
	write_u32(&w, (uint32_t)size);
	write_exact(&w, part, size);
}

static void
add_text(const char *text)
{
	add(text, strlen(text));
}

/* size bytes of which the first and the last are given. */
static void
add_filled(size_t size, uint8_t first, uint8_t last)
{
	uint8_t part[PUBKEY_MAX];

	memset(part, 0x5a, sizeof part);
	part[0] = first;
	part[size - 1] = last;
	add(part, size);
}

static enum pubkey_state
judge(void)
{
	cr_assert_eq(w.error, OK);
	return pubkey_judge(bytes, w.used, type);
}

/* An RSA key of an exponent of one byte, and of a modulus of so many bits. */
static enum pubkey_state
judge_rsa(uint8_t exponent, size_t bits, uint8_t last)
{
	size_t size = (bits + 7) / 8;
	uint8_t first = (uint8_t)(1U << (bits - 1) % 8);

	start("ssh-rsa");
	add(&exponent, 1);
	if (first == 0x80) {
		uint8_t part[PUBKEY_MAX] = {0, 0x80};

		part[size] = last;
		add(part, size + 1);
	} else {
		add_filled(size, first, last);
	}
	return judge();
}

static enum pubkey_state
judge_text(const char *text)
{
	size_t size;

	cr_assert_eq(
	    base64_decode(text, strlen(text), bytes, sizeof bytes, &size), OK);
	return pubkey_judge(bytes, size, type);
}

/* ---- what ssh-keygen makes ---- */

#define PUBKEY(type, fingerprint, key) {type, fingerprint, key},
static const struct {
	const char *type, *fingerprint, *key;
} made[] = {
#include "vectors/pubkeys.def"
};
#undef PUBKEY

Test(core_pubkey, knows_the_keys_and_fingerprints_of_ssh_keygen)
{
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		char fingerprint[FINGERPRINT_MAX];
		size_t size;

		cr_expect_eq(
		    judge_text(made[i].key), PUBKEY_GOOD, "%s", made[i].type);
		cr_expect_str_eq(type, made[i].type);
		(void)base64_decode(made[i].key, strlen(made[i].key), bytes,
		    sizeof bytes, &size);
		cr_assert_eq(pubkey_fingerprint(fingerprint, bytes, size), OK);
		cr_expect_str_eq(fingerprint, made[i].fingerprint);
	}
}

Test(core_pubkey, refuses_every_key_that_is_cut_or_has_a_byte_more)
{
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		size_t size;

		(void)base64_decode(made[i].key, strlen(made[i].key), bytes,
		    sizeof bytes, &size);
		for (size_t cut = 0; cut < size; cut++)
			cr_expect_neq(pubkey_judge(bytes, cut, type),
			    PUBKEY_GOOD, "%s cut to %zu", made[i].type, cut);
		bytes[size] = 0;
		cr_expect_eq(
		    pubkey_judge(bytes, size + 1, type), PUBKEY_MALFORMED);
		cr_expect_str_eq(type, "");
	}
}

Test(core_pubkey, tells_certificates_and_unknown_types)
{
	cr_expect_eq(judge_text(CERTIFICATE_PLAIN), PUBKEY_CERTIFICATE);
	cr_expect_eq(judge_text(KEY_DSA), PUBKEY_WEAK);
	cr_expect_eq(judge_text(KEY_RSA), PUBKEY_WEAK, "of 1024 bits");
	start("ssh-xmss@openssh.com");
	cr_expect_eq(judge(), PUBKEY_UNKNOWN);
	start("");
	cr_expect_eq(judge(), PUBKEY_MALFORMED);
	start("-cert-v01@openssh.com");
	cr_expect_eq(judge(), PUBKEY_UNKNOWN);
	start("ssh-ed25519\0");
	bytes[3]++; /* the NUL is of the name: sshd would pass over it */
	w.used++;
	cr_expect_eq(judge(), PUBKEY_UNKNOWN);
}

/* ---- RSA ---- */

Test(core_pubkey, takes_rsa_keys_of_2048_to_16384_bits)
{
	cr_expect_eq(judge_rsa(3, 2047, 1), PUBKEY_WEAK);
	cr_expect_eq(judge_rsa(3, 2048, 1), PUBKEY_GOOD);
	cr_expect_eq(judge_rsa(3, 2049, 1), PUBKEY_GOOD);
	cr_expect_eq(judge_rsa(3, 16384, 1), PUBKEY_GOOD);
	cr_expect_leq(w.used, PUBKEY_MAX);
	cr_expect_eq(judge_rsa(3, 16385, 1), PUBKEY_MALFORMED);
}

Test(core_pubkey, refuses_rsa_numbers_that_anybody_can_sign_for)
{
	cr_expect_eq(judge_rsa(1, 2048, 1), PUBKEY_WEAK);
	cr_expect_eq(judge_rsa(4, 2048, 1), PUBKEY_WEAK);
	cr_expect_eq(judge_rsa(3, 2048, 2), PUBKEY_WEAK, "an even modulus");
}

Test(core_pubkey, refuses_rsa_numbers_in_another_form)
{
	static const uint8_t zero[] = {0}, padded[] = {0, 3};

	cr_expect_eq(judge_rsa(0x83, 2048, 1), PUBKEY_MALFORMED, "negative");
	start("ssh-rsa");
	add(padded, sizeof padded);
	add_filled(257, 1, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED, "a zero before it");
	start("ssh-rsa");
	add(zero, sizeof zero);
	add_filled(257, 1, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED, "zero");
	start("ssh-rsa");
	add("", 0);
	add_filled(257, 1, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED, "nothing");
	start("ssh-rsa");
	add("\3", 1);
	add_filled(257, 0, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED, "a modulus with a zero");
}

/* ---- curves ---- */

Test(core_pubkey, wants_the_curve_and_the_point_of_its_type)
{
	start("ecdsa-sha2-nistp256");
	add_text("nistp256");
	add_filled(65, 4, 1);
	cr_expect_eq(judge(), PUBKEY_GOOD);
	start("ecdsa-sha2-nistp256");
	add_text("nistp384");
	add_filled(65, 4, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED);
	start("ecdsa-sha2-nistp256");
	add_text("nistp256");
	add_filled(33, 2, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED, "a compressed point");
	start("ecdsa-sha2-nistp256");
	add_text("nistp256");
	add_filled(65, 3, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED);
	start("ssh-ed25519");
	add_filled(31, 1, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED);
}

Test(core_pubkey, takes_keys_of_security_keys)
{
	start("sk-ssh-ed25519@openssh.com");
	add_filled(32, 1, 1);
	cr_expect_eq(judge(), PUBKEY_MALFORMED, "no application");
	add_text("ssh:");
	cr_expect_eq(judge(), PUBKEY_GOOD);
	cr_expect_str_eq(type, "sk-ssh-ed25519@openssh.com");
	start("sk-ecdsa-sha2-nistp256@openssh.com");
	add_text("nistp256");
	add_filled(65, 4, 1);
	add_text("ssh:");
	cr_expect_eq(judge(), PUBKEY_GOOD);
	start("sk-ssh-ed25519@openssh.com");
	add_filled(32, 1, 1);
	add("ssh:\0x", 6);
	cr_expect_eq(judge(), PUBKEY_MALFORMED);
}

/* ---- sources ---- */

Test(core_pubkey, takes_lists_that_sshd_takes)
{
	static const char *const good[] = {"", "192.0.2.7", "2001:db8::1",
	    "192.0.2.0/24,2001:db8::/32", "192.0.2.0/24,!192.0.2.7"};
	static const char *const bad[] = {"192.0.2.7\"", "*", "host.example",
	    "192.0.2.7 ", "192.0.2.7,", ",", "fe80::1%eth0", "192.0.2.7/24",
	    "!192.0.2.7", "192.0.2.7\n"};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		cr_expect(pubkey_source_good(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(pubkey_source_good(bad[i]), "%s", bad[i]);
}
