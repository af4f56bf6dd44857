/* Rule: a stored time that is later than now MUST count as now. */
#include "core/seen.h"

/* Seconds since the owner succeeded from there. */
static uint64_t
seen_age(const struct seen_network *seen, int64_t now)
{
	return seen->last < now ? (uint64_t)now - (uint64_t)seen->last : 0;
}

/* The entry of a network; t->networks_seen where there is none. */
static uint32_t
seen_find(const struct tally *t, const struct network *n)
{
	uint32_t i = 0;

	while (i < t->networks_seen && !network_same(&t->seen[i].network, n))
		i++;
	return i;
}

bool
network_known(const struct tally *t, const char *address, int64_t now)
{
	struct network n;
	uint64_t newest = UINT64_MAX;
	uint32_t found;

	if (t->networks_seen == 0)
		return true;
	if (network_of(&n, address) != OK)
		return false;
	found = seen_find(t, &n);
	if (found == t->networks_seen)
		return false;
	/* It never gets too old to be known: else nobody would be. */
	for (uint32_t i = 0; i < t->networks_seen; i++)
		if (seen_age(&t->seen[i], now) < newest)
			newest = seen_age(&t->seen[i], now);
	return seen_age(&t->seen[found], now) <=
	    (newest > SEEN_KNOWN ? newest : SEEN_KNOWN);
}

/* A free entry, or the one that was not used for the longest time. */
static struct seen_network *
seen_room(struct tally *t, int64_t now)
{
	struct seen_network *oldest = &t->seen[0];

	if (t->networks_seen < NETWORKS_MAX)
		return &t->seen[t->networks_seen++];
	for (uint32_t i = 1; i < NETWORKS_MAX; i++)
		if (seen_age(&t->seen[i], now) > seen_age(oldest, now))
			oldest = &t->seen[i];
	return oldest;
}

void
network_remember(struct tally *t, const char *address, int64_t now)
{
	struct network n;
	struct seen_network *seen;
	uint32_t i;

	if (network_of(&n, address) != OK)
		return;
	i = seen_find(t, &n);
	seen = i < t->networks_seen ? &t->seen[i] : seen_room(t, now);
	seen->network = n;
	seen->last = now;
}
