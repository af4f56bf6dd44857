/*
 * All that would make the gate useless, or lock people out.
 */
#ifndef DOORS_CLI_DOCTOR_DOCTOR_H
#define DOORS_CLI_DOCTOR_DOCTOR_H

#include <stdbool.h>

#include "doors/cli/cli.h"

/*
 * Looks at the machine before two-factor is turned on for SSH.  True when
 * nothing of it is an error, or force says to go on: each error is then named
 * and logged.  False, with the errors named, otherwise.
 */
bool doctor_allows(struct cli *c, bool force);

#endif
