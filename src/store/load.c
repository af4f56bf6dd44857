/*
 * Rules:
 *   - What is read is not trusted: a MAC or a length that is not ours, a tally
 *     of another version, devices that do not open make the record broken.
 *   - A broken record MUST NOT read as an absent one.
 */
#include "store/store.h"

#include <string.h>

#include "base/bytes.h"
#include "store/query.h"
#include "store/row.h"

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

/* What the row holds, as it stands there. */
static void
read_row(const struct query *q, const struct record *r, struct row *row)
{
	struct {
		int column;
		struct mac_part *part;
	} const blobs[] = {
	    {COLUMN_DEVICES, &row->devices},
	    {COLUMN_RECOVERY, &row->recovery},
	    {COLUMN_TICKET, &row->ticket},
	};

	row->name = r->name;
	row->confirmed = row_integer(q, COLUMN_CONFIRMED);
	for (size_t i = 0; i < sizeof blobs / sizeof blobs[0]; i++)
		blobs[i].part->bytes =
		    row_blob(q, blobs[i].column, &blobs[i].part->size);
}

/* The tally, which must be of the version that the store knows. */
static enum error
read_tally(const struct query *q, struct record *r)
{
	int64_t version = row_integer(q, COLUMN_VERSION);
	size_t size;
	const uint8_t *bytes = row_blob(q, COLUMN_TALLY, &size);
	enum error e = tally_open(q->store->seal, r, bytes, size);

	if (e == OK && (version <= 0 || r->tally.version != (uint64_t)version))
		return ERR_BROKEN;
	return e;
}

static enum error
read_devices(const struct query *q, const struct row *row, struct record *r)
{
	enum error e = devices_decode(
	    q->store->seal, r, row->devices.bytes, row->devices.size);

	if (e == OK && record_confirmed(r) != row->confirmed)
		return ERR_BROKEN;
	return e;
}

static enum error
read_recovery(const struct row *row, struct record *r)
{
	size_t size = row->recovery.size;

	if (size % RECOVERY_HASH != 0 || size > sizeof r->recovery)
		return ERR_BROKEN;
	if (size > 0)
		memcpy(r->recovery, row->recovery.bytes, size);
	r->recovery_count = (uint32_t)(size / RECOVERY_HASH);
	return OK;
}

/* The time in eight bytes, then the hash; or nothing. */
static enum error
read_ticket(const struct row *row, struct record *r)
{
	struct reader in;

	if (row->ticket.size == 0)
		return OK;
	reader_init(&in, row->ticket.bytes, row->ticket.size);
	r->ticket_until = read_i64(&in);
	read_exact(&in, r->ticket, sizeof r->ticket);
	return reader_finish(&in) == OK ? OK : ERR_BROKEN;
}

/* The tally first: its MAC says whether the row is the one that was saved. */
static enum error
read_user(const struct query *q, struct record *r)
{
	struct row row;
	enum error e = ERR_UNSET;

	if (row_text(q, COLUMN_NAME, r->name, sizeof r->name) != OK)
		return ERR_BROKEN;
	read_row(q, r, &row);
	e = row_mac(q->store->seal, r->uid, &row, r->row);
	if (e == OK)
		e = read_tally(q, r);
	if (e == OK)
		e = read_devices(q, &row, r);
	if (e == OK)
		e = read_recovery(&row, r);
	if (e == OK)
		e = read_ticket(&row, r);
	if (e == OK)
		r->state = record_judge(r);
	return e == OK && r->state == RECORD_BROKEN ? ERR_BROKEN : e;
}

/* Nothing is known: the row that a first save makes is empty. */
static enum error
read_nobody(struct store *s, struct record *r)
{
	struct row_bytes bytes;
	struct row row;
	enum error e = row_encode(s->seal, r, &bytes, &row);

	if (e == OK)
		r->state = RECORD_ABSENT;
	return e;
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
		e = read_nobody(s, r);
	end = query_end(&q);
	if (end != OK)
		e = end;
	if (e != OK)
		record_break(r, now);
	return e == ERR_BROKEN ? OK : e;
}
