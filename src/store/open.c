/*
 * Rules:
 *   - A file that is not wholly ours, and this key's, MUST be left as it is.
 *   - Nothing MUST be written before the exclusive lock is had.
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/journal.h"
#include "store/place.h"
#include "store/query.h"
#include "store/schema.h"

/* For store_complaint() where no store came out. */
static char open_complaint[COMPLAINT_MAX];

/* What a status of SQLite's means while a store is opened. */
static enum error
open_error(int status)
{
	static const struct {
		int status;
		enum error error;
	} meanings[] = {
	    {SQLITE_ERROR, ERR_FORMAT}, /* a table of ours is missing */
	    {SQLITE_BUSY, ERR_BUSY},
	    {SQLITE_NOTADB, ERR_FORMAT},
	    {SQLITE_CORRUPT, ERR_FORMAT},
	    {SQLITE_NOMEM, ERR_MEMORY},
	};

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		if (meanings[i].status == (status & 0xff))
			return meanings[i].error;
	return ERR_STORE;
}

/* The first number that text gives. */
static enum error
ask_number(struct store *s, const char *text, int64_t *out)
{
	sqlite3_stmt *q = NULL;
	enum error e = ERR_STORE;

	*out = 0;
	if (sqlite3_prepare_v2(s->database, text, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW) {
		*out = sqlite3_column_int64(q, 0);
		e = OK;
	}
	/* It says again what the step said. */
	(void)sqlite3_finalize(q);
	return e;
}

/* Whether the row of q is id. */
static enum error
compare_id(sqlite3_stmt *q, const uint8_t *id)
{
	if (sqlite3_column_bytes(q, 0) != SEAL_ID)
		return ERR_FORMAT;
	return memcmp(sqlite3_column_blob(q, 0), id, SEAL_ID) == 0
	    ? OK
	    : ERR_FOREIGN;
}

/* Whether the store carries id under key. */
static enum error
check_id(struct store *s, const char *key, const uint8_t *id)
{
	sqlite3_stmt *q = NULL;
	enum error e = ERR_STORE;

	/* max(), so that there is a row, if an empty one, in any case. */
	if (sqlite3_prepare_v2(s->database,
		"SELECT max(value) FROM meta WHERE key = ?1", -1, &q,
		NULL) == SQLITE_OK &&
	    sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		e = compare_id(q, id);
	(void)sqlite3_finalize(q); /* it says again what the step said */
	return e;
}

/* Takes the lock, and looks whether this is a store, and whose. */
static enum error
identify(struct store *s)
{
	int64_t application, version;
	enum error e = ERR_UNSET;

	e = ask_number(s, "PRAGMA application_id", &application);
	if (e == OK && application != SCHEMA_APPLICATION)
		e = ERR_FORMAT;
	if (e == OK)
		e = ask_number(s, "PRAGMA user_version", &version);
	if (e == OK && version < 1)
		e = ERR_FORMAT;
	if (e == OK && version != STORE_SCHEMA)
		e = ERR_VERSION;
	if (e == OK)
		e = check_id(s, "store", seal_store_id(s->seal));
	if (e == OK)
		e = check_id(s, "key", seal_key_id(s->seal));
	return e;
}

/* The write-ahead log on, and what an earlier process left in it moved out. */
static enum error
start_log(struct store *s)
{
	int64_t on;
	int64_t busy;
	enum error e = ERR_UNSET;

	if (sqlite3_exec(s->database, "PRAGMA journal_mode = WAL", NULL, NULL,
		NULL) != SQLITE_OK)
		return ERR_STORE;
	e = ask_number(
	    s, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &on);
	if (e == OK)
		e = ask_number(s, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);
	return e == OK && (on == 0 || busy != 0) ? ERR_STORE : e;
}

/*
 * A look that costs the same with ten users and with a million: the size, and
 * both ends of the large tables.  A page that is damaged elsewhere breaks the
 * records that lie on it, and no other.
 */
static enum error
look(struct store *s, const char *path)
{
	static const char *const ends[] = {"SELECT min(uid) FROM user",
	    "SELECT max(uid) FROM user", "SELECT min(seq) FROM journal",
	    "SELECT max(seq) FROM journal"};
	int64_t pages, page, size, end;
	enum error e = ERR_UNSET;

	e = ask_number(s, "PRAGMA page_count", &pages);
	if (e == OK)
		e = ask_number(s, "PRAGMA page_size", &page);
	if (e == OK)
		e = place_size(path, &size);
	if (e == OK && size < pages * page)
		return ERR_FORMAT;
	for (size_t i = 0; e == OK && i < sizeof ends / sizeof ends[0]; i++)
		e = ask_number(s, ends[i], &end);
	return e;
}

static enum error
open_database(struct store *s, const char *path)
{
	enum error e = ERR_UNSET;

	if (sqlite3_open_v2(path, &s->database,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK)
		return ERR_STORE;
	e = schema_configure(s->database);
	if (e == OK)
		e = identify(s);
	if (e == OK)
		e = start_log(s);
	if (e == OK)
		e = look(s, path);
	if (e == OK)
		e = schema_attach(s->database);
	if (e == OK)
		e = query_prepare(s);
	if (e == OK)
		e = journal_read(s);
	return e;
}

enum error
store_open(struct store **out, const char *path, struct seal *seal)
{
	struct store *s;
	enum error e = ERR_UNSET;

	*out = NULL;
	open_complaint[0] = '\0';
	e = place_check(path);
	if (e != OK)
		return e;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return ERR_MEMORY;
	s->seal = seal;
	e = open_database(s, path);
	if (e == ERR_STORE) {
		e = open_error(sqlite3_errcode(s->database));
		(void)text_escape(open_complaint, sizeof open_complaint,
		    sqlite3_errmsg(s->database));
	}
	if (e != OK)
		store_close(&s);
	*out = s;
	return e;
}

void
store_close(struct store **s)
{
	if (*s == NULL)
		return;
	query_forget(*s);
	/*
	 * SQLite rolls back what is open.  Nothing is lost when it fails: a
	 * commit was durable when it ended.
	 */
	(void)sqlite3_close((*s)->database);
	explicit_bzero(*s, sizeof **s);
	free(*s);
	*s = NULL;
}

const char *
store_complaint(const struct store *s)
{
	return s == NULL ? open_complaint : s->complaint;
}
