/*
 * The tables of a store, and how older ones become the present ones.
 * Private to store/.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stdint.h>

#include <sqlite3.h>

#include "base/error.h"

#define SCHEMA_APPLICATION 0x6f747067 /* "otpg": PRAGMA application_id */

/*
 * Brings a database of version from (0: empty) to STORE_SCHEMA, in one
 * transaction: all steps or none.  ERR_STORE when a step failed.
 */
enum error schema_migrate(sqlite3 *database, int64_t from);

/*
 * How this process wants its connection: safe before fast, memory bounded.
 * Before anything is read.  ERR_STORE.
 */
enum error schema_configure(sqlite3 *database);

/* The tables in memory, before statements are prepared.  ERR_STORE. */
enum error schema_attach(sqlite3 *database);

#endif
