/*
 * A whole new user in one row: where the verbs of change.c would each write the
 * row, and a tally into the journal, this writes once.
 *
 * Rules:
 *   - The tally takes a number of the journal's, though it stands in the row:
 *     no later one of this user MUST have it again.  All that are added in one
 *     turn share it, for the journal is folded number by number.
 */
#include "store/store.h"

#include "store/query.h"
#include "store/row.h"

static enum error
insert(struct store *s, const struct record *r, const struct row *row)
{
	uint8_t tally[TALLY_CLOSED];
	struct query q;
	size_t size;
	enum error e = tally_close(s->seal, r, &r->tally, tally, &size);

	if (e != OK)
		return e;
	query_start(&q, s, SQL_ADD_USER);
	query_integer(&q, r->uid);
	query_text(&q, row->name);
	query_blob(&q, row->devices.bytes, row->devices.size);
	query_integer(&q, row->confirmed);
	query_blob(&q, row->recovery.bytes, row->recovery.size);
	query_integer(&q, (int64_t)r->tally.version);
	query_blob(&q, tally, size);
	return query_change(&q, ERR_EXISTS);
}

enum error
store_add_user(struct store *s, struct record *r)
{
	struct row_bytes bytes;
	struct row row;
	enum error e = ERR_UNSET;

	r->state = record_judge(r);
	if (r->state != RECORD_GOOD)
		return ERR_BROKEN;
	r->ticket_until = 0; /* it is no more: there is a device */
	if (s->added == 0)
		s->added = ++s->journalled;
	r->tally.version = (uint64_t)s->added;
	e = row_encode(s->seal, r, &bytes, &row);
	return e == OK ? insert(s, r, &row) : e;
}

enum error
store_count_added(struct store *s, uint32_t users)
{
	struct query q;

	query_start(&q, s, SQL_ENROLLED);
	query_integer(&q, users);
	return query_change(&q, ERR_STORE);
}
