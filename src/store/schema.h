/*
 * The tables of a store.  A store of another version is refused.
 * Private to store/.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <sqlite3.h>

#include "base/error.h"

#define SCHEMA_APPLICATION 0x6f747067 /* "otpg": PRAGMA application_id */

/* Makes them in an empty database, all or none.  ERR_STORE. */
enum error schema_make(sqlite3 *database);

/*
 * How this process wants its connection: safe before fast, memory bounded.
 * Before anything is read.  ERR_STORE.
 */
enum error schema_configure(sqlite3 *database);

/* The tables in memory, before statements are prepared.  ERR_STORE. */
enum error schema_attach(sqlite3 *database);

#endif
