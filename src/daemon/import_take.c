/* The end of an import: what was found good is written. */
#include <string.h>

#include "core/recovery.h"
#include "core/steps.h"
#include "daemon/daemon.h"
#include "daemon/import.h"

/* The records of one user, one after the other. */
struct group {
	const struct import *im;
	struct daemon *d;
	const struct import_entry *entry;
	uint32_t count;
	int64_t *next;	 /* id of the next device that memory alone knows */
	uint32_t *added; /* users whom nobody knew */
};

/* Adds m to r where nothing but memory knows of r yet. */
static enum error
place_device(
    const struct group *g, struct record *r, const struct wire_import_record *m)
{
	struct device *d = &r->device[r->devices];

	import_device(m, r->devices, daemon_now(g->d), d);
	d->id = (*g->next)++;
	r->devices++;
	return OK;
}

static enum error
add_device(
    const struct group *g, struct record *r, const struct wire_import_record *m)
{
	struct device d;
	enum error e = ERR_UNSET;

	import_device(m, r->devices, daemon_now(g->d), &d);
	e = store_add_device(g->d->store, r, &d);
	explicit_bzero(&d, sizeof d);
	return e;
}

static enum error
hash_scratch(
    const struct group *g, struct record *r, const struct wire_import_record *m)
{
	enum error e = OK;

	for (size_t i = 0; e == OK && i < m->scratch_count; i++)
		e = scratch_hash(r->recovery[r->recovery_count++],
		    seal_recovery_key(g->d->seal), r->uid,
		    m->scratch[i].number);
	return e;
}

/*
 * All that is good of the group, into r and, where add says so, the store;
 * the scratch codes go into set, which has none yet.
 */
static enum error
gather(const struct group *g, struct record *r, struct record *set,
    enum error (*add)(const struct group *, struct record *,
	const struct wire_import_record *))
{
	struct wire_import_record m;
	enum error e = OK;

	for (uint32_t i = 0; e == OK && i < g->count; i++) {
		if (g->entry[i].why != IMPORT_GOOD)
			continue;
		import_decode(g->im, &g->entry[i], &m);
		e = add(g, r, &m);
		if (e == OK && g->entry[i].spent > 0)
			steps_close(
			    tally_use(&r->tally, r->device[r->devices - 1].id),
			    g->entry[i].spent);
		if (e == OK)
			e = hash_scratch(g, set, &m);
		memcpy(set->name, m.name, sizeof set->name);
	}
	explicit_bzero(&m, sizeof m);
	return e;
}

/* Nobody knows the user yet: one row. */
static enum error
take_new(const struct group *g, struct record *r)
{
	enum error e = ERR_UNSET;

	r->uid = g->entry->uid;
	tally_init(&r->tally, daemon_now(g->d));
	e = gather(g, r, r, place_device);
	if (e == OK)
		e = store_add_user(g->d->store, r);
	*g->added += e == OK;
	return e == ERR_EXISTS ? ERR_RACE : e;
}

/* Only what is pending: a confirmed device keeps an import away. */
static enum error
remove_pending(const struct group *g, struct record *r)
{
	enum error e = OK;

	while (e == OK && r->devices > 0)
		e = store_remove_device(g->d->store, r, r->device[0].id);
	return e;
}

/* Wrong codes, or a device that is pending, are there: the usual verbs. */
static enum error
take_known(const struct group *g, struct record *r)
{
	struct store *s = g->d->store;
	struct record set = {.uid = g->entry->uid};
	enum error e = store_load(s, set.uid, daemon_now(g->d), r);

	if (e == OK &&
	    (r->state == RECORD_BROKEN ||
		r->tally.version != g->entry->version))
		return ERR_RACE;
	if (e == OK)
		e = remove_pending(g, r);
	if (e == OK)
		e = gather(g, r, &set, add_device);
	if (e == OK && set.recovery_count > 0)
		e = store_set_recovery(s, r,
		    (const uint8_t(*)[RECOVERY_HASH])set.recovery,
		    set.recovery_count);
	if (e == OK && r->ticket_until != 0)
		e = store_set_ticket(s, r, 0, r->ticket);
	if (e == OK)
		e = store_save_tally(s, r);
	if (e == OK && set.name[0] != '\0')
		e = store_set_name(s, r, set.name);
	return e;
}

static enum error
take_group(const struct group *g)
{
	struct record r;
	bool any = false;
	enum error e = OK;

	for (uint32_t i = 0; i < g->count; i++)
		any = any || g->entry[i].why == IMPORT_GOOD;
	if (!any)
		return OK;
	memset(&r, 0, sizeof r);
	e = g->entry->version == 0 ? take_new(g, &r) : take_known(g, &r);
	record_wipe(&r);
	return e;
}

enum error
import_take(struct import *im, struct daemon *d)
{
	int64_t next = 0;
	uint32_t added = 0;
	struct group g = {.im = im, .d = d, .next = &next, .added = &added};
	enum error e = OK;

	if (im->phase != PHASE_READY)
		return ERR_REFUSED;
	if (im->devices > 0)
		e = store_next_devices(d->store, im->devices, &next);
	for (uint32_t i = 0; e == OK && i < im->records; i += g.count) {
		g.entry = &im->entry[i];
		g.count = 1;
		while (i + g.count < im->records &&
		    g.entry[g.count].uid == g.entry->uid)
			g.count++;
		e = take_group(&g);
	}
	if (e == OK && added > 0)
		e = store_count_added(d->store, added);
	if (e == OK)
		im->phase = PHASE_TAKEN;
	return e;
}
