#include "daemon/discard.h"

#include <sys/wait.h>

#include "base/log.h"
#include "os/local_socket.h"

static void
reap(struct discard *d)
{
	uint32_t i = 0;

	while (i < d->children)
		if (waitpid(d->child[i], NULL, WNOHANG) == 0)
			i++;
		else
			d->child[i] = d->child[--d->children];
}

static bool
hand_on(struct discard *d, int fd)
{
	if (d->children == DISCARD_CHILDREN)
		reap(d);
	return d->children < DISCARD_CHILDREN &&
	    socket_discard(fd, &d->child[d->children]) == OK &&
	    ++d->children > 0;
}

/* Whose processes are to be ended: the uid that has most of the places. */
static uint32_t
holder(const struct discard *d)
{
	uint32_t most = 0, found = 0;

	for (uint32_t i = 0; i < d->kept; i++) {
		uint32_t count = 0;

		for (uint32_t k = i; k < d->kept; k++)
			count += d->keep[k].uid == d->keep[i].uid;
		if (count > most) {
			most = count;
			found = d->keep[i].uid;
		}
	}
	return found;
}

void
discard_take(struct discard *d, int fd, uint32_t uid)
{
	if (hand_on(d, fd))
		return;
	d->keep[d->kept].fd = fd;
	d->keep[d->kept++].uid = uid;
	if (d->kept == DISCARD_KEPT)
		log_message(LOG_LEVEL_ERROR, "descriptors-full",
		    "processes of uid %u send descriptors whose end hangs; no "
		    "login is answered until they end: pkill -KILL -u %u",
		    holder(d), holder(d));
}

void
discard_again(struct discard *d)
{
	reap(d);
	while (d->kept > 0 && hand_on(d, d->keep[d->kept - 1].fd))
		d->kept--;
}

bool
discard_is_full(const struct discard *d)
{
	return d->kept >= DISCARD_KEPT;
}
