/*
 * Each change of a record saves its tally too: one compare-and-set keeps
 * changes from building on a state that is gone.
 *
 * Rules:
 *   - A broken record MUST NOT be changed: what is in it cannot be known.  It
 *     can only be cleared.
 */
#include "store/store.h"

#include <string.h>

#include "base/text.h"
#include "store/query.h"
#include "store/row.h"

/* Saves the row of r, and the tally, which makes one where there is none. */
static enum error
save_row(struct store *s, struct record *r)
{
	struct row_bytes bytes;
	struct row row;
	struct query q;
	enum error e = ERR_UNSET;

	if (r->state == RECORD_BROKEN)
		return ERR_BROKEN;
	e = row_encode(s->seal, r, &bytes, &row);
	if (e == OK)
		e = store_save_tally(s, r);
	if (e != OK)
		return e;
	r->state = record_judge(r);
	query_start(&q, s, SQL_SET_ROW);
	query_integer(&q, r->uid);
	query_text(&q, row.name);
	query_blob(&q, row.devices.bytes, row.devices.size);
	query_integer(&q, row.confirmed);
	query_blob(&q, row.recovery.bytes, row.recovery.size);
	query_blob(&q, row.ticket.bytes, row.ticket.size);
	return query_change(&q, ERR_STORE);
}

enum error
store_next_devices(struct store *s, uint32_t count, int64_t *id)
{
	struct query q;

	*id = 0;
	query_start(&q, s, SQL_NEXT_DEVICE);
	query_integer(&q, count);
	if (query_row(&q))
		*id = row_integer(&q, 0) - count + 1;
	return query_change(&q, ERR_STORE);
}

/* A renewal bears the name of the device that it will replace. */
static bool
label_taken(const struct record *r, const struct device *fresh)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].id != fresh->renews &&
		    strcmp(r->device[i].label, fresh->label) == 0)
			return true;
	return false;
}

static bool
secret_known(const struct record *r, const struct secret *secret)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].secret.size == secret->size &&
		    secret_equal(
			r->device[i].secret.bytes, secret->bytes, secret->size))
			return true;
	return false;
}

enum error
store_add_device(struct store *s, struct record *r, struct device *d)
{
	enum error e = ERR_UNSET;

	if (r->state == RECORD_BROKEN)
		return ERR_BROKEN;
	if (r->devices >= DEVICES_MAX)
		return ERR_FULL;
	if (label_taken(r, d) || secret_known(r, &d->secret))
		return ERR_EXISTS;
	e = store_next_devices(s, 1, &d->id);
	if (e != OK)
		return e;
	r->device[r->devices++] = *d;
	return save_row(s, r);
}

/* Out of r, and out of its tally; false when there is none of that id. */
static bool
drop_device(struct record *r, int64_t device)
{
	struct device *d = record_device(r, device);
	struct device *last;

	if (d == NULL)
		return false;
	last = &r->device[--r->devices];
	memmove(d, d + 1, (size_t)(last - d) * sizeof *d);
	explicit_bzero(last, sizeof *last);
	tally_prune(&r->tally, r);
	return true;
}

enum error
store_confirm_device(struct store *s, struct record *r, int64_t device)
{
	struct device *d = record_device(r, device);
	int64_t renewed;

	if (d == NULL)
		return ERR_ABSENT;
	d->confirmed = true;
	renewed = d->renews;
	d->renews = 0;
	drop_device(r, renewed);
	return save_row(s, r);
}

enum error
store_remove_device(struct store *s, struct record *r, int64_t device)
{
	if (!drop_device(r, device))
		return ERR_ABSENT;
	return save_row(s, r);
}

enum error
store_set_recovery(struct store *s, struct record *r,
    const uint8_t hash[][RECOVERY_HASH], uint32_t count)
{
	if (count > RECOVERY_COUNT)
		return ERR_RANGE;
	r->tally.recovery_used = 0;
	memset(r->recovery, 0, sizeof r->recovery);
	for (uint32_t i = 0; i < count; i++)
		memcpy(r->recovery[i], hash[i], RECOVERY_HASH);
	r->recovery_count = count;
	return save_row(s, r);
}

enum error
store_set_ticket(struct store *s, struct record *r, int64_t until,
    const uint8_t hash[RECOVERY_HASH])
{
	if (until != 0)
		memmove(r->ticket, hash, RECOVERY_HASH);
	r->ticket_until = until;
	return save_row(s, r);
}

enum error
store_set_name(struct store *s, struct record *r, const char *name)
{
	if (r->state == RECORD_BROKEN)
		return ERR_BROKEN;
	if (strlen(name) >= sizeof r->name)
		return ERR_LONG;
	if (strcmp(r->name, name) == 0)
		return OK;
	if (r->tally.version == 0)
		return ERR_ABSENT;
	(void)text_copy(r->name, sizeof r->name, name);
	return save_row(s, r);
}

/* Deletes rows of uid; *any becomes true when there were some. */
static enum error
delete_rows(struct store *s, enum sql sql, uint32_t uid, bool *any)
{
	struct query q;
	enum error e = ERR_UNSET;

	query_start(&q, s, sql);
	query_integer(&q, uid);
	e = query_change(&q, ERR_ABSENT);
	if (e == OK)
		*any = true;
	return e == ERR_ABSENT ? OK : e;
}

enum error
store_clear(struct store *s, uint32_t uid)
{
	bool journalled = false;
	bool any = false;
	enum error e = ERR_UNSET;

	e = delete_rows(s, SQL_CLEAR_LATEST, uid, &journalled);
	/* Only a uid that is in the journal is worth a walk through it. */
	if (e == OK && journalled)
		e = delete_rows(s, SQL_CLEAR_JOURNAL, uid, &any);
	if (e == OK)
		e = delete_rows(s, SQL_CLEAR_USER, uid, &any);
	if (e == OK)
		e = delete_rows(s, SQL_END_TRUST, uid, &any);
	return e == OK && !any ? ERR_ABSENT : e;
}
