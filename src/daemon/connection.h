/*
 * The connections of the event loop, and the limits of each user.
 */
#ifndef DAEMON_CONNECTION_H
#define DAEMON_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/answer.h"
#include "daemon/discard.h"
#include "daemon/quota.h"

struct connection {
	int fd;
	int64_t until; /* clock_milliseconds() when it is dropped */
	bool waiting;  /* counted as a login that waits for a code */
	bool busy;     /* an answer of this turn is due: it cannot give way */
	struct caller caller;
	struct connection *older, *newer;
};

/* All of them, by arrival. */
struct connections {
	struct quota *quota;
	int epoll; /* that watches them */
	bool wary; /* the kernel lets users send descriptors */
	struct discard discard;
	struct connection *oldest, *newest;
};

/*
 * Takes fd over for peer, until the silence limit.  When the peer's uid has
 * its fill, the oldest of its connections that is silent gives way.  NULL, and
 * fd closed, when there is no room.
 */
struct connection *connection_add(
    struct connections *all, int fd, const struct peer *peer, int64_t now);

/* Closes what a peer of uid may have sent descriptors to. */
void connection_close(struct connections *all, int fd, uint32_t uid);

/* Ends it: closes, wipes, frees. */
void connection_drop(struct connections *all, struct connection *c);

/*
 * After an answer: a login that now waits for a code, or for its set-up, is
 * counted, and lives for wait milliseconds; beyond QUOTA_WAITING one of that
 * user's gives way, as connection.c says which: c itself when
 * connection_expire() comes.
 */
void connection_settle(
    struct connections *all, struct connection *c, int64_t now, int64_t wait);

/* Drops all whose time is over. */
void connection_expire(struct connections *all, int64_t now);

#endif
