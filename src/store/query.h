/*
 * How store/ speaks to SQLite.  Private to store/.
 *
 * Each statement of the program stands in one table, is prepared once, and is
 * run through a struct query, which remembers its first error and does nothing
 * after it:
 *
 *     query_start(&q, s, SQL_SET_NAME);
 *     query_integer(&q, uid);
 *     query_text(&q, name);
 *     e = query_run(&q);
 *
 * Rules:
 *   - SQL MUST NOT be made from data: data are bound.
 *   - Nothing MUST run in a turn that SQLite has given up: it would commit by
 *     itself.  query_start() sees to it.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/error.h"
#include "store/store.h"

#define COMPLAINT_MAX 256

enum sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_ENTER,
	SQL_LEAVE,
	SQL_UNDO,
	SQL_LOAD,
	SQL_MAKE_USER,
	SQL_ADD_USER,
	SQL_ENROLLED,
	SQL_SAVE_TALLY,
	SQL_SET_LATEST,
	SQL_NEXT_DEVICE,
	SQL_SET_ROW,
	SQL_CLEAR_LATEST,
	SQL_CLEAR_JOURNAL,
	SQL_CLEAR_USER,
	SQL_TRUST,
	SQL_FIND_TRUSTED,
	SQL_NEXT_TRUSTED,
	SQL_NEXT_TRUSTED_OF,
	SQL_COUNT_TRUSTED,
	SQL_END_OLD,
	SQL_END_OLD_OF,
	SQL_END_ONE,
	SQL_END_SAME,
	SQL_END_TRUST,
	SQL_LIST,
	SQL_META,
	SQL_KEEP_POLICY,
	SQL_READ_JOURNAL,
	SQL_LAST_JOURNALLED,
	SQL_FOLD_USERS,
	SQL_FOLD_LATEST,
	SQL_FOLD_JOURNAL,
	SQL_FOLDED,
	SQL_COUNT
};

struct store {
	sqlite3 *database;
	struct seal *seal; /* the caller's */
	sqlite3_stmt *statement[SQL_COUNT];
	bool turn;	    /* between store_begin() and its end */
	int64_t journalled; /* the last number that a tally got */
	int64_t added;	    /* the number of users added in this turn; 0 */
	int64_t folded;	    /* tallies up to this one are in the users' rows */
	char complaint[COMPLAINT_MAX];
};

struct query {
	struct store *store;
	sqlite3_stmt *statement;
	int bound;  /* parameters that have a value */
	int status; /* SQLite's: SQLITE_OK, _ROW, _DONE or an error */
};

/* Prepares all statements.  ERR_FORMAT when the schema is not ours. */
enum error query_prepare(struct store *s);

/* Frees them. */
void query_forget(struct store *s);

/* Takes a statement; its parameters are bound in their order from here on. */
void query_start(struct query *q, struct store *s, enum sql sql);
void query_integer(struct query *q, int64_t v);

/* These two are not copied: they must stay until the query has ended. */
void query_text(struct query *q, const char *text);
void query_blob(struct query *q, const void *bytes, size_t size);

/* The next row: true while there is one. */
bool query_row(struct query *q);

/* Columns of the row, from 0.  A text or blob is valid until the next row. */
int64_t row_integer(const struct query *q, int column);
const uint8_t *row_blob(const struct query *q, int column, size_t *size);
bool row_null(const struct query *q, int column);

/* ERR_FORMAT when it does not fit or holds a NUL. */
enum error row_text(const struct query *q, int column, char *out, size_t size);

/* Gives the statement back.  ERR_STORE when anything failed since the start. */
enum error query_end(struct query *q);

/* Runs a statement that gives no rows, and ends it. */
enum error query_run(struct query *q);

/* The same; if_none when it changed no row. */
enum error query_change(struct query *q, enum error if_none);

#endif
