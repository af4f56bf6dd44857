#include "core/rule.h"

#include <criterion/criterion.h>
#include <string.h>

/*
 * The oracle: the table of doc/ARCHITECTURE, read from the top, the first row
 * that fits.  It shares no line with rule.c.
 */
enum must { ANY, YES, NO };

static const struct row {
	enum must global_off;
	int service; /* -1: any */
	enum must passwordless, optional, method_challenged, exempt;
	int record; /* -1: any */
	enum must verified;
	enum verdict verdict;
	enum reason why;
} table[] = {
    /* goff, service, pwless, optional, chall., exempt, record, verified */
    {YES, -1, ANY, ANY, ANY, ANY, -1, ANY, VERDICT_PASS, REASON_GLOBAL_OFF},
    {NO, SERVICE_OFF, ANY, ANY, ANY, ANY, -1, ANY, VERDICT_PASS,
	REASON_SERVICE_OFF},
    {NO, SERVICE_UNNAMED, ANY, ANY, ANY, ANY, -1, ANY, VERDICT_DENY,
	REASON_SERVICE_UNNAMED},
    {NO, SERVICE_ON, YES, YES, ANY, ANY, -1, ANY, VERDICT_PASS,
	REASON_PASSWORDLESS},
    {NO, SERVICE_ON, YES, NO, NO, ANY, -1, ANY, VERDICT_PASS,
	REASON_PASSWORDLESS},
    {NO, SERVICE_ON, ANY, ANY, ANY, YES, -1, ANY, VERDICT_PASS, REASON_EXEMPT},
    {NO, SERVICE_ON, ANY, ANY, ANY, NO, RECORD_BROKEN, ANY, VERDICT_DENY,
	REASON_RECORD_BROKEN},
    {NO, SERVICE_ON, ANY, ANY, ANY, NO, RECORD_GOOD, YES, VERDICT_PASS,
	REASON_CONNECTION},
    {NO, SERVICE_ON, ANY, ANY, ANY, NO, RECORD_GOOD, NO, VERDICT_CHALLENGE,
	REASON_HAS_SECRET},
    {NO, SERVICE_ON, ANY, NO, ANY, NO, RECORD_ABSENT, ANY, VERDICT_SETUP,
	REASON_SETUP_REQUIRED},
    {NO, SERVICE_ON, ANY, YES, ANY, NO, RECORD_ABSENT, ANY, VERDICT_OFFER,
	REASON_NO_SECRET},
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
		    (row->service == -1 || row->service == (int)f->service) &&
		    fits(row->passwordless, f->login == LOGIN_PASSWORDLESS) &&
		    fits(row->optional, f->optional) &&
		    fits(row->method_challenged, f->method_challenged) &&
		    fits(row->exempt, f->exempt) &&
		    (row->record == -1 || row->record == (int)f->record) &&
		    fits(row->verified, f->verified))
			return row;
	}
	return NULL;
}

#define COMBINATIONS 96 /* of five switches and the service's three states */

static struct rule_facts
combination(unsigned int number, unsigned int login, unsigned int record)
{
	return (struct rule_facts){
	    .global_off = number & 1,
	    .exempt = number & 2,
	    .method_challenged = number & 4,
	    .optional = number & 8,
	    .verified = number & 16,
	    .service = (enum service_state)(number / 32),
	    .login = (enum login_class)login,
	    .record = (enum record_state)record,
	};
}

/* Every combination of the others, for that login and record. */
static unsigned int
check_switches(unsigned int login, unsigned int record)
{
	unsigned int checked = 0;

	for (unsigned int bits = 0; bits < COMBINATIONS; bits++) {
		struct rule_facts f = combination(bits, login, record);
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
	cr_assert_eq(checked, 2 * 3 * COMBINATIONS);
}

static void
expect_undecided(unsigned int login, unsigned int record)
{
	for (unsigned int bits = 0; bits < COMBINATIONS; bits++) {
		struct rule_facts f = combination(bits, login, record);
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

/* Facts that nobody filled in are of a service that nobody has named. */
Test(core_rule, denies_when_nothing_is_known)
{
	struct rule_facts f;
	enum reason why = REASON_COUNT;

	memset(&f, 0, sizeof f);
	cr_assert_eq(rule_judge(&f, &why), VERDICT_DENY);
	cr_assert_eq(why, REASON_SERVICE_UNNAMED);
	f.service = SERVICE_ON;
	cr_assert_eq(rule_judge(&f, &why), VERDICT_DENY);
	cr_assert_eq(why, REASON_RECORD_BROKEN);
}

Test(core_rule, denies_a_service_of_no_known_state)
{
	struct rule_facts f = {.service = (enum service_state)99};
	enum reason why = REASON_COUNT;

	cr_assert_eq(rule_judge(&f, &why), VERDICT_DENY);
	cr_assert_eq(why, REASON_SERVICE_UNNAMED);
}
