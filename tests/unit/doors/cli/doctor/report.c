/* Findings: told apart, and told of all whom they are true of. */
#include <criterion/criterion.h>
#include <string.h>

#include "doors/cli/doctor/report.h"

static struct report r;

Test(report, the_same_of_others_joins)
{
	r.id = "x";
	found(&r, SEVERITY_ERROR, "alice", "mend", "it is %d", 1);
	found(&r, SEVERITY_ERROR, "bob", "mend", "it is %d", 1);
	found(&r, SEVERITY_WARNING, "carol", "mend", "it is %d", 1);
	found(&r, SEVERITY_ERROR, "dave", "mend", "it is %d", 2);
	cr_assert_eq(r.count, 3);
	cr_expect_str_eq(r.finding[0].whom, "alice, bob");
	cr_expect_str_eq(r.finding[0].text, "it is 1");
	cr_expect_eq(report_count(&r, SEVERITY_ERROR), 2);
	cr_expect_eq(report_count(&r, SEVERITY_WARNING), 1);
	cr_expect_eq(report_count(&r, SEVERITY_OK), 0);
}

Test(report, more_than_fit_are_counted)
{
	r.id = "x";
	for (int i = 0; i < 1000; i++)
		found(&r, SEVERITY_ERROR, "somebody", "", "it");
	cr_assert_eq(r.count, 1);
	cr_expect_lt(strlen(r.finding[0].whom), FINDING_WHOM_MAX);
	cr_expect_gt(r.finding[0].more, 900);
}

Test(report, a_full_one_says_so)
{
	r.id = "x";
	for (int i = 0; i < FINDINGS_MAX; i++)
		found(&r, SEVERITY_ERROR, "", "", "%d", i);
	cr_expect(!r.full);
	found(&r, SEVERITY_ERROR, "", "", "one more");
	cr_expect(r.full);
	cr_expect_eq(r.count, FINDINGS_MAX);
}
