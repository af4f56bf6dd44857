/*
 * Before all cases: both switches on.  For programs whose cases have users of
 * their own and change nothing that others see, so that they run side by side.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

#include "machine.h"

ReportHook(PRE_ALL)(struct criterion_test_set *set)
{
	(void)set;
	machine_enable();
}
