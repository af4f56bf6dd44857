/* Examples of the logins that Match lines are about. */
#include <criterion/criterion.h>

#include "doors/cli/doctor/match.h"

static struct example e;

Test(match, each_criterion)
{
	cr_assert(match_example("User alice Group staff Host a.example "
				"Address 10.1.0.0/16 LocalAddress ::1 "
				"LocalPort 2222",
	    0, &e));
	cr_expect_str_eq(e.user, "alice");
	cr_expect_str_eq(e.group, "staff");
	cr_expect_str_eq(e.host, "a.example");
	cr_expect_str_eq(e.address, "10.1.0.0");
	cr_expect_str_eq(e.local_address, "::1");
	cr_expect_str_eq(e.local_port, "2222");
}

Test(match, the_first_that_is_no_negation)
{
	cr_assert(match_example("user !root,alice,bob", 0, &e));
	cr_expect_str_eq(e.user, "alice");
	cr_expect_str_eq(e.group, "");
	cr_expect(!match_example("user !root", 0, &e));
	cr_expect(!match_example("user alice group !staff", 0, &e));
}

Test(match, each_name_of_a_list)
{
	cr_assert(match_example("User a,!b,c Group g", 1, &e));
	cr_expect_str_eq(e.user, "c");
	cr_expect_str_eq(e.group, "g");
	cr_expect(!match_example("User a,!b,c Group g", 2, &e));
}

/* Only these are all that the line is about. */
Test(match, names_alone_are_tried)
{
	cr_expect(match_is_tried("User alice"));
	cr_expect(match_is_tried("user alice,bob"));
	cr_expect(match_is_tried("Group staff"));
	cr_expect(!match_is_tried("User *"));
	cr_expect(!match_is_tried("User alice,!bob"));
	cr_expect(!match_is_tried("User al?ce"));
	cr_expect(!match_is_tried("User alice Address 10.0.0.1"));
	cr_expect(!match_is_tried("Group staff User alice"));
	cr_expect(!match_is_tried("Address 10.0.0.1"));
	cr_expect(!match_is_tried("Host a"));
	cr_expect(!match_is_tried("RDomain *"));
	cr_expect(!match_is_tried("all"));
	cr_expect(!match_is_tried("User"));
	cr_expect(!match_is_tried(""));
}

Test(match, stars_are_filled)
{
	cr_assert(match_example("Host *.example.com", 0, &e));
	cr_expect_str_eq(e.host, "x.example.com");
	cr_assert(match_example("Address 192.168.*", 0, &e));
	cr_expect_str_eq(e.address, "192.168.1.1");
	cr_assert(match_example("Address 10.?.3.4", 0, &e));
	cr_expect_str_eq(e.address, "10.1.3.4");
	cr_assert(match_example("Address *", 0, &e));
	cr_expect_str_eq(e.address, "1.1.1.1");
	cr_expect(!match_example("Address 10.0.0.x", 0, &e));
	cr_assert(match_example("Address bad,2001:db8::/32", 0, &e));
	cr_expect_str_eq(e.address, "2001:db8::");
}

Test(match, spellings_of_sshd)
{
	cr_assert(match_example("USER=\"alice\"\tgroup = staff", 0, &e));
	cr_expect_str_eq(e.user, "alice");
	cr_expect_str_eq(e.group, "staff");
}

Test(match, everybody_is_no_example)
{
	cr_expect(!match_example("all", 0, &e));
	cr_expect(!match_example("All", 0, &e));
	cr_expect(match_is_all("ALL"));
	cr_expect(!match_is_all("User all"));
	cr_expect(!match_is_all("allx"));
}

Test(match, what_is_not_known)
{
	cr_expect(!match_example("Colour blue", 0, &e));
	cr_expect(!match_example("User", 0, &e));
	cr_expect(!match_example("User alice Colour blue", 0, &e));
}
