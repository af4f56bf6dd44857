/*
 * Rules:
 *   - What is read is not trusted: a length that is not ours, a tally of
 *     another version, devices that do not open make the record broken.
 *   - A broken record MUST NOT read as an absent one.
 */
#include "store/store.h"

#include <string.h>

#include "base/bytes.h"
#include "store/devices.h"
#include "store/query.h"

/* The columns of SQL_LOAD. */
enum {
	COLUMN_NAME,
	COLUMN_DEVICES,
	COLUMN_CONFIRMED,
	COLUMN_RECOVERY,
	COLUMN_VERSION,
	COLUMN_TALLY,
	COLUMN_TICKET
};

static enum error
read_devices(const struct query *q, struct record *r)
{
	size_t size;
	const uint8_t *bytes = row_blob(q, COLUMN_DEVICES, &size);
	enum error e = devices_decode(q->store->seal, r, bytes, size);

	if (e == OK && record_confirmed(r) != row_integer(q, COLUMN_CONFIRMED))
		return ERR_BROKEN;
	return e;
}

static enum error
read_recovery(const struct query *q, struct record *r)
{
	size_t size;
	const uint8_t *hashes = row_blob(q, COLUMN_RECOVERY, &size);

	if (size % RECOVERY_HASH != 0 || size > sizeof r->recovery)
		return ERR_BROKEN;
	if (size > 0)
		memcpy(r->recovery, hashes, size);
	r->recovery_count = (uint32_t)(size / RECOVERY_HASH);
	return OK;
}

/* The tally, which must be of the version that the store knows. */
static enum error
read_tally(const struct query *q, struct record *r)
{
	int64_t version = row_integer(q, COLUMN_VERSION);
	size_t size;
	const uint8_t *bytes = row_blob(q, COLUMN_TALLY, &size);

	if (version == 0 && row_null(q, COLUMN_TALLY))
		return OK; /* none was saved yet */
	if (version <= 0 || size == 0 ||
	    tally_decode(&r->tally, bytes, size) != OK ||
	    r->tally.version != (uint64_t)version)
		return ERR_BROKEN;
	return OK;
}

/* The time in eight bytes, then the hash; or nothing. */
static enum error
read_ticket(const struct query *q, struct record *r)
{
	size_t size;
	const uint8_t *bytes = row_blob(q, COLUMN_TICKET, &size);
	struct reader in;

	if (size == 0)
		return OK;
	reader_init(&in, bytes, size);
	r->ticket_until = read_i64(&in);
	read_exact(&in, r->ticket, sizeof r->ticket);
	return reader_finish(&in) == OK ? OK : ERR_BROKEN;
}

static enum error
read_user(const struct query *q, struct record *r)
{
	enum error e = ERR_UNSET;

	if (row_text(q, COLUMN_NAME, r->name, sizeof r->name) != OK)
		return ERR_BROKEN;
	e = read_devices(q, r);
	if (e == OK)
		e = read_recovery(q, r);
	if (e == OK)
		e = read_ticket(q, r);
	if (e == OK)
		e = read_tally(q, r);
	if (e == OK)
		r->state = record_judge(r);
	return e == OK && r->state == RECORD_BROKEN ? ERR_BROKEN : e;
}

/* A record of uid of which nothing is known: broken until proved otherwise. */
static void
record_clean(struct record *r, uint32_t uid, int64_t now)
{
	record_wipe(r);
	r->uid = uid;
	r->state = RECORD_BROKEN;
	tally_init(&r->tally, now);
}

/* Keeps the name, so that whoever lists the record knows whose it is. */
static void
record_break(struct record *r, int64_t now)
{
	char name[NAME_MAX_BYTES];

	memcpy(name, r->name, sizeof name);
	record_clean(r, r->uid, now);
	memcpy(r->name, name, sizeof name);
}

enum error
store_load(struct store *s, uint32_t uid, int64_t now, struct record *r)
{
	struct query q;
	enum error e = OK;
	enum error end;

	record_clean(r, uid, now);
	query_start(&q, s, SQL_LOAD);
	query_integer(&q, uid);
	if (query_row(&q))
		e = read_user(&q, r);
	else
		r->state = RECORD_ABSENT;
	end = query_end(&q);
	if (end != OK)
		e = end;
	if (e != OK)
		record_break(r, now);
	return e == ERR_BROKEN ? OK : e;
}
