/*
 * gate: what sshd runs in place of every session's command (ForceCommand).
 *
 * Rules:
 *   - The session MUST be handed over only after otpgated said so, or, where
 *     it does not run, for a password-less login that the drop-in excepts.
 *   - The gate MUST NOT run where a user's start-up files may have run first:
 *     the drop-in's HOME tells.
 *   - A restricted key's command MUST run in place of what the client asks
 *     for, whatever the verdict.
 *   - A login MUST NOT put anything on standard output: that is the client's
 *     protocol.
 *   - On the way out by a signal, that signal MUST be what ends the process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "doors/gate/gate.h"
#include "doors/gate/launch.h"
#include "doors/gate/motd.h"
#include "os/syslog.h"
#include "places.h"

static int
usage(void)
{
	(void)printf(
	    "usage: gate [--keys=PATTERN]... [--principals=PATTERN]...\n"
	    "            [--unlisted-keys=shell] [--fallback=publickey]\n"
	    "sshd runs it for every session; see otpgate-gate(8)\n");
	return EXIT_SUCCESS;
}

static int
version(void)
{
	(void)printf("otpgate gate %s\n", OTPGATE_VERSION);
	return EXIT_SUCCESS;
}

static int
run(struct gate *g)
{
	int refused;

	if ((refused = check_facts(g)) != 0 || (refused = check_home(g)) != 0 ||
	    (refused = check_restriction(g)) != 0 ||
	    (refused = login_judge(g)) != 0)
		return refused;
	if (facts_interactive(&g->facts) && g->command == NULL)
		motd_show(&g->facts);
	return launch(&g->facts, g->command);
}

/* The caller sees what ended us: sshd tells it the client. */
static void
die_of(int number)
{
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

int
main(int argc, char **argv)
{
	struct gate g = {.ask = {-1}, .facts = {.terminal = -1}};
	int status;

	syslog_open("otpgate-gate");
	log_open(syslog_sink);
	/* sftp's standard error has no reader; that must not end us unheard. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* Other processes of this user must not look in or take over. */
	if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0)
		return gate_refuse(
		    &g, "prctl", "the kernel refused PR_SET_DUMPABLE");
	if ((status = check_arguments(&g, argc, argv)) != 0)
		return status;
	if (g.arguments.help)
		return usage();
	if (g.arguments.version)
		return version();
	status = run(&g);
	free(g.command);
	facts_free(&g.facts);
	if (g.signal != 0)
		die_of(g.signal);
	return status;
}
