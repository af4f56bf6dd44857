/*
 * Before all cases: both switches and the policy that stands in the
 * environment, the doors, somebody behind them, a repository.
 */
#include "doors.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <stdlib.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "user.h"

/* Debian's settings with sshd's own sftp in place of the program. */
#define INTERNAL                                                      \
	"KbdInteractiveAuthentication no\nUsePAM yes\nPrintMotd no\n" \
	"Subsystem sftp internal-sftp\nMaxStartups 1000\n"

static void
door_put(const char *name, int port)
{
	machine_put(text_format(DOORS_SHARED "/%s", name),
	    text_format("%d", port), 0600);
}

int
doors_port(const char *name)
{
	return atoi(machine_get(text_format(DOORS_SHARED "/%s", name)));
}

ReportHook(PRE_ALL)(struct criterion_test_set *set)
{
	const char *policy = getenv("CLIENTS_POLICY");
	struct user carrier;

	(void)set;
	machine_enable();
	run_fine(COMMAND("otpgate", "policy", "set", "policy",
	    policy == NULL ? "optional" : policy));
	carrier = user_new("/bin/bash");
	user_add_key(&carrier, "");
	run_fine(COMMAND("rm", "-rf", DOORS_SHARED));
	run_fine(COMMAND("mkdir", "-p", DOORS_SHARED));
	run_fine(COMMAND("env", "-C", DOORS_SHARED, "HOME=/", DRIVERS,
	    "prepare", carrier.name, carrier.key));
	door_put("session", SSHD_GUARDED);
	door_put("session-internal",
	    sshd_start("Include " SSHD_DROP_IN "\n" INTERNAL));
}
