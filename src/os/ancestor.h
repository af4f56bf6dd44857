/*
 * The sshd above a process: what tells that two sessions are of one
 * connection.
 *
 * For an ordinary login it is the parent of the user's own sshd, for root's
 * the parent of the session's first process, for PAM's dialogue the parent of
 * the child that has it, and for PAM's session the process itself.
 *
 * Rules:
 *   - What is known here MUST come from the kernel (proc(5)): of a process
 *     that a user could make, name and title are the user's own choice.
 *   - The listener MUST NOT be taken for a connection: it is above them all.
 */
#ifndef OS_ANCESTOR_H
#define OS_ANCESTOR_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

#define ANCESTOR_PROC "/proc"

/* A process that cannot be mistaken for a later one with its number. */
struct ancestor {
	pid_t pid;
	uint64_t start; /* clock ticks since boot */
};

/*
 * Of pid and the processes above it the nearest that is root's own (all four
 * uids), is named sshd or sshd-session, and serves one connection; in the place
 * of one that has PAM's dialogue, the one right above it.  proc is where
 * proc(5) is mounted.  ERR_ABSENT when there is none, or it cannot be seen
 * (hidepid); *out is then zero.
 */
enum error ancestor_sshd(const char *proc, pid_t pid, struct ancestor *out);

/*
 * A descriptor that becomes readable when a ends (pidfd_open(2)), the
 * caller's to close.  ERR_ABSENT when it has ended already, or another
 * process has its number; ERR_SYSTEM.
 */
enum error ancestor_hold(const char *proc, const struct ancestor *a, int *fd);

#endif
