/*
 * Where a store may lie.  Private to store/.
 *
 * Rules:
 *   - Nobody but this process's user, and root, MUST be able to put a file
 *     beside the store: SQLite replays what it finds at NAME-wal.
 *   - No descriptor of a store's file MUST be closed while SQLite has it open:
 *     that would end SQLite's locks (fcntl(2)).
 */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include <limits.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Before the store at path is opened.  ERR_ABSENT when it is not there;
 * ERR_UNSAFE no regular file, a symbolic link, a second hard link, another
 * owner than this process, a mode wider than 0600, or a directory that others
 * may write to;
 * ERR_FORMAT shorter than any database; ERR_LONG; ERR_SYSTEM, with errno, also
 * when it cannot be written.
 */
enum error place_check(const char *path);

/* The size of the file at path, in bytes.  ERR_SYSTEM. */
enum error place_size(const char *path, int64_t *size);

/*
 * A new store is built beside its place, so that whatever ends us leaves
 * either nothing at path or a whole store.
 */
struct place {
	int directory;
	int file;
	const char *path;
	char fresh[PATH_MAX]; /* the file that is built; "": none */
};

/*
 * Makes an empty file, mode 0600, beside path.  ERR_EXISTS when anything is at
 * path, or a log of SQLite's that would be replayed into the new store;
 * ERR_ABSENT no directory; ERR_UNSAFE others may write to it; ERR_LONG;
 * ERR_SYSTEM.  place_end() ends it, whatever came out.
 */
enum error place_begin(struct place *p, const char *path);

/*
 * Moves the file to path, durably.  ERR_EXISTS when something came there in
 * the meantime, ERR_SYSTEM.
 */
enum error place_settle(struct place *p);

/* Closes, and removes the file if it was not moved. */
void place_end(struct place *p);

#endif
