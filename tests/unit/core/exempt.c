#include "core/exempt.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct group_names names = {.count = 3,
    .entry = {{"staff", 50}, {"interns", 60}, {"domain users", 70}}};

static bool
networks_hold(const char *list, const char *address)
{
	char which[POLICY_GROUP_MAX];
	bool holds;

	memset(which, 'x', sizeof which);
	holds = exempt_by_network(list, address, which);
	cr_expect_eq(holds, which[0] != '\0', "%s %s", list, address);
	return holds;
}

static bool
groups_hold(const char *list, const uint32_t *gid, size_t count)
{
	const struct group_set groups = {gid, count};
	char which[POLICY_GROUP_MAX];
	bool holds;

	memset(which, 'x', sizeof which);
	holds = exempt_by_group(list, &names, &groups, which);
	cr_expect_eq(holds, which[0] != '\0', "%s", list);
	return holds;
}

/* ---- networks ---- */

Test(core_exempt, a_network_holds_its_addresses_and_no_other)
{
	static const struct {
		const char *list, *in, *out;
	} rows[] = {
	    {"192.0.2.0/24", "192.0.2.0", "192.0.3.0"},
	    {"192.0.2.0/24", "192.0.2.255", "192.0.1.255"},
	    {"192.0.2.4/30", "192.0.2.7", "192.0.2.8"},
	    {"192.0.2.7", "192.0.2.7", "192.0.2.6"},
	    {"192.0.2.7/32", "192.0.2.7", "192.0.2.6"},
	    {"192.0.2.6/31", "192.0.2.7", "192.0.2.5"},
	    {"128.0.0.0/1", "255.255.255.255", "127.255.255.255"},
	    {"0.0.0.0/0", "255.255.255.255", "::1"},
	    {"0.0.0.0/0", "::ffff:192.0.2.7", "2001:db8::1"},
	    {"::ffff:192.0.2.0/120", "192.0.2.7", "192.0.3.7"},
	    {"::ffff:0.0.0.0/96", "192.0.2.7", "::1"},
	    {"192.0.2.0/24", "::ffff:192.0.2.7", "::fffe:192.0.2.7"},
	    {"::/0", "2001:db8::1", "192.0.2.7"},
	    {"::/0", "::1", "::ffff:192.0.2.7"},
	    {"::1", "::1", "::2"},
	    {"::1/128", "::1", "::"},
	    {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
	    {"2001:db8:8000::/33", "2001:db8:8000::1", "2001:db8:7fff::1"},
	    {"8000::/1", "ffff::", "7fff::"},
	    {"2001:db8::2/127", "2001:db8::3", "2001:db8::1"},
	    {"fe80::/10", "fe80::1%eth0", "fec0::1"},
	    {"10.0.0.0/8,192.0.2.0/24", "192.0.2.1", "192.0.4.1"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cr_expect_eq(list_of_networks(rows[i].list), LIST_GOOD, "%s",
		    rows[i].list);
		cr_expect(networks_hold(rows[i].list, rows[i].in), "%s %s",
		    rows[i].list, rows[i].in);
		cr_expect_not(networks_hold(rows[i].list, rows[i].out), "%s %s",
		    rows[i].list, rows[i].out);
	}
}

Test(core_exempt, a_negated_network_beats_any_other_wherever_it_stands)
{
	static const char *const lists[] = {"10.0.0.0/8,!10.1.0.0/16",
	    "!10.1.0.0/16,10.0.0.0/8", "!10.1.0.0/16,10.1.2.3",
	    "10.1.2.3,!10.1.0.0/16,10.1.2.0/24"};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		cr_expect_eq(list_of_networks(lists[i]), LIST_GOOD);
		cr_expect_not(
		    networks_hold(lists[i], "10.1.2.3"), "%s", lists[i]);
	}
	cr_expect(networks_hold(lists[0], "10.2.2.3"));
}

Test(core_exempt, an_address_that_is_none_is_in_no_network)
{
	cr_expect_not(networks_hold("0.0.0.0/0,::/0", ""));
	cr_expect_not(networks_hold("0.0.0.0/0,::/0", "UNKNOWN"));
	cr_expect_not(networks_hold("", "192.0.2.7"));
}

Test(core_exempt, a_list_that_is_malformed_exempts_nobody)
{
	cr_expect_not(networks_hold("10.0.0.0/8,", "10.0.0.1"));
	cr_expect_not(networks_hold("10.0.0.0/8,,10.0.0.1", "10.0.0.1"));
	cr_expect_not(networks_hold("10.0.0.0/8,!x", "10.0.0.1"));
	cr_expect_not(networks_hold("10.0.0.1/8", "10.0.0.1"));
}

Test(core_exempt, lists_of_networks_are_told_from_what_is_none)
{
	static const struct {
		const char *list;
		enum list_state want;
	} rows[] = {
	    {"", LIST_GOOD},
	    {"10.1.0.0/8", LIST_HOST_BITS},
	    {"192.0.2.7/24", LIST_HOST_BITS},
	    {"192.0.2.1/31", LIST_HOST_BITS},
	    {"0.0.0.1/0", LIST_HOST_BITS},
	    {"2001:db8::1/64", LIST_HOST_BITS},
	    {"::ffff:10.0.0.0/90", LIST_HOST_BITS},
	    {"10.0.0.0/8,!10.1.0.1/16", LIST_HOST_BITS},
	    {"!10.0.0.0/8", LIST_ONLY_NEGATED},
	    {"!10.0.0.0/8,!::1", LIST_ONLY_NEGATED},
	    {"10.0.0.0/33", LIST_MALFORMED},
	    {"::/129", LIST_MALFORMED},
	    {"10.0.0.0/", LIST_MALFORMED},
	    {"10.0.0.0/08", LIST_MALFORMED},
	    {"10.0.0.0/-1", LIST_MALFORMED},
	    {"10.0.0.0/8/8", LIST_MALFORMED},
	    {"10.0.0/8", LIST_MALFORMED},
	    {"10.0.0.0 /8", LIST_MALFORMED},
	    {"10.0.0.0/255.0.0.0", LIST_MALFORMED},
	    {"/8", LIST_MALFORMED},
	    {"fe80::1%eth0", LIST_MALFORMED},
	    {"example.org", LIST_MALFORMED},
	    {"!", LIST_MALFORMED},
	    {"!!10.0.0.0/8", LIST_MALFORMED},
	    {",10.0.0.0/8", LIST_MALFORMED},
	    {"10.0.0.0/8,", LIST_MALFORMED},
	    {"10.0.0.0/8, 10.0.0.0/8", LIST_MALFORMED},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(list_of_networks(rows[i].list), rows[i].want, "%s",
		    rows[i].list);
}

/* ---- groups ---- */

Test(core_exempt, a_member_of_a_listed_group_is_exempt)
{
	static const uint32_t staff[] = {1000, 50}, other[] = {1000, 51};

	cr_expect(groups_hold("staff", staff, 2));
	cr_expect(groups_hold("interns,staff", staff, 2));
	cr_expect_not(groups_hold("staff", staff, 1));
	cr_expect_not(groups_hold("staff", other, 2));
	cr_expect_not(groups_hold("", staff, 2));
}

Test(core_exempt, a_negated_group_beats_any_other_wherever_it_stands)
{
	static const uint32_t both[] = {50, 60}, staff[] = {50};

	cr_expect_not(groups_hold("staff,!interns", both, 2));
	cr_expect_not(groups_hold("!interns,staff", both, 2));
	cr_expect(groups_hold("!interns,staff", staff, 1));
}

Test(core_exempt, a_name_that_is_not_known_exempts_nobody)
{
	static const uint32_t staff[] = {50, 0};

	cr_expect_not(groups_hold("wheel", staff, 2));
	cr_expect(groups_hold("wheel,staff", staff, 2));
	/* Nobody can say that he is not in it. */
	cr_expect_not(groups_hold("staff,!wheel", staff, 2));
}

Test(core_exempt, a_user_whose_groups_are_not_known_is_not_exempt)
{
	cr_expect_not(groups_hold("staff", NULL, 0));
	cr_expect_not(groups_hold("staff,!interns", NULL, 0));
}

Test(core_exempt, the_entry_that_exempts_is_told)
{
	static const uint32_t gid[] = {70, 60};
	const struct group_set groups = {gid, 2};
	char which[POLICY_GROUP_MAX];

	cr_expect(exempt_by_group(
	    "staff,domain users,interns", &names, &groups, which));
	cr_expect_str_eq(which, "domain users");
	cr_expect(exempt_by_network("::1,192.0.2.0/24", "192.0.2.9", which));
	cr_expect_str_eq(which, "192.0.2.0/24");
}

Test(core_exempt, lists_of_groups_are_told_from_what_is_none)
{
	static const struct {
		const char *list;
		bool negatable;
		enum list_state want;
	} rows[] = {
	    {"", true, LIST_GOOD},
	    {"staff", true, LIST_GOOD},
	    {"domain users,!interns", true, LIST_GOOD},
	    {"sudo,wheel,root", false, LIST_GOOD},
	    {"!staff", true, LIST_ONLY_NEGATED},
	    {"sudo,!staff", false, LIST_MALFORMED},
	    {"staff,", true, LIST_MALFORMED},
	    {"staff,,x", true, LIST_MALFORMED},
	    {"staff, x", true, LIST_MALFORMED},
	    {"staff ", true, LIST_MALFORMED},
	    {"st\"aff", true, LIST_MALFORMED},
	    {"st\\aff", true, LIST_MALFORMED},
	    {"st\naff", true, LIST_MALFORMED},
	    {"st\xc3\xa4"
	     "ff",
		true, LIST_MALFORMED},
	    {"!!staff", true, LIST_MALFORMED},
	    {"!", true, LIST_MALFORMED},
	    {"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,0,1,2,3,4,"
	     "5",
		true, LIST_GOOD},
	    {"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,0,1,2,3,4,"
	     "5,6",
		true, LIST_TOO_MANY},
	    {"0123456789012345678901234567890123456789012345678901234567890123",
		true, LIST_MALFORMED},
	    {"012345678901234567890123456789012345678901234567890123456789012",
		true, LIST_GOOD},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(list_of_groups(rows[i].list, rows[i].negatable),
		    rows[i].want, "%s", rows[i].list);
}
