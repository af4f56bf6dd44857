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
 * Whether a is forgotten before b.  Who has shown a password, or none yet, can
 * come by as many as he likes: that must not undo what took a code.
 */
static bool
yields(const struct origin *a, const struct origin *b)
{
	int of_a = 2 * a->verified + (a->told != NULL);
	int of_b = 2 * b->verified + (b->told != NULL);

	return of_a != of_b ? of_a < of_b : a->age < b->age;
}

/* A free place; else one of uid, when it has its fill, or of all. */
static struct origin *
make_room(struct origins *o, uint32_t uid)
{
	struct origin *vacant = NULL, *own = NULL, *any = &o->at[0];
	uint32_t count = 0;

	for (size_t i = 0; i < ORIGINS_MAX; i++) {
		struct origin *at = &o->at[i];

		if (at->held < 0) {
			vacant = at;
			continue;
		}
		if (yields(at, any))
			any = at;
		if (at->uid != uid)
			continue;
		count++;
		if (own == NULL || yields(at, own))
			own = at;
	}
	if (count >= ORIGINS_USER)
		return own;
	return vacant != NULL ? vacant : any;
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
	found = make_room(o, uid);
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
origin_verify(struct origins *o, struct origin *at)
{
	if (at->verified)
		return;
	at->verified = at->unsettled = true;
	o->unsettled++;
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
origin_tell(struct origin *at, const char *told)
{
	char *copy = strdup(told);

	if (copy == NULL)
		return ERR_MEMORY;
	free(at->told);
	at->told = copy;
	return OK;
}
