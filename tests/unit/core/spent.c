#include "core/spent.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW INT64_C(1700000000)

static struct totp *totp;
static struct device device;
static uint64_t present; /* step */

static void
start(void)
{
	totp = totp_new();
	cr_assert_not_null(totp);
	memset(&device, 0, sizeof device);
	device.form = (struct totp_form){ALGORITHM_SHA1, 6, 30};
	device.secret.size = SECRET_NEW;
	memset(device.secret.bytes, 7, SECRET_NEW);
	present = totp_step(&device.form, NOW);
}

static void
stop(void)
{
	totp_free(&totp);
}

TestSuite(core_spent, .init = start, .fini = stop);

static uint64_t
find(uint32_t number, int64_t used)
{
	uint64_t spent = 1;

	cr_assert_eq(spent_find(totp, &device, number, used, NOW, &spent), OK);
	return spent;
}

static uint32_t
code_of(uint64_t step)
{
	uint32_t code;

	cr_assert_eq(
	    totp_code(totp, &device.form, &device.secret, step, &code), OK);
	return code;
}

Test(core_spent, is_the_step_that_has_the_code)
{
	for (uint64_t s = present - SPENT_SEARCH; s <= present + SPENT_SEARCH;
	     s++)
		cr_expect_eq(find(code_of(s), NOW), s);
}

/* A time that is an hour or more off hides nothing that would be taken now. */
Test(core_spent, is_found_whatever_the_time_says)
{
	static const int64_t times[] = {
	    0, 1, NOW - 3600, NOW - 14 * 3600, NOW + 3600, INT64_MAX};

	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		cr_expect_eq(find(code_of(present + 1), times[i]), present + 1,
		    "%zu", i);
}

/* In doubt more is spent than was, and never less. */
Test(core_spent, is_the_last_that_it_can_be_where_no_step_has_the_code)
{
	uint32_t none = 0;

	while (find(none, NOW) != present + SPENT_SEARCH)
		none++;
	cr_expect_eq(find(none, 0), present + SPENT_SEARCH);
	cr_expect_eq(find(none, NOW + 86400), present + SPENT_SEARCH);
	cr_expect_eq(
	    find(none, NOW - 86400), present - 86400 / 30 + SPENT_SEARCH);
}

Test(core_spent, fails_for_a_form_that_is_none)
{
	uint64_t spent;

	device.form.digits = 9;
	cr_expect_eq(spent_find(totp, &device, 0, NOW, NOW, &spent), ERR_RANGE);
}
