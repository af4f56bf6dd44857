/*
 * sshd: the one that scripts/testbed started, and others beside it, with
 * other settings, on ports of their own.
 */
#ifndef SYSTEM_SSHD_H
#define SYSTEM_SSHD_H

#define SSHD_GUARDED 22 /* scripts/testbed's port */

#define SSHD_DROP_IN "/etc/ssh/sshd_config.d/00-otpgate-session.conf"

/* Debian's settings. */
#define SSHD_DEBIAN                                                        \
	"KbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\n" \
	"PrintMotd no\nAcceptEnv LANG LC_*\n"                              \
	"Subsystem sftp /usr/lib/openssh/sftp-server\n"                    \
	"PermitRootLogin yes\nLogLevel VERBOSE\nMaxStartups 1000\n"

/* The drop-in first, as an administrator has it, then Debian's. */
#define SSHD_GATE "Include " SSHD_DROP_IN "\n" SSHD_DEBIAN

/* SSHD_GATE with a drop-in whose SetEnv lines lack these names. */
const char *sshd_gate_without(const char *const names[]);

/*
 * SSHD_GATE with a drop-in that has other words in place of some:
 * COMMAND("these", "by those", ...).
 */
const char *sshd_gate_changed(const char *const pairs[]);

/*
 * Starts one more sshd with this configuration, in which the first value of a
 * keyword counts; its port.  It ends with the sandbox.
 */
int sshd_start(const char *lines);

#endif
