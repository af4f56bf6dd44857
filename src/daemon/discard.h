/*
 * Connections that end with descriptors of their sender unread in them.
 *
 * Whoever closes the last hold on a descriptor can wait as long as its owner
 * likes (os/local_socket.h), so otpgated does not: a child takes such a
 * connection over and ends.  Even a child can hang in that, in a file system of
 * the user's own.
 *
 * Rules:
 *   - At most DISCARD_CHILDREN of them MUST live at a time.
 *   - What no child takes MUST stay open until one ends.  From DISCARD_KEPT
 *     such connections on no new one is accepted: it could be one more that
 *     can neither be closed nor kept.
 */
#ifndef DAEMON_DISCARD_H
#define DAEMON_DISCARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/quota.h"

#define DISCARD_CHILDREN 32 /* at a time */
#define DISCARD_KEPT 512    /* connections that wait for a child */

/* Those that were open when the places ran out may bring descriptors, too. */
#define DISCARD_MOST (DISCARD_KEPT + QUOTA_ALL)

struct discard {
	uint32_t children;
	pid_t child[DISCARD_CHILDREN];
	uint32_t kept;
	struct {
		int fd;
		uint32_t uid;
	} keep[DISCARD_MOST];
};

/*
 * Takes fd, of a peer of uid, over.  While it is full there is room for those
 * connections alone that are open already.
 */
void discard_take(struct discard *d, int fd, uint32_t uid);

/* Looks who has ended, and hands on what waits.  Call it each second. */
void discard_again(struct discard *d);

/* True when no connection may be accepted. */
bool discard_is_full(const struct discard *d);

#endif
