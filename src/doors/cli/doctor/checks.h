/*
 * The checks: each looks at what is known of the machine and reports what is
 * wrong with it.
 */
#ifndef DOORS_CLI_DOCTOR_CHECKS_H
#define DOORS_CLI_DOCTOR_CHECKS_H

#include "doors/cli/doctor/machine.h"
#include "doors/cli/doctor/report.h"

#define SHOWN_VALUE_MAX 256 /* a value from outside, escaped */
#define SHOWN_LINE_MAX 1024 /* a line, likewise */
#define PLACE_MAX (SHOWN_VALUE_MAX + 16)

#define RELOAD "and reload sshd (systemctl reload ssh)"

/* False where it could not look, because of what another check reports. */
#define CHECK(name, id, scope, good) \
	bool check_##name(const struct machine *m, struct report *r);
#include "doors/cli/doctor/checks.def"
#undef CHECK

#endif
