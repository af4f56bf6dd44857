#include "store/query.h"

#include <string.h>

#include "base/text.h"

/* In the order of store/trust.c. */
#define TRUSTED_COLUMNS                                                     \
	"SELECT id, uid, name, fingerprint, key, source, created, expires," \
	" mac FROM trusted"

/*
 * latest is a table in memory: for each uid the number of its newest tally in
 * the journal.  SQLite rolls it back together with all else.
 */
static const char *const sql_text[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_ENTER] = "SAVEPOINT verb",
    [SQL_LEAVE] = "RELEASE verb",
    [SQL_UNDO] = "ROLLBACK TO verb",

    /* A journalled tally that is missing must not give an older one. */
    [SQL_LOAD] = "SELECT name, devices, confirmed, recovery,"
		 " ifnull(latest.seq, user.version),"
		 " iif(latest.seq IS NULL, user.tally, journal.tally), ticket"
		 " FROM user LEFT JOIN latest ON latest.uid = user.uid"
		 " LEFT JOIN journal ON journal.seq = latest.seq"
		 " AND journal.uid = user.uid WHERE user.uid = ?1",

    [SQL_MAKE_USER] =
	"INSERT INTO user (uid) VALUES (?1) ON CONFLICT DO NOTHING",
    [SQL_ADD_USER] = "INSERT INTO user (uid, name, devices, confirmed,"
		     " recovery, version, tally)"
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		     " ON CONFLICT DO NOTHING",
    /* The trigger sees what changes, not what is new. */
    [SQL_ENROLLED] =
	"UPDATE meta SET value = value + ?1 WHERE key = 'enrolled'",
    /* The compare-and-set: no row, where the version is another by now. */
    [SQL_SAVE_TALLY] =
	"INSERT INTO journal (seq, uid, tally) SELECT ?1, ?2, ?3"
	" WHERE ?4 = ifnull((SELECT seq FROM latest WHERE uid = ?2),"
	" (SELECT version FROM user WHERE uid = ?2))",
    [SQL_SET_LATEST] = "INSERT INTO latest (uid, seq) VALUES (?1, ?2)"
		       " ON CONFLICT (uid) DO UPDATE SET seq = excluded.seq",

    [SQL_NEXT_DEVICE] =
	"UPDATE meta SET value = value + ?1 WHERE key = 'device'"
	" RETURNING value",
    [SQL_SET_ROW] = "UPDATE user SET name = ?2, devices = ?3, confirmed = ?4,"
		    " recovery = ?5, ticket = ?6 WHERE uid = ?1",

    [SQL_CLEAR_LATEST] = "DELETE FROM latest WHERE uid = ?1",
    [SQL_CLEAR_JOURNAL] = "DELETE FROM journal WHERE uid = ?1",
    [SQL_CLEAR_USER] = "DELETE FROM user WHERE uid = ?1",

    [SQL_TRUST] = "INSERT INTO trusted"
		  " (uid, name, fingerprint, key, source, created, expires,"
		  " mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		  " RETURNING id",
    [SQL_FIND_TRUSTED] = TRUSTED_COLUMNS " WHERE uid = ?1 AND fingerprint = ?2",
    [SQL_NEXT_TRUSTED] =
	TRUSTED_COLUMNS " WHERE id > ?1 AND expires > ?2 ORDER BY id LIMIT 1",
    [SQL_NEXT_TRUSTED_OF] =
	TRUSTED_COLUMNS " INDEXED BY trusted_of"
			" WHERE id > ?1 AND expires > ?2 AND uid = ?3"
			" ORDER BY id LIMIT 1",
    [SQL_COUNT_TRUSTED] =
	"SELECT count(*) FROM trusted WHERE uid = ?1 AND expires > ?2",
    /* Some at a time: logins wait meanwhile. */
    [SQL_END_OLD] = "DELETE FROM trusted WHERE id IN (SELECT id FROM trusted"
		    " WHERE expires <= ?1 ORDER BY expires LIMIT 64)",
    [SQL_END_OLD_OF] = "DELETE FROM trusted WHERE uid = ?1 AND expires <= ?2",
    [SQL_END_ONE] = "DELETE FROM trusted WHERE id = ?1"
		    " AND (?2 IS NULL OR uid = ?2) RETURNING uid",
    [SQL_END_SAME] = "DELETE FROM trusted WHERE uid = ?1 AND fingerprint = ?2",
    [SQL_END_TRUST] = "DELETE FROM trusted WHERE uid = ?1",

    [SQL_LIST] = "SELECT uid FROM user WHERE uid >= ?1 ORDER BY uid LIMIT ?2",
    [SQL_META] = "SELECT value FROM meta WHERE key = ?1",
    [SQL_KEEP_POLICY] =
	"INSERT INTO meta (key, value) VALUES ('policy', ?1)"
	" ON CONFLICT (key) DO UPDATE SET value = excluded.value",

    [SQL_READ_JOURNAL] = "INSERT OR REPLACE INTO latest (uid, seq)"
			 " SELECT uid, seq FROM journal ORDER BY seq",
    [SQL_LAST_JOURNALLED] = "SELECT ifnull(max(seq), 0) FROM journal",

    /*
     * What a newer tally has replaced is not worth a page.  SQLite gathers
     * the FROM by rowid: users are written in their order.
     */
    [SQL_FOLD_USERS] =
	"UPDATE user SET version = new.seq, tally = new.tally FROM"
	" (SELECT journal.uid, journal.seq, journal.tally"
	" FROM journal CROSS JOIN latest ON latest.uid = journal.uid"
	" AND latest.seq = journal.seq WHERE journal.seq <= ?1) AS new"
	" WHERE user.uid = new.uid",
    [SQL_FOLD_LATEST] = "DELETE FROM latest WHERE seq <= ?1"
			" AND uid IN (SELECT uid FROM journal WHERE seq <= ?1)",
    [SQL_FOLD_JOURNAL] = "DELETE FROM journal WHERE seq <= ?1",
    [SQL_FOLDED] = "UPDATE meta SET value = ?1 WHERE key = 'folded'",
};

