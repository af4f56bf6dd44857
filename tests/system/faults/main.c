/*
 * Logins while something of the machine is broken, missing or full: what is
 * broken refuses, with a sentence; keys get in; nothing is lost.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

#include "machine.h"
#include "world.h"

ReportHook(PRE_ALL)(struct criterion_test_set *set)
{
	(void)set;
	machine_enable();
	world_keep();
}
