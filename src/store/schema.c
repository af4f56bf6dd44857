#include "store/schema.h"

#include "store/store.h"

/*
 * user     a row as soon as anything is remembered of a uid; all of a record
 *          lies in it, so that a login reads one page whatever the number of
 *          users; version is the number of the tally, 0 while there is none;
 *          confirmed counts the confirmed devices; ticket is what a set-up may
 *          ask for, and until when; the end of a tally is the MAC of it and of
 *          the row
 * trusted  keys that users vouch for; name is the user's as it was then,
 *          expires a time.  AUTOINCREMENT: an id is never used again
 * journal  tallies as logins saved them; a number is never used twice
 * meta     store, key: the ids (store/seal.h); device: the last id of a
 *          device; folded: the journal is folded up to there; users, enrolled:
 *          how many there are; policy: the last good one
 */
static const char tables[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "INSERT INTO meta VALUES"
    " ('device', 0), ('folded', 0), ('users', 0), ('enrolled', 0);"

    "CREATE TABLE user (uid INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL DEFAULT '', devices BLOB NOT NULL DEFAULT x'',"
    " confirmed INTEGER NOT NULL DEFAULT 0,"
    " recovery BLOB NOT NULL DEFAULT x'',"
    " ticket BLOB NOT NULL DEFAULT x'',"
    " version INTEGER NOT NULL DEFAULT 0, tally BLOB) STRICT;"

    "CREATE TABLE journal (seq INTEGER PRIMARY KEY,"
    " uid INTEGER NOT NULL, tally BLOB NOT NULL) STRICT;"

    /* Counting a million rows when somebody asks would hold logins up. */
    "CREATE TRIGGER user_made AFTER INSERT ON user BEGIN"
    " UPDATE meta SET value = value + 1 WHERE key = 'users'; END;"
    "CREATE TRIGGER user_gone AFTER DELETE ON user BEGIN"
    " UPDATE meta SET value = value - 1 WHERE key = 'users';"
    " UPDATE meta SET value = value - (OLD.confirmed > 0)"
    " WHERE key = 'enrolled'; END;"
    "CREATE TRIGGER user_enrolled AFTER UPDATE OF confirmed ON user"
    " WHEN (NEW.confirmed > 0) <> (OLD.confirmed > 0) BEGIN"
    " UPDATE meta SET value = value + (NEW.confirmed > 0)"
    " - (OLD.confirmed > 0) WHERE key = 'enrolled'; END;"

    "CREATE TABLE trusted (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " uid INTEGER NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    " key BLOB NOT NULL, source TEXT NOT NULL, created INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, mac BLOB NOT NULL,"
    " UNIQUE (uid, fingerprint)) STRICT;"
    "CREATE INDEX trusted_of ON trusted (uid);"
    "CREATE INDEX trusted_until ON trusted (expires);"

    "PRAGMA application_id = 0x6f747067;"
    "PRAGMA user_version = 4;";

_Static_assert(STORE_SCHEMA == 4, "the version that the tables are of");

static enum error
run(sqlite3 *database, const char *text)
{
	return sqlite3_exec(database, text, NULL, NULL, NULL) == SQLITE_OK
	    ? OK
	    : ERR_STORE;
}

enum error
schema_make(sqlite3 *database)
{
	enum error e = run(database, "BEGIN IMMEDIATE");

	if (e == OK)
		e = run(database, tables);
	if (e == OK)
		e = run(database, "COMMIT");
	if (e != OK && sqlite3_get_autocommit(database) == 0)
		(void)run(database, "ROLLBACK"); /* e tells it already */
	return e;
}

enum error
schema_configure(sqlite3 *database)
{
	/*
	 * An exclusive lock keeps a second verifier out and the index of the
	 * write-ahead log in our own memory.  No mmap: an I/O error would be a
	 * signal then, and resident memory grow with the store.
	 */
	static const char text[] = "PRAGMA locking_mode = EXCLUSIVE;"
				   "PRAGMA synchronous = FULL;"
				   "PRAGMA temp_store = MEMORY;"
				   "PRAGMA mmap_size = 0;"
				   "PRAGMA cache_size = -4096;"
				   "PRAGMA cell_size_check = ON;"
				   "PRAGMA trusted_schema = OFF;"
				   "PRAGMA journal_size_limit = 16777216;"
				   "PRAGMA wal_autocheckpoint = 1000;";

	if (sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) !=
		SQLITE_OK ||
	    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, NULL) !=
		SQLITE_OK ||
	    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) !=
		SQLITE_OK)
		return ERR_STORE;
	return run(database, text);
}

enum error
schema_attach(sqlite3 *database)
{
	return run(database,
	    "CREATE TEMP TABLE latest (uid INTEGER PRIMARY KEY,"
	    " seq INTEGER NOT NULL)");
}
