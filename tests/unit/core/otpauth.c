#include "core/otpauth.h"

#include <criterion/criterion.h>
#include <string.h>

static struct device
new_device(void)
{
	struct device d;

	memset(&d, 0, sizeof d);
	d.form = (struct totp_form){ALGORITHM_SHA1, 6, 30};
	d.secret.size = SECRET_NEW;
	memcpy(d.secret.bytes, "12345678901234567890", SECRET_NEW);
	return d;
}

static const char *
write_uri(const char *issuer, const char *account, const struct device *d)
{
	static char uri[OTPAUTH_MAX];

	cr_assert_eq(otpauth_write(uri, sizeof uri, issuer, account, d), OK);
	return uri;
}

#define KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

Test(core_otpauth, writes_what_the_apps_read)
{
	struct device d = new_device();

	cr_assert_str_eq(write_uri("Example", "alice@host.example.org", &d),
	    "otpauth://totp/Example:alice%40host.example.org?secret=" KEY
	    "&issuer=Example&algorithm=SHA1&digits=6&period=30");
}

Test(core_otpauth, writes_every_form)
{
	struct device d = new_device();

	d.form = (struct totp_form){ALGORITHM_SHA256, 7, 60};
	cr_assert_str_eq(write_uri("E", "a", &d),
	    "otpauth://totp/E:a?secret=" KEY
	    "&issuer=E&algorithm=SHA256&digits=7&period=60");
	d.form = (struct totp_form){ALGORITHM_SHA512, 8, 30};
	cr_assert_str_eq(write_uri("E", "a", &d),
	    "otpauth://totp/E:a?secret=" KEY
	    "&issuer=E&algorithm=SHA512&digits=8&period=30");
}

Test(core_otpauth, writes_a_key_without_padding)
{
	struct device d = new_device();

	d.secret.size = 16;
	cr_assert_null(strstr(write_uri("E", "a", &d), "%3D"));
	cr_assert_not_null(strstr(
	    write_uri("E", "a", &d), "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY&"));
}

Test(core_otpauth, leaves_out_an_empty_issuer)
{
	struct device d = new_device();

	cr_assert_str_eq(write_uri("", "alice", &d),
	    "otpauth://totp/alice?secret=" KEY
	    "&algorithm=SHA1&digits=6&period=30");
}

Test(core_otpauth, encodes_all_but_unreserved_characters)
{
	struct device d = new_device();

	cr_assert_str_eq(write_uri("My Org", "a+b c", &d),
	    "otpauth://totp/My%20Org:a%2Bb%20c?secret=" KEY
	    "&issuer=My%20Org&algorithm=SHA1&digits=6&period=30");
	cr_assert_str_eq(write_uri("E", "AZaz09-._~", &d),
	    "otpauth://totp/E:AZaz09-._~?secret=" KEY
	    "&issuer=E&algorithm=SHA1&digits=6&period=30");
	cr_assert_str_eq(write_uri("A:B", "DOM\\u:v", &d),
	    "otpauth://totp/A%3AB:DOM%5Cu%3Av?secret=" KEY
	    "&issuer=A%3AB&algorithm=SHA1&digits=6&period=30");
	cr_assert_str_eq(write_uri("\xc3\x84", "\x01\x7f\xff%", &d),
	    "otpauth://totp/%C3%84:%01%7F%FF%25?secret=" KEY
	    "&issuer=%C3%84&algorithm=SHA1&digits=6&period=30");
}

/* A name must not be able to add a parameter, or another secret. */
Test(core_otpauth, lets_no_name_add_a_parameter)
{
	struct device d = new_device();
	const char *uri = write_uri("E&secret=A", "a?secret=B&x=#/", &d);

	cr_assert_str_eq(uri,
	    "otpauth://totp/E%26secret%3DA:a%3Fsecret%3DB%26x%3D%23%2F"
	    "?secret=" KEY "&issuer=E%26secret%3DA&algorithm=SHA1&digits=6"
	    "&period=30");
}

Test(core_otpauth, leaves_nothing_when_it_does_not_fit)
{
	struct device d = new_device();
	size_t size = strlen(write_uri("Example", "alice", &d)) + 1;
	char uri[OTPAUTH_MAX];

	cr_assert_eq(otpauth_write(uri, size, "Example", "alice", &d), OK);
	for (size_t max = 0; max < size; max++) {
		memset(uri, 'x', sizeof uri);
		cr_assert_eq(otpauth_write(uri, max, "Example", "alice", &d),
		    ERR_LONG, "%zu", max);
		for (size_t i = 0; i < max; i++)
			cr_assert_eq(uri[i], '\0', "%zu", max);
		cr_assert_eq(uri[max], 'x', "%zu", max);
	}
}

Test(core_otpauth, has_room_for_the_longest_that_a_policy_names)
{
	struct device d = new_device();
	char issuer[POLICY_TEXT_MAX];
	char account[97];

	memset(issuer, 'i', sizeof issuer);
	memset(account, 'a', sizeof account);
	issuer[sizeof issuer - 1] = '\0';
	account[sizeof account - 1] = '\0';
	d.secret.size = SECRET_MAX;
	d.form.algorithm = ALGORITHM_SHA512;
	cr_assert_not_null(strstr(write_uri(issuer, account, &d), account));
}

Test(core_otpauth, refuses_a_device_without_codes)
{
	struct device d = new_device();
	char uri[OTPAUTH_MAX];

	d.secret.size = 0;
	memset(uri, 'x', sizeof uri);
	cr_assert_eq(otpauth_write(uri, sizeof uri, "E", "a", &d), ERR_RANGE);
	cr_assert_str_eq(uri, "");
	d = new_device();
	d.form.algorithm = ALGORITHM_COUNT;
	cr_assert_eq(otpauth_write(uri, sizeof uri, "E", "a", &d), ERR_RANGE);
	d = new_device();
	d.form.digits = 5;
	cr_assert_eq(otpauth_write(uri, sizeof uri, "E", "a", &d), ERR_RANGE);
}
