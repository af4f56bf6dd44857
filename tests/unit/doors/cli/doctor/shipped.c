/* Lines beside those that are shipped. */
#include "doors/cli/doctor/shipped.h"

#include <criterion/criterion.h>

#include "places.h"
#include "unit/doors/cli/doctor/text_lines.h"

#define GATE "ForceCommand exec " PATH_GATE

static struct text_lines found, standard;
static struct difference d;

static bool
compare(const char *const text[])
{
	const struct lines *l = text_lines(&found, text);
	const struct lines *shipped = LINES(
	    &standard, "UsePAM yes", "Old 10m", "Match all", "\tSetEnv A=1 B=");

	standard.line[1].place = PLACE_ABSENCE;
	standard.line[2].place = PLACE_ACCOUNTS;
	standard.line[3].place = PLACE_VARIABLES;
	return shipped_compare(&d, l, (const size_t[]){0, l->count}, shipped);
}

#define COMPARE(...) compare((const char *const[]){__VA_ARGS__, NULL})

Test(shipped, the_same)
{
	cr_expect(
	    COMPARE("UsePAM yes", "Old 10m", "Match all", "SetEnv A=1 B="));
	cr_expect(
	    COMPARE("UsePAM   yes", "Old\t10m", "Match all", "SetEnv A=1  B="));
}

Test(shipped, a_line_that_may_be_left_out)
{
	cr_expect(COMPARE("UsePAM yes", "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM yes", "Old 11m", "Match all"));
	cr_expect_eq(d.line, 1);
}

Test(shipped, another_word)
{
	cr_expect(!COMPARE("UsePAM no", "Match all", "SetEnv A=1 B="));
	cr_expect_eq(d.line, 0);
	cr_expect_str_eq(d.shipped, "UsePAM yes");
	cr_expect_eq(d.same, 0);
	cr_expect(!COMPARE("UsePAM \"yes\"", "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM yes more", "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM", "Match all", "SetEnv A=1 B="));
}

Test(shipped, lines_that_lack_and_that_are_more)
{
	cr_expect(!COMPARE("UsePAM yes", "Match all"));
	cr_expect_eq(d.line, NO_LINE);
	cr_expect_str_eq(d.shipped, "\tSetEnv A=1 B=");
	cr_expect(!COMPARE(
	    "UsePAM yes", "Match all", "SetEnv A=1 B=", "Banner none"));
	cr_expect_eq(d.line, 3);
	cr_expect_null(d.shipped);
}

Test(shipped, variables_of_the_site)
{
	cr_expect(COMPARE("UsePAM yes", "Match all", "SetEnv A=1 B= C=2"));
	cr_expect(!COMPARE("UsePAM yes", "Match all", "SetEnv C=2 A=1 B="));
	cr_expect(!COMPARE("UsePAM yes", "Match all", "SetEnv A=1 B=2"));
}

Test(shipped, blocks_for_accounts)
{
	cr_expect(COMPARE("UsePAM yes", "Match User a,b",
	    "ForceCommand internal-sftp", "ChrootDirectory /srv",
	    "Match User c", "ForceCommand x", "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM yes", "Match User a*", "ForceCommand x",
	    "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM yes", "Match User a Host b",
	    "ForceCommand x", "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM yes", "Match Group a", "ForceCommand x",
	    "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE("UsePAM yes", "Match User a", "ForceCommand x",
	    "SetEnv A=2", "Match all", "SetEnv A=1 B="));
	cr_expect(!COMPARE(
	    "UsePAM yes", "Match User a", "Match all", "SetEnv A=1 B="));
}

Test(shipped, options_of_the_gate)
{
	static const char wanted[] = GATE " --keys=a --fallback=publickey";

	cr_expect(line_is_shipped(wanted, wanted, PLACE_OPTIONS));
	cr_expect(line_is_shipped(GATE, wanted, PLACE_OPTIONS));
	cr_expect(
	    line_is_shipped(GATE " --keys=b --record", wanted, PLACE_OPTIONS));
	cr_expect(!line_is_shipped(GATE " --nothing", wanted, PLACE_OPTIONS));
	cr_expect(!line_is_shipped(
	    GATE " --keys=a || exec sh", wanted, PLACE_OPTIONS));
	cr_expect(
	    !line_is_shipped("ForceCommand " PATH_GATE, wanted, PLACE_OPTIONS));
	cr_expect(!line_is_shipped(GATE " --keys=b", wanted, PLACE_NONE));
}

Test(shipped, a_command_behind_ours)
{
	static const char wanted[] = "AuthorizedKeysCommand keys %u %f";

	cr_expect(line_is_shipped(wanted, wanted, PLACE_THEN));
	cr_expect(
	    line_is_shipped("AuthorizedKeysCommand keys %u %f --then /x %u",
		wanted, PLACE_THEN));
	cr_expect(!line_is_shipped(
	    "AuthorizedKeysCommand keys %u %f --then", wanted, PLACE_THEN));
	cr_expect(!line_is_shipped(
	    "AuthorizedKeysCommand keys %u %f /x", wanted, PLACE_THEN));
	cr_expect(!line_is_shipped(
	    "AuthorizedKeysCommand keys %u", wanted, PLACE_THEN));
}
