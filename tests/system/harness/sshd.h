/*
 * sshd: the one that scripts/testbed started, and others beside it, with
 * other settings, on ports of their own.
 */
#ifndef SYSTEM_SSHD_H
#define SYSTEM_SSHD_H

#define SSHD_GUARDED 22 /* scripts/testbed's port */

#define SSHD_DROP_IN "/etc/ssh/sshd_config.d/00-otpgate-session.conf"

/* Debian's settings, and those that scripts/testbed gives to every sshd. */
#define SSHD_DEBIAN                                                        \
	"KbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\n" \
	"PrintMotd no\nAcceptEnv LANG LC_*\n"                              \
	"Subsystem sftp /usr/lib/openssh/sftp-server\n"                    \
	"Include /etc/ssh/sshd_config.d/90-testbed.conf\n"

/* The drop-in first, as an administrator has it, then Debian's. */
#define SSHD_GATE "Include " SSHD_DROP_IN "\n" SSHD_DEBIAN

/* SSHD_GATE with a drop-in whose SetEnv lines lack these names. */
const char *sshd_gate_without(const char *const names[]);

/* text with every words replaced by other; fails when there are none. */
const char *sshd_replace(
    const char *text, const char *words, const char *other);

/*
 * SSHD_GATE with a drop-in that has other words in place of some:
 * COMMAND("these", "by those", ...).
 */
const char *sshd_gate_changed(const char *const pairs[]);

/* ---- the auth door ---- */

#define SSHD_AUTH_DROP_INS "/usr/share/otpgate/sshd_config.d/"
#define SSHD_STACKS "/usr/share/otpgate/pam.d/"

/* Password, then code; and both as one string.  What else it takes, first. */
#define SSHD_KBDINT                                              \
	"Include " SSHD_AUTH_DROP_INS "00-otpgate-kbdint.conf\n" \
	"PasswordAuthentication yes\n" SSHD_DEBIAN
#define SSHD_ONE                                              \
	"Include " SSHD_AUTH_DROP_INS "00-otpgate-one.conf\n" \
	"PasswordAuthentication yes\n" SSHD_DEBIAN

#define SSHD_BACKSTOP "session requisite pam_otpgate.so fallback=publickey\n"

/*
 * PAM's stack for sshd, as Debian has it, with auth in the place of
 * common-auth, and session before common-session.
 */
const char *sshd_stack(const char *auth, const char *session);

/*
 * Where root's PAM records how a login proved itself, and the gate believes
 * nothing else: the line, and the word of the gate's own.
 */
#define SSHD_RECORD "session requisite pam_otpgate.so record\n"
#define SSHD_RECORD_WORD " --record"

/*
 * sshd_start_behind() with this line of the session phase, and with these words
 * more on the gate's line, "" for none.
 */
int sshd_start_recording(const char *line, const char *words);

/* The shipped ones, as the manual tells an administrator to include them. */
#define SSHD_STACK_KBDINT \
	sshd_stack("@include " SSHD_STACKS "otpgate-sshd", SSHD_BACKSTOP)
#define SSHD_STACK_ONE \
	sshd_stack("@include " SSHD_STACKS "otpgate-sshd-one", SSHD_BACKSTOP)

/*
 * sshd_start() for one that sees this text as /etc/pam.d/sshd: all others of
 * the machine go on with theirs.
 */
int sshd_start_behind(const char *stack, const char *lines);

/* A port that no other case has. */
int sshd_port(void);

/*
 * The same for one whose PAM service has another name, and stack in the file of
 * that name.  It is what sshd was started by, or, from OpenSSH 9.8 on, what
 * PAMServiceName says.
 */
int sshd_start_as(const char *name, const char *stack, const char *lines);

/*
 * Starts one more sshd with this configuration, in which the first value of a
 * keyword counts; its port.  It ends with the sandbox.
 */
int sshd_start(const char *lines);

#endif
