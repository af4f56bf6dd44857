/*
 * Rules:
 *   - The number of a tally is its version, and MUST NOT be used twice: also
 *     after the user was cleared, or the journal folded and emptied, a version
 *     that was loaded once can never be somebody else's later state.
 *   - A uid is in latest if and only if the journal has a tally of it, and a
 *     uid that has one has a row.
 */
#include "store/journal.h"

#include "store/query.h"
#include "store/row.h"

enum error
journal_read(struct store *s)
{
	struct query q;
	enum error e = ERR_UNSET;

	e = store_begin(s);
	if (e != OK)
		return e;
	query_start(&q, s, SQL_READ_JOURNAL);
	e = query_run(&q);
	if (e == OK) {
		query_start(&q, s, SQL_META);
		query_text(&q, "folded");
		if (query_row(&q))
			s->folded = row_integer(&q, 0);
		e = query_end(&q);
	}
	if (e == OK) {
		query_start(&q, s, SQL_LAST_JOURNALLED);
		if (query_row(&q))
			s->journalled = row_integer(&q, 0);
		e = query_end(&q);
	}
	if (s->journalled < s->folded)
		s->journalled = s->folded;
	return e == OK ? store_commit(s) : e;
}

static enum error
make_user(struct store *s, uint32_t uid)
{
	struct query q;

	query_start(&q, s, SQL_MAKE_USER);
	query_integer(&q, uid);
	return query_run(&q);
}

enum error
store_save_tally(struct store *s, struct record *r)
{
	uint8_t bytes[TALLY_CLOSED];
	struct tally t = r->tally;
	struct query q;
	size_t size;
	enum error e = ERR_UNSET;

	if (r->state == RECORD_BROKEN)
		return ERR_BROKEN;
	t.version = (uint64_t)s->journalled + 1;
	e = tally_close(s->seal, r, &t, bytes, &size);
	/* Who has a factor has a row; of others maybe nothing was saved yet. */
	if (e == OK && r->tally.version == 0 && r->state != RECORD_GOOD)
		e = make_user(s, r->uid);
	if (e != OK)
		return e;
	query_start(&q, s, SQL_SAVE_TALLY);
	query_integer(&q, (int64_t)t.version);
	query_integer(&q, r->uid);
	query_blob(&q, bytes, size);
	query_integer(&q, (int64_t)r->tally.version);
	e = query_change(&q, ERR_RACE);
	if (e != OK)
		return e;
	query_start(&q, s, SQL_SET_LATEST);
	query_integer(&q, r->uid);
	query_integer(&q, (int64_t)t.version);
	e = query_run(&q);
	if (e != OK)
		return e;
	s->journalled++;
	r->tally.version = t.version;
	return OK;
}
