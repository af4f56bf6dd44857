#include "core/network.h"

#include <criterion/criterion.h>
#include <string.h>

static struct network
read_network(const char *address)
{
	struct network n;

	memset(&n, 0xff, sizeof n);
	cr_assert_eq(network_of(&n, address), OK, "%s", address);
	return n;
}

static void
expect_same(bool same, const char *a, const char *b)
{
	struct network x = read_network(a);
	struct network y = read_network(b);

	cr_assert_eq(network_same(&x, &y), same, "%s %s", a, b);
	cr_assert_eq(network_same(&y, &x), same, "%s %s", b, a);
}

Test(core_network, takes_24_bits_of_ipv4)
{
	static const uint8_t prefix[8] = {192, 0, 2};
	struct network n = read_network("192.0.2.7");

	cr_assert_eq(n.family, 4);
	cr_assert_arr_eq(n.prefix, prefix, 8);
	expect_same(true, "192.0.2.0", "192.0.2.255");
	expect_same(false, "192.0.2.7", "192.0.3.7");
	expect_same(false, "192.0.2.7", "192.1.2.7");
	expect_same(false, "192.0.2.7", "193.0.2.7");
}

Test(core_network, takes_64_bits_of_ipv6)
{
	static const uint8_t prefix[8] = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2};
	struct network n = read_network("2001:db8:1:2:3:4:5:6");

	cr_assert_eq(n.family, 6);
	cr_assert_arr_eq(n.prefix, prefix, 8);
	expect_same(
	    true, "2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff");
	expect_same(false, "2001:db8:1:2::1", "2001:db8:1:3::1");
	expect_same(false, "::1", "192.0.2.7");
}

Test(core_network, takes_a_mapped_address_for_what_it_is)
{
	expect_same(true, "::ffff:192.0.2.7", "192.0.2.9");
	expect_same(true, "::FFFF:c000:0207", "192.0.2.9");
	expect_same(false, "::ffff:192.0.2.7", "::fffe:192.0.2.7");
}

/* An IPv4 and an IPv6 network are never one, whatever their first bytes. */
Test(core_network, keeps_the_families_apart)
{
	expect_same(false, "32.1.13.0", "2001:0d00::");
}

Test(core_network, drops_a_zone)
{
	expect_same(true, "fe80::1%eth0", "fe80::2%wlan0");
	expect_same(true, "fe80::1%br-0123.45", "fe80::1");
}

Test(core_network, refuses_what_is_no_address)
{
	static const char *const bad[] = {"", " ", "UNKNOWN", "example.org",
	    "192.0.2", "192.0.2.7.8", "192.0.2.256", "192.0.2.07", "192.0.2.7 ",
	    " 192.0.2.7", "192.0.2.7/24", "192.0.2.7%eth0", "192.0.2.7\n",
	    "0x7f.1", "2130706433", "2001:db8::1::2", "2001:db8::/32",
	    "[2001:db8::1]", "2001:db8::1 22", ":::", "::g", "fe80::1%",
	    "fe80::1%%eth0", "fe80::1%a%b", "fe80::1%eth 0", "fe80::1%eth\n",
	    "%eth0", "fe80::1%\xc3\xa4"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct network n;

		memset(&n, 0xff, sizeof n);
		cr_assert_eq(
		    network_of(&n, bad[i]), ERR_FORMAT, "\"%s\"", bad[i]);
		cr_assert_eq(n.family, 0, "\"%s\"", bad[i]);
		cr_assert_not(network_same(&n, &n));
	}
}

Test(core_network, refuses_a_long_address)
{
	static char text[65537];
	struct network n;

	memset(text, '1', sizeof text);
	text[sizeof text - 1] = '\0';
	cr_assert_eq(network_of(&n, text), ERR_FORMAT);
	text[ADDRESS_MAX] = '\0';
	cr_assert_eq(network_of(&n, text), ERR_FORMAT);
	text[ADDRESS_MAX - 1] = '\0';
	cr_assert_eq(network_of(&n, text), ERR_FORMAT);
}

Test(core_network, is_never_the_same_as_none)
{
	struct network none = {0};
	struct network some = read_network("0.0.0.0");

	cr_assert_not(network_same(&none, &none));
	cr_assert_not(network_same(&none, &some));
	cr_assert_not(network_same(&some, &none));
}
