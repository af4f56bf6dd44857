/*
 * Origins: the SSH connections that logins come from, as far as anything is
 * remembered of them.  A connection can carry many sessions, each with a gate
 * of its own.
 *
 * Rules:
 *   - An origin MUST be what the kernel says of the peer, for one user, and be
 *     forgotten when its sshd ends.
 *   - Giving way MUST never let anybody in: what is not known of a connection
 *     counts as a password.
 *   - One MUST give way only to others of its user, or to those of a user who
 *     has fewer; and of one user's, those with the password alone first.
 *   - Where the kernel does not show it, nothing MUST be remembered: each
 *     session is then one of its own.
 */
#ifndef DAEMON_ORIGIN_H
#define DAEMON_ORIGIN_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "os/ancestor.h"

#define ORIGINS_MAX 1024 /* in all; each holds a descriptor */

/*
 * Seconds that a code counts for further sessions of its connection: a working
 * day.  Who keeps one open for weeks is asked again, in new sessions alone.
 */
#define ORIGIN_VERIFIED (INT64_C(12) * 3600)

struct origin {
	struct ancestor sshd;
	int held; /* becomes readable when sshd ends; -1: a free place */
	uint32_t uid;
	uint64_t age;	     /* the higher, the newer */
	bool offered;	     /* its user was offered a set-up */
	bool verified;	     /* a code was given on it... */
	int64_t verified_at; /* ...then: seconds since 1970 */
	bool unsettled;	     /* in a turn that is not committed yet */
	bool keyed;	     /* it was recorded as one without a password */
	char *told;	     /* what root's PAM has recorded; NULL: nothing */
};

struct origins {
	const char *proc; /* where proc(5) is mounted */
	uint64_t made;
	uint32_t unsettled; /* how many are */
	struct origin at[ORIGINS_MAX];
	struct pollfd watch[ORIGINS_MAX];
};

/* None yet; NULL without memory. */
struct origins *origins_new(const char *proc);

/* Closes and frees all; *o becomes NULL. */
void origins_free(struct origins **o);

/*
 * The connection that process peer of user uid came by, remembered from now
 * on; NULL when it came by none, or that cannot be seen.  Valid until the next
 * call.
 */
struct origin *origin_of(struct origins *o, pid_t peer, uint32_t uid);

/*
 * What is known of the connection that process peer of user uid came by, where
 * something is; nothing is remembered that was not before.
 */
struct origin *origin_find(struct origins *o, pid_t peer, uint32_t uid);

/* A code was given on it.  It counts at once, and is undone by... */
void origin_verify(struct origins *o, struct origin *at, int64_t now);

/* True when one was, and not so long ago that it has to be given again. */
bool origin_verified(const struct origin *at, int64_t now);

/* ...the end of a turn that was not committed. */
void origins_settle(struct origins *o, bool committed);

/* What codes of uid's were given on counts no more: his factor is another. */
void origins_doubt(struct origins *o, uint32_t uid);

/*
 * Remembers what was told of how it logged in; keyed: without a password.  OK
 * or ERR_MEMORY.
 */
enum error origin_tell(struct origin *at, const char *told, bool keyed);

#endif
