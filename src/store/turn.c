/*
 * Rules:
 *   - Where SQLite gave a transaction up, by itself, the whole turn is lost:
 *     nothing more MUST be written in it, and its commit MUST fail.
 */
#include "store/store.h"

#include "store/query.h"

static enum error
turn_run(struct store *s, enum sql sql)
{
	struct query q;

	query_start(&q, s, sql);
	return query_run(&q);
}

enum error
store_begin(struct store *s)
{
	enum error e = turn_run(s, SQL_BEGIN);

	if (e == OK)
		s->turn = true;
	s->added = 0;
	return e;
}

enum error
store_commit(struct store *s)
{
	enum error e = turn_run(s, SQL_COMMIT);

	if (e != OK)
		store_rollback(s);
	s->turn = false;
	return e;
}

void
store_rollback(struct store *s)
{
	/*
	 * When SQLite rolled back already there is nothing to do.  Should it
	 * be unable to, the transaction stays open, and the next
	 * store_begin() fails.
	 */
	if (s->turn && sqlite3_get_autocommit(s->database) == 0)
		(void)turn_run(s, SQL_ROLLBACK);
	s->turn = false;
}

enum error
store_enter(struct store *s)
{
	return turn_run(s, SQL_ENTER);
}

enum error
store_leave(struct store *s, enum error result)
{
	enum error e = OK;

	if (result != OK)
		e = turn_run(s, SQL_UNDO);
	return e == OK ? turn_run(s, SQL_LEAVE) : e;
}