enum error
query_prepare(struct store *s)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		int status = sqlite3_prepare_v3(s->database, sql_text[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &s->statement[i], NULL);

		if (status != SQLITE_OK)
			return status == SQLITE_ERROR ? ERR_FORMAT : ERR_STORE;
	}
	return OK;
}

void
query_forget(struct store *s)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		/* It repeats an error of the last run, which was reported. */
		(void)sqlite3_finalize(s->statement[i]);
		s->statement[i] = NULL;
	}
}

static void
complain(struct store *s, const char *words)
{
	(void)text_escape(s->complaint, sizeof s->complaint, words);
}

void
query_start(struct query *q, struct store *s, enum sql sql)
{
	bool inside = s->turn && sqlite3_get_autocommit(s->database) == 0;

	q->store = s;
	q->statement = s->statement[sql];
	q->bound = 0;
	q->status = SQLITE_OK;
	if (inside == (sql == SQL_BEGIN)) {
		q->status = SQLITE_MISUSE;
		complain(s,
		    inside ? "a turn is open already"
			   : "no turn is open, or it was given up");
	}
}

/* Takes the status of a call that was made only if none had failed. */
static void
query_note(struct query *q, int status)
{
	q->status = status;
	if (status != SQLITE_OK && status != SQLITE_ROW &&
	    status != SQLITE_DONE)
		complain(q->store, sqlite3_errmsg(q->store->database));
}

void
query_integer(struct query *q, int64_t v)
{
	if (q->status == SQLITE_OK)
		query_note(q, sqlite3_bind_int64(q->statement, ++q->bound, v));
}

void
query_text(struct query *q, const char *text)
{
	if (q->status == SQLITE_OK)
		query_note(q,
		    sqlite3_bind_text(
			q->statement, ++q->bound, text, -1, SQLITE_STATIC));
}

void
query_blob(struct query *q, const void *bytes, size_t size)
{
	if (q->status == SQLITE_OK)
		query_note(q,
		    sqlite3_bind_blob64(
			q->statement, ++q->bound, bytes, size, SQLITE_STATIC));
}

bool
query_row(struct query *q)
{
	if (q->status == SQLITE_OK || q->status == SQLITE_ROW)
		query_note(q, sqlite3_step(q->statement));
	return q->status == SQLITE_ROW;
}

int64_t
row_integer(const struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

const uint8_t *
row_blob(const struct query *q, int column, size_t *size)
{
	const uint8_t *bytes = sqlite3_column_blob(q->statement, column);

	*size = (size_t)sqlite3_column_bytes(q->statement, column);
	return bytes;
}

bool
row_null(const struct query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

enum error
row_text(const struct query *q, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(q->statement, column);
	int length = sqlite3_column_bytes(q->statement, column);

	out[0] = '\0';
	if (text == NULL || (size_t)length >= size ||
	    memchr(text, '\0', (size_t)length) != NULL)
		return ERR_FORMAT;
	memcpy(out, text, (size_t)length + 1);
	return OK;
}

enum error
query_end(struct query *q)
{
	int status = q->status;

	/* Both repeat what the run said, or cannot fail. */
	(void)sqlite3_reset(q->statement);
	(void)sqlite3_clear_bindings(q->statement);
	return status == SQLITE_OK || status == SQLITE_ROW ||
		status == SQLITE_DONE
	    ? OK
	    : ERR_STORE;
}

enum error
query_run(struct query *q)
{
	while (query_row(q))
		continue;
	return query_end(q);
}

enum error
query_change(struct query *q, enum error if_none)
{
	enum error e = query_run(q);

	if (e == OK && sqlite3_changes(q->store->database) == 0)
		return if_none;
	return e;
}
