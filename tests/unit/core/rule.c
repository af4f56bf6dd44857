#include "core/rule.h"

#include <criterion/criterion.h>
#include <string.h>

/*
 * The oracle: the table of doc/ARCHITECTURE, read from the top, the first row
 * that fits.  It shares no line with rule.c.
 */
enum must { ANY, YES, NO };

static const struct row {
	enum must global_off, service_off, passwordless, optional,
	    method_challenged, exempt;
	int record; /* -1: any */
	enum verdict verdict;
	enum reason why;
} table[] = {
    /* goff, soff, pwless, optional, chall., exempt, record */
    {YES, ANY, ANY, ANY, ANY, ANY, -1, VERDICT_PASS, REASON_GLOBAL_OFF},
    {NO, YES, ANY, ANY, ANY, ANY, -1, VERDICT_PASS, REASON_SERVICE_OFF},
    {NO, NO, YES, YES, ANY, ANY, -1, VERDICT_PASS, REASON_PASSWORDLESS},
    {NO, NO, YES, NO, NO, ANY, -1, VERDICT_PASS, REASON_PASSWORDLESS},
    {NO, NO, ANY, ANY, ANY, YES, -1, VERDICT_PASS, REASON_EXEMPT},
    {NO, NO, ANY, ANY, ANY, NO, RECORD_BROKEN, VERDICT_DENY,
	REASON_RECORD_BROKEN},
    {NO, NO, ANY, ANY, ANY, NO, RECORD_GOOD, VERDICT_CHALLENGE,
	REASON_HAS_SECRET},
    {NO, NO, ANY, NO, ANY, NO, RECORD_ABSENT, VERDICT_SETUP,
	REASON_SETUP_REQUIRED},
    {NO, NO, ANY, YES, ANY, NO, RECORD_ABSENT, VERDICT_OFFER, REASON_NO_SECRET},
};

static bool
fits(enum must must, bool is)
{
	return must == ANY || (must == YES) == is;
}

static const struct row *
oracle(const struct rule_facts *f)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const struct row *row = &table[i];

		if (fits(row->global_off, f->global_off) &&
		    fits(row->service_off, f->service_off) &&
		    fits(row->passwordless, f->login == LOGIN_PASSWORDLESS) &&
		    fits(row->optional, f->optional) &&
		    fits(row->method_challenged, f->method_challenged) &&
		    fits(row->exempt, f->exempt) &&
		    (row->record == -1 || row->record == (int)f->record))
			return row;
	}
	return NULL;
}

/* Every combination of the five switches, for that login and record. */
static unsigned int
check_switches(unsigned int login, unsigned int record)
{
	unsigned int checked = 0;

	for (unsigned int bits = 0; bits < 32; bits++) {
		struct rule_facts f = {
		    .global_off = bits & 1,
		    .service_off = bits & 2,
		    .exempt = bits & 4,
		    .method_challenged = bits & 8,
		    .optional = bits & 16,
		    .login = (enum login_class)login,
		    .record = (enum record_state)record,
		};
		const struct row *want = oracle(&f);
		enum reason why = REASON_COUNT;
		enum verdict v = rule_judge(&f, &why);

		cr_assert_not_null(want);
		cr_assert_eq(v, want->verdict, "login %u record %u bits %u",
		    login, record, bits);
		cr_assert_eq(why, want->why, "login %u record %u bits %u",
		    login, record, bits);
		checked++;
	}
	return checked;
}

Test(core_rule, agrees_with_the_table_on_every_combination)
{
	unsigned int checked = 0;

	for (unsigned int login = 0; login < LOGIN_CLASS_COUNT; login++)
		for (unsigned int r = 0; r < RECORD_STATE_COUNT; r++)
			checked += check_switches(login, r);
	cr_assert_eq(checked, 2 * 3 * 32);
}

static void
expect_undecided(unsigned int login, unsigned int record)
{
	for (unsigned int bits = 0; bits < 32; bits++) {
		struct rule_facts f = {
		    .global_off = bits & 1,
		    .service_off = bits & 2,
		    .exempt = bits & 4,
		    .method_challenged = bits & 8,
		    .optional = bits & 16,
		    .login = (enum login_class)login,
		    .record = (enum record_state)record,
		};
		enum reason why = REASON_COUNT;

		cr_assert_eq(rule_judge(&f, &why), VERDICT_DENY);
		cr_assert_eq(why, REASON_UNDECIDED);
	}
}

Test(core_rule, denies_numbers_outside_the_enums)
{
	static const unsigned int wild[] = {
	    7, 0x7fffffff, 0x80000000, 0xffffffff};

	for (unsigned int r = 0; r < RECORD_STATE_COUNT; r++)
		expect_undecided(LOGIN_CLASS_COUNT, r);
	for (unsigned int login = 0; login < LOGIN_CLASS_COUNT; login++)
		expect_undecided(login, RECORD_STATE_COUNT);
	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
		expect_undecided(wild[i], RECORD_GOOD);
		expect_undecided(LOGIN_PASSWORDLESS, wild[i]);
		expect_undecided(wild[i], wild[i]);
	}
}

/* Facts that nobody filled in are a password login on a broken record. */
Test(core_rule, denies_when_nothing_is_known)
{
	struct rule_facts f;
	enum reason why = REASON_COUNT;

	memset(&f, 0, sizeof f);
	cr_assert_eq(rule_judge(&f, &why), VERDICT_DENY);
	cr_assert_eq(why, REASON_RECORD_BROKEN);
}
