#include "daemon/quota.h"

#include <stdlib.h>

#define BUCKETS 1024

struct holder {
	struct holder *next;
	uint32_t uid;
	uint32_t connections;
	uint32_t waiting;
};

struct quota {
	uint32_t all;
	uint32_t keys;
	struct holder *bucket[BUCKETS];
};

struct quota *
quota_new(uint32_t keys)
{
	struct quota *q = calloc(1, sizeof *q);

	if (q != NULL)
		q->keys = keys;
	return q;
}

void
quota_free(struct quota **q)
{
	if (*q == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct holder *next;

		for (struct holder *h = (*q)->bucket[i]; h != NULL; h = next) {
			next = h->next;
			free(h);
		}
	}
	free(*q);
	*q = NULL;
}

static struct holder *
find(const struct quota *q, uint32_t uid)
{
	struct holder *h = q->bucket[uid % BUCKETS];

	while (h != NULL && h->uid != uid)
		h = h->next;
	return h;
}

static struct holder *
find_or_add(struct quota *q, uint32_t uid)
{
	struct holder *h = find(q, uid);

	if (h != NULL)
		return h;
	h = calloc(1, sizeof *h);
	if (h == NULL)
		return NULL;
	h->uid = uid;
	h->next = q->bucket[uid % BUCKETS];
	q->bucket[uid % BUCKETS] = h;
	return h;
}

/* Somebody who holds nothing is forgotten. */
static void
drop_if_idle(struct quota *q, uint32_t uid)
{
	struct holder **at = &q->bucket[uid % BUCKETS];
	struct holder *h;

	while (*at != NULL && (*at)->uid != uid)
		at = &(*at)->next;
	h = *at;
	if (h == NULL || h->connections > 0 || h->waiting > 0)
		return;
	*at = h->next;
	free(h);
}

bool
quota_enter(struct quota *q, uint32_t uid)
{
	uint32_t all = uid == 0 ? QUOTA_ALL : QUOTA_ALL - QUOTA_ROOT;
	struct holder *h;

	if (q->all >= all)
		return false;
	h = find_or_add(q, uid);
	if (h == NULL)
		return false;
	if (uid != 0 && uid != q->keys && h->connections >= QUOTA_CONNECTIONS)
		return false;
	h->connections++;
	q->all++;
	return true;
}

void
quota_leave(struct quota *q, uint32_t uid)
{
	struct holder *h = find(q, uid);

	if (h == NULL || h->connections == 0)
		return;
	h->connections--;
	q->all--;
	drop_if_idle(q, uid);
}

bool
quota_crowded(const struct quota *q)
{
	return q->all >= QUOTA_CROWD;
}

uint32_t
quota_waiting(const struct quota *q, uint32_t uid)
{
	const struct holder *h = find(q, uid);

	return h == NULL ? 0 : h->waiting;
}

bool
quota_wait(struct quota *q, uint32_t uid)
{
	struct holder *h = find_or_add(q, uid);

	if (h == NULL)
		return false;
	h->waiting++;
	return true;
}

void
quota_wait_over(struct quota *q, uint32_t uid)
{
	struct holder *h = find(q, uid);

	if (h == NULL || h->waiting == 0)
		return;
	h->waiting--;
	drop_if_idle(q, uid);
}
