/*
 * Logins of many people on one machine: each case has users of its own and
 * changes nothing that others see, so that cases run side by side.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

#include "machine.h"

ReportHook(PRE_ALL)(struct criterion_test_set *set)
{
	(void)set;
	machine_enable();
}
