/*
 * Power failure: what was written to a file since its last sync may be there
 * afterwards, or not, each write for itself.
 */
#ifndef TESTS_UNIT_STORE_POWER_H
#define TESTS_UNIT_STORE_POWER_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

/* Remembers from now on what is not synced. */
void power_record(void);

/* For faults.c: size bytes are about to be written; NULL: it is cut at at. */
void power_note(const char *name, sqlite3_file *real, int64_t at,
    const void *bytes, size_t size);

/* For faults.c: the file was synced. */
void power_settle(const char *name);

/*
 * Puts the files, which must be closed, into a state in which a power failure
 * may leave them: of what was not synced each write is there or is not, as
 * seed decides; none with seed 0.  Ends the recording.
 */
void power_cut(uint32_t seed);

#endif
