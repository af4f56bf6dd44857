#include "daemon/connection.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/server.h"

static void
append(struct connections *all, struct connection *c)
{
	c->older = all->newest;
	c->newer = NULL;
	if (all->newest != NULL)
		all->newest->newer = c;
	else
		all->oldest = c;
	all->newest = c;
}

static void
detach(struct connections *all, struct connection *c)
{
	if (c->older != NULL)
		c->older->newer = c->newer;
	else
		all->oldest = c->newer;
	if (c->newer != NULL)
		c->newer->older = c->older;
	else
		all->newest = c->older;
}

/* The oldest of uid's that waits, or that is silent; NULL when none. */
static struct connection *
oldest_of(const struct connections *all, uint32_t uid, bool waiting)
{
	struct connection *c = all->oldest;

	for (; c != NULL; c = c->newer) {
		uint32_t whose = waiting ? c->caller.challenge.login.uid
					 : c->caller.peer.uid;

		if (!c->busy && c->waiting == waiting && whose == uid)
			return c;
	}
	return NULL;
}

static bool
make_room(struct connections *all, uint32_t uid)
{
	struct connection *silent;

	if (quota_enter(all->quota, uid))
		return true;
	silent = oldest_of(all, uid, false);
	if (silent == NULL)
		return false;
	connection_drop(all, silent);
	return quota_enter(all->quota, uid);
}

struct connection *
connection_add(
    struct connections *all, int fd, const struct peer *peer, int64_t now)
{
	struct connection *c = calloc(1, sizeof *c);

	if (c == NULL || !make_room(all, peer->uid)) {
		(void)close(fd);
		free(c);
		return NULL;
	}
	c->fd = fd;
	c->until = now + SERVER_SILENCE;
	c->caller.peer = *peer;
	append(all, c);
	return c;
}

void
connection_drop(struct connections *all, struct connection *c)
{
	(void)close(c->fd);
	if (c->waiting)
		quota_wait_over(all->quota, c->caller.challenge.login.uid);
	quota_leave(all->quota, c->caller.peer.uid);
	detach(all, c);
	explicit_bzero(c, sizeof *c);
	free(c);
}

void
connection_settle(
    struct connections *all, struct connection *c, int64_t now, int64_t wait)
{
	uint32_t uid = c->caller.challenge.login.uid;

	c->until = now + SERVER_SILENCE;
	if (c->waiting && !c->caller.challenge.open) {
		quota_wait_over(all->quota, uid);
		c->waiting = false;
	} else if (!c->waiting && c->caller.challenge.open) {
		struct connection *oldest = oldest_of(all, uid, true);

		if (oldest != NULL &&
		    quota_waiting(all->quota, uid) >= QUOTA_WAITING)
			connection_drop(all, oldest);
		c->waiting = quota_wait(all->quota, uid);
	}
	if (c->waiting)
		c->until = now + wait;
}

void
connection_expire(struct connections *all, int64_t now)
{
	struct connection *next;

	for (struct connection *c = all->oldest; c != NULL; c = next) {
		next = c->newer;
		if (c->until <= now)
			connection_drop(all, c);
	}
}
