#include "daemon/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/network.h"
#include "daemon/server.h"
#include "os/local_socket.h"

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

/* The oldest of uid's that is silent; NULL when none. */
static struct connection *
oldest_silent(const struct connections *all, uint32_t uid)
{
	struct connection *c = all->oldest;

	while (
	    c != NULL && (c->busy || c->waiting || c->caller.peer.uid != uid))
		c = c->newer;
	return c;
}

static bool
waits_for(const struct connection *c, uint32_t uid)
{
	return c->waiting && c->caller.challenge.login.uid == uid;
}

/* True when both logins come from one network. */
static bool
neighbours(const struct connection *a, const struct connection *b)
{
	const char *one = a->caller.challenge.login.address;
	const char *other = b->caller.challenge.login.address;
	struct network m, n;

	if (network_of(&m, one) != OK || network_of(&n, other) != OK)
		return strcmp(one, other) == 0;
	return network_same(&m, &n);
}

/* How little right a waiting login has to stay; never 0. */
static uint32_t
weight_of(const struct connections *all, const struct connection *c)
{
	uint32_t uid = c->caller.challenge.login.uid;
	uint32_t weight = c->caller.challenge.known ? 0 : 2 * QUOTA_WAITING;

	for (struct connection *o = all->oldest; o != NULL; o = o->newer)
		if (waits_for(o, uid) && neighbours(o, c))
			weight++;
	return weight;
}

/*
 * The waiting login of uid that gives way: first one from a network that is
 * not the owner's, of these one from the network that most come from, of these
 * the oldest.  So who has the password, and asks for many prompts with it,
 * drives out his own and not the owner's.
 */
static struct connection *
yielding(const struct connections *all, uint32_t uid)
{
	struct connection *found = NULL;
	uint32_t most = 0;

	for (struct connection *c = all->oldest; c != NULL; c = c->newer) {
		uint32_t weight = waits_for(c, uid) ? weight_of(all, c) : 0;

		if (!c->busy && weight > most) {
			most = weight;
			found = c;
		}
	}
	return found;
}

static bool
make_room(struct connections *all, uint32_t uid)
{
	struct connection *silent;

	if (quota_enter(all->quota, uid))
		return true;
	silent = oldest_silent(all, uid);
	if (silent == NULL)
		return false;
	connection_drop(all, silent);
	return quota_enter(all->quota, uid);
}

void
connection_close(struct connections *all, int fd, uint32_t uid)
{
	/* A child may hold it yet, so that closing does not take it out. */
	if (all->wary)
		(void)epoll_ctl(all->epoll, EPOLL_CTL_DEL, fd, NULL);
	if (all->wary && !socket_drain(fd))
		discard_take(&all->discard, fd, uid);
	else
		(void)close(fd);
}

struct connection *
connection_add(
    struct connections *all, int fd, const struct peer *peer, int64_t now)
{
	struct connection *c = calloc(1, sizeof *c);

	if (c == NULL || !make_room(all, peer->uid)) {
		connection_close(all, fd, peer->uid);
		free(c);
		return NULL;
	}
	c->fd = fd;
	c->until = now + SERVER_SILENCE;
	c->caller.peer = *peer;
	c->caller.fd = fd;
	append(all, c);
	return c;
}

void
connection_drop(struct connections *all, struct connection *c)
{
	connection_close(all, c->fd, c->caller.peer.uid);
	if (c->waiting)
		quota_wait_over(all->quota, c->caller.challenge.login.uid);
	quota_leave(all->quota, c->caller.peer.uid);
	import_end(&c->caller.import);
	detach(all, c);
	explicit_bzero(c, sizeof *c);
	free(c);
}

static bool
shares(const struct connection *a, const struct connection *b)
{
	const struct ancestor *one = &a->caller.challenge.sshd;
	const struct ancestor *other = &b->caller.challenge.sshd;

	return one->pid != 0 && one->pid == other->pid &&
	    one->start == other->start;
}

/*
 * The oldest waiting login of c's connection of sshd, when there are more than
 * one has; NULL else.  Whoever opens many sessions answers the newest.
 */
static struct connection *
surplus(const struct connections *all, const struct connection *c)
{
	struct connection *oldest = NULL;
	uint32_t count = 0;

	for (struct connection *o = all->oldest; o != NULL; o = o->newer) {
		if (!o->waiting || !shares(o, c))
			continue;
		count++;
		if (oldest == NULL && !o->busy)
			oldest = o;
	}
	return count > QUOTA_SESSIONS ? oldest : NULL;
}

/* Of too many waiting logins one ends; c itself with its turn. */
static void
give_way(
    struct connections *all, uint32_t uid, struct connection *c, int64_t now)
{
	struct connection *gone = surplus(all, c);

	if (gone == NULL && quota_waiting(all->quota, uid) > QUOTA_WAITING)
		gone = yielding(all, uid);
	if (gone == c)
		c->until = now;
	else if (gone != NULL)
		connection_drop(all, gone);
}

void
connection_settle(
    struct connections *all, struct connection *c, int64_t now, int64_t wait)
{
	uint32_t uid = c->caller.challenge.login.uid;
	bool waits = c->caller.challenge.open || c->caller.challenge.setup;

	c->until = now + SERVER_SILENCE;
	if (c->waiting && !waits) {
		quota_wait_over(all->quota, uid);
		c->waiting = false;
	} else if (!c->waiting && waits) {
		c->waiting = quota_wait(all->quota, uid);
	}
	if (c->waiting)
		c->until = now + wait;
	if (quota_waiting(all->quota, uid) > QUOTA_SESSIONS)
		give_way(all, uid, c, now);
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
