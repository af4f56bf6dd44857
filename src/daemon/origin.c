#include "daemon/origin.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct origins *
origins_new(const char *proc)
{
	struct origins *o = calloc(1, sizeof *o);

	if (o == NULL)
		return NULL;
	o->proc = proc;
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		o->at[i].held = -1;
	return o;
}

static void
forget(struct origin *o)
{
	if (o->held >= 0)
		(void)close(o->held);
	free(o->told);
	memset(o, 0, sizeof *o);
	o->held = -1;
}

void
origins_free(struct origins **o)
{
	if (*o == NULL)
		return;
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		forget(&(*o)->at[i]);
	free(*o);
	*o = NULL;
}

/* All whose sshd has ended: who has its number now is somebody else. */
static void
forget_ended(struct origins *o)
{
	struct pollfd *p = o->watch;

	for (size_t i = 0; i < ORIGINS_MAX; i++)
		p[i] = (struct pollfd){.fd = o->at[i].held, .events = POLLIN};
	if (poll(p, ORIGINS_MAX, 0) <= 0)
		return;
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		if (p[i].revents != 0)
			forget(&o->at[i]);
}

static struct origin *
find(struct origins *o, const struct ancestor *sshd, uint32_t uid)
{
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		if (o->at[i].held >= 0 && o->at[i].uid == uid &&
		    o->at[i].sshd.pid == sshd->pid &&
		    o->at[i].sshd.start == sshd->start)
			return &o->at[i];
	return NULL;
}

/*
 * Whether a is forgotten before b.  Whoever has the password alone can open any
 * number of them: that must not undo what took a code or a key.
 */
static bool
yields(const struct origin *a, const struct origin *b)
{
	bool proved_a = a->verified || a->keyed;
	bool proved_b = b->verified || b->keyed;

	return proved_a != proved_b ? proved_b : a->age < b->age;
}

static size_t
count_of(const struct origins *o, uint32_t uid)
{
	size_t count = 0;

	for (size_t i = 0; i < ORIGINS_MAX; i++)
		count += o->at[i].uid == uid;
	return count;
}

/* Of all, which are as many as can be, the one that gives way. */
static struct origin *
give_way(struct origins *o)
{
	struct origin *first = &o->at[0];
	size_t most = count_of(o, first->uid);

	for (size_t i = 1; i < ORIGINS_MAX; i++) {
		struct origin *at = &o->at[i];
		size_t count = count_of(o, at->uid);

		if (count > most || (count == most && yields(at, first))) {
			first = at;
			most = count;
		}
	}
	return first;
}

static struct origin *
make_room(struct origins *o)
{
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		if (o->at[i].held < 0)
			return &o->at[i];
	return give_way(o);
}

struct origin *
origin_of(struct origins *o, pid_t peer, uint32_t uid)
{
	struct ancestor sshd;
	struct origin *found;
	int held;

	if (ancestor_sshd(o->proc, peer, &sshd) != OK)
		return NULL;
	forget_ended(o);
	found = find(o, &sshd, uid);
	if (found != NULL)
		return found;
	if (ancestor_hold(o->proc, &sshd, &held) != OK)
		return NULL;
	found = make_room(o);
	forget(found);
	*found = (struct origin){
	    .sshd = sshd, .held = held, .uid = uid, .age = ++o->made};
	return found;
}

static bool
knows(const struct origins *o, uint32_t uid)
{
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		if (o->at[i].held >= 0 && o->at[i].uid == uid)
			return true;
	return false;
}

/* Most users have none, and then /proc need not be read. */
struct origin *
origin_find(struct origins *o, pid_t peer, uint32_t uid)
{
	struct ancestor sshd;

	if (!knows(o, uid) || ancestor_sshd(o->proc, peer, &sshd) != OK)
		return NULL;
	forget_ended(o);
	return find(o, &sshd, uid);
}

void
origin_verify(struct origins *o, struct origin *at, int64_t now)
{
	if (origin_verified(at, now))
		return;
	at->verified = at->unsettled = true;
	at->verified_at = now;
	o->unsettled++;
}

bool
origin_verified(const struct origin *at, int64_t now)
{
	return at->verified && now - at->verified_at < ORIGIN_VERIFIED;
}

void
origins_settle(struct origins *o, bool committed)
{
	if (o->unsettled == 0)
		return;
	for (size_t i = 0; i < ORIGINS_MAX; i++) {
		if (o->at[i].unsettled && !committed)
			o->at[i].verified = false;
		o->at[i].unsettled = false;
	}
	o->unsettled = 0;
}

void
origins_doubt(struct origins *o, uint32_t uid)
{
	for (size_t i = 0; i < ORIGINS_MAX; i++)
		if (o->at[i].held >= 0 && o->at[i].uid == uid)
			o->at[i].verified = false;
}

enum error
origin_tell(struct origin *at, const char *told, bool keyed)
{
	char *copy = strdup(told);

	if (copy == NULL)
		return ERR_MEMORY;
	free(at->told);
	at->told = copy;
	at->keyed = keyed;
	return OK;
}
