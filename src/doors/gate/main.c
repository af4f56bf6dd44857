/*
 * gate: what sshd runs in place of every session's command (ForceCommand).
 *
 * Rules:
 *   - The session MUST be handed over only after otpgated said so, or, where
 *     it gives no answer, for a password-less login that the drop-in excepts.
 *   - The gate MUST NOT run where a user's start-up files may have run first:
 *     the drop-in's HOME tells.
 *   - A restricted key's command MUST run in place of what the client asks
 *     for, whatever the verdict.
 *   - A login MUST NOT put anything on standard output: that is the client's
 *     protocol.  Only who is refused and speaks sftp is answered in it.
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
	    "            [--unlisted-keys=shell] [--fallback=publickey] "
	    "[--record]\n"
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
refused(const struct gate *g)
{
	gate_tell_sftp(g);
	return STATUS_REFUSED_LOGIN;
}

static int
run(struct gate *g)
{
	if (!check_facts(g) || !check_home(g) || !check_letters(g) ||
	    !login_connect(g) || !check_restriction(g) || !login_judge(g))
		return refused(g);
	if (facts_interactive(&g->facts) && g->command == NULL)
		motd_show(&g->facts);
	return launch(&g->facts, g->command);
}

/* Other processes of this user must not look in or take over. */
static bool
close_to_others(struct gate *g)
{
	return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0 ||
	    gate_refuse(g, "prctl", "the kernel refused PR_SET_DUMPABLE");
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
	struct gate g = {.ask = {.fd = -1}, .facts = {.terminal = -1}};
	int status;

	syslog_open("otpgate-gate");
	log_open(syslog_sink);
	/* sftp's standard error has no reader; that must not end us unheard. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (!close_to_others(&g) || !check_arguments(&g, argc, argv))
		return refused(&g);
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
