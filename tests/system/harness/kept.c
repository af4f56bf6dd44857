/*
 * Cases that change the machine, one after the other: each begins with it as
 * it was.
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
