#include "store/store.h"

#include "store/place.h"
#include "store/schema.h"

static enum error
write_id(sqlite3 *database, const char *key, const uint8_t id[static SEAL_ID])
{
	sqlite3_stmt *q = NULL;
	enum error e = ERR_STORE;

	if (sqlite3_prepare_v2(database,
		"INSERT INTO meta (key, value) VALUES (?1, ?2)", -1, &q,
		NULL) == SQLITE_OK &&
	    sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_bind_blob(q, 2, id, SEAL_ID, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_DONE)
		e = OK;
	if (sqlite3_finalize(q) != SQLITE_OK)
		e = ERR_STORE;
	return e;
}

/*
 * Without a journal or a sync of SQLite's own: nobody sees the file before it
 * is whole, and place_settle() makes it durable.
 */
static enum error
build(const char *path, const struct seal *seal)
{
	sqlite3 *database = NULL;
	enum error e = ERR_STORE;

	if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) ==
		SQLITE_OK &&
	    sqlite3_exec(database,
		"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL,
		NULL, NULL) == SQLITE_OK)
		e = schema_make(database);
	if (e == OK)
		e = write_id(database, "store", seal_store_id(seal));
	if (e == OK)
		e = write_id(database, "key", seal_key_id(seal));
	if (sqlite3_close(database) != SQLITE_OK)
		e = ERR_STORE;
	return e;
}

enum error
store_create(const char *path, const struct seal *seal)
{
	struct place place;
	enum error e = ERR_UNSET;

	e = place_begin(&place, path);
	if (e == OK)
		e = build(place.fresh, seal);
	if (e == OK)
		e = place_settle(&place);
	place_end(&place);
	return e;
}
