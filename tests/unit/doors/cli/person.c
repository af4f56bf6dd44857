/* Whom USER means, and who may name whom. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

#include "doors/cli/person.h"
#include "doors/cli/say.h"

static struct person p;

static struct cli
run_by(uint32_t uid, const char *user)
{
	struct cli c;

	memset(&c, 0, sizeof c);
	c.uid = uid;
	c.root = uid == 0;
	c.given.text[SLOT_USER] = user;
	return c;
}

/* Complaints go to a file of Criterion's. */
TestSuite(person, .init = cr_redirect_stderr);

Test(person, is_a_name_or_a_number)
{
	char shown[SHOWN_MAX];

	cr_assert(person_find("root", &p));
	cr_expect_eq(p.uid, 0u);
	cr_expect_str_eq(person_shown(&p, shown), "root");
	cr_expect_str_eq(person_word(&p, shown), "root");
	cr_assert(person_find("0", &p));
	cr_expect_str_eq(p.name, "root");
	cr_assert(person_find("4000000000", &p));
	cr_expect_eq(p.uid, 4000000000u);
	cr_expect_str_empty(p.name);
	cr_expect_str_eq(person_shown(&p, shown), "uid 4000000000");
	cr_expect_str_eq(person_word(&p, shown), "4000000000");
}

Test(person, is_nothing_else)
{
	static const char *const words[] = {"", "no-such-user", "-1", "+0",
	    "0x0", "00", "4294967295", "99999999999999999999", "root "};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		cr_expect(!person_find(words[i], &p), "%s", words[i]);
}

Test(person, is_oneself_unless_named)
{
	struct cli c = run_by(4000000000, NULL);

	cr_assert(person_given(&c, &p));
	cr_expect_eq(p.uid, 4000000000u);
	c = run_by(4000000000, "4000000000");
	cr_expect(person_given(&c, &p));
}

Test(person, is_another_for_root_only)
{
	struct cli c = run_by(4000000000, "root");

	cr_expect(!person_given(&c, &p));
	c = run_by(0, "4000000000");
	cr_expect(person_given(&c, &p));
}

/* A name that somebody brings for himself is nobody's word. */
Test(person, brings_its_name_for_root_only)
{
	struct cli root = run_by(0, "root"), other = run_by(4000000000, NULL);

	cr_assert(person_find("root", &p));
	cr_expect_str_eq(person_request(&root, &p).name, "root");
	cr_expect_str_empty(person_request(&other, &p).name);
}
