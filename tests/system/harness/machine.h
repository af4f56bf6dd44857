/*
 * The machine in the sandbox: its files, its log and its otpgated.
 * scripts/testbed set it up and knows how to start and stop things.
 */
#ifndef SYSTEM_MACHINE_H
#define SYSTEM_MACHINE_H

#include <stdbool.h>
#include <sys/types.h>

#define MACHINE_RUN "/run/testbed" /* scripts/testbed's, and ours */

#define MACHINE_POLICY "/etc/otpgate/otpgate.conf"
#define MACHINE_SEAL_KEY "/etc/otpgate/seal.key"
#define MACHINE_STORE "/var/lib/otpgate/otpgate.db"
#define MACHINE_SOCKET "/run/otpgate/otpgated.sock"
#define MACHINE_GATE "/usr/libexec/otpgate/gate"

/*
 * The window of the policy that cases of their own user run under.  One
 * step more than the cases need: an hour glass may turn over in between.
 */
#define MACHINE_WINDOW 3

/* ---- files ---- */

/* Writes text to path, anew, with mode, or fails the test. */
void machine_put(const char *path, const char *text, mode_t mode);

/* What path holds, up to the first NUL. */
const char *machine_get(const char *path);

/* ---- the log ---- */

/* A place in the log: what comes from now on. */
long machine_log_mark(void);

/* Waits for a line after from that has both texts; the line. */
const char *machine_log_await(long from, const char *one, const char *other);

/* All lines after from. */
const char *machine_log_since(long from);

/* ---- otpgated ---- */

/* Both switches on, MACHINE_WINDOW; the policy of all cases. */
void machine_enable(void);

/* Starts it under wrapper ("strace", ...), COMMAND() for none, or ends it. */
void machine_daemon_start(const char *const wrapper[]);
void machine_daemon_stop(const char *signal);

/* The process id of otpgated. */
pid_t machine_daemon_pid(void);

#endif
