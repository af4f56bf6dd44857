/* Files of public keys, and lengths of time. */
#include "doors/cli/trust_key.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "vectors/keys.def"

#define ONE "ssh-ed25519 " KEY_ONE
#define TWO "ssh-ed25519 " KEY_TWO

static uint8_t key[PUBKEY_MAX];
static size_t size;

static void
expect(enum key_text want, const char *text)
{
	cr_expect_eq(key_text_read(text, key, &size), want, "%s", text);
	cr_expect_not_null(key_text_words(want));
}

Test(doors_cli_trust_key, takes_the_one_key_of_a_file)
{
	expect(KEY_TEXT_GOOD, ONE);
	cr_expect_eq(size, 51);
	expect(KEY_TEXT_GOOD, ONE "\n");
	expect(KEY_TEXT_GOOD, "\n# mine\n  " ONE " ann@laptop, \"home\"\r\n\n");
	expect(KEY_TEXT_GOOD, "ssh-rsa " KEY_RSA " x");
}

Test(doors_cli_trust_key, leaves_it_to_otpgated_what_kind_of_key_it_is)
{
	expect(KEY_TEXT_GOOD, "ssh-dss " KEY_DSA);
	expect(KEY_TEXT_GOOD,
	    "ssh-ed25519-cert-v01@openssh.com " CERTIFICATE_PLAIN);
}

Test(doors_cli_trust_key, refuses_what_is_not_one_key)
{
	expect(KEY_TEXT_NONE, "");
	expect(KEY_TEXT_NONE, "\n# " ONE "\n \n");
	expect(KEY_TEXT_MANY, ONE "\n" TWO "\n");
	expect(KEY_TEXT_MANY, ONE "\nrubbish\n");
	expect(KEY_TEXT_FOREIGN, "rubbish");
	expect(KEY_TEXT_FOREIGN, "ssh-ed25519");
	expect(KEY_TEXT_FOREIGN, "ssh-ed25519 AAAA");
	expect(KEY_TEXT_FOREIGN, "ssh-rsa " KEY_ONE);
	expect(KEY_TEXT_FOREIGN, KEY_ONE);
	expect(KEY_TEXT_FOREIGN, "---- BEGIN SSH2 PUBLIC KEY ----\n" KEY_ONE);
}

Test(doors_cli_trust_key, refuses_options_which_would_not_count)
{
	expect(KEY_TEXT_OPTIONS, "command=\"date\" " ONE);
	expect(KEY_TEXT_OPTIONS, "restrict,from=\"10.0.0.1 x\" " ONE "\n");
	expect(KEY_TEXT_AUTHORITY, "cert-authority " ONE);
	expect(KEY_TEXT_AUTHORITY, "cert-authority,restrict " ONE);
	expect(KEY_TEXT_AUTHORITY, "@cert-authority * " ONE);
}

Test(doors_cli_trust_key, knows_a_private_key)
{
	expect(KEY_TEXT_PRIVATE, "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n");
	expect(KEY_TEXT_PRIVATE, "-----BEGIN RSA PRIVATE KEY-----\nb3Bl\n");
	expect(KEY_TEXT_PRIVATE, "PuTTY-User-Key-File-3: ssh-ed25519\n");
}

Test(doors_cli_trust_key, refuses_a_key_that_is_longer_than_any)
{
	char text[KEY_TEXT_MAX] = "ssh-rsa ";

	memset(text + 8, 'A', 2800);
	expect(KEY_TEXT_LONG, text);
}

Test(doors_cli_trust_key, reads_minutes_hours_and_days)
{
	static const char *const bad[] = {"", "h", "8", "0h", "-1h", "08h",
	    "8 h", "8H", "8s", "1.5h", "8hh", "99999999m", "49711d"};
	uint32_t seconds = 0;

	cr_assert_eq(time_text_read("90m", &seconds), OK);
	cr_expect_eq(seconds, 5400);
	cr_assert_eq(time_text_read("8h", &seconds), OK);
	cr_expect_eq(seconds, 28800);
	cr_assert_eq(time_text_read("49710d", &seconds), OK);
	cr_expect_eq(seconds, 4294944000u);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_neq(
		    time_text_read(bad[i], &seconds), OK, "%s", bad[i]);
}
