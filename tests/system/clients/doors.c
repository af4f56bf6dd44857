/*
 * Before all cases: both switches and the policy that stands in the
 * environment, the doors, somebody behind them, a repository.
 */
#include "doors.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "user.h"

#define PROGRAM "/usr/lib/openssh/sftp-server"

/* lines with sshd's own sftp in place of the program. */
static const char *
internal(const char *lines)
{
	const char *at = strstr(lines, PROGRAM);

	cr_assert_not_null(at);
	return text_format("%.*sinternal-sftp%s", (int)(at - lines), lines,
	    at + strlen(PROGRAM));
}

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
	run_fine(COMMAND("otpgate", "policy", "set", "--force", "policy",
	    policy == NULL ? "optional" : policy));
	carrier = user_new("/bin/bash");
	user_add_key(&carrier, "");
	run_fine(COMMAND("rm", "-rf", DOORS_SHARED));
	run_fine(COMMAND("mkdir", "-p", DOORS_SHARED));
	run_fine(COMMAND("env", "-C", DOORS_SHARED, "HOME=/", DRIVERS,
	    "prepare", carrier.name, carrier.key));
	door_put("session", SSHD_GUARDED);
	door_put("session-internal", sshd_start(internal(SSHD_GATE)));
	door_put("auth", sshd_start_behind(SSHD_STACK_KBDINT, SSHD_KBDINT));
	door_put("auth-internal",
	    sshd_start_behind(SSHD_STACK_KBDINT, internal(SSHD_KBDINT)));
}
