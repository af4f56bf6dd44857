/*
 * An import: many users at once, out of a sealed memory file that root handed
 * over.  It is read and checked in slices, a slice for each request, so that
 * logins go on in between, and written in one verb, all or nothing.
 *
 * Rules:
 *   - The file is bytes from outside: a record that does not decode MUST end
 *     the import.
 *   - Nothing MUST be written before every record was read and checked, and
 *     nothing of a user whose record is another by then.
 *   - There is one import at a time, and it ends with its connection.
 */
#ifndef DAEMON_IMPORT_H
#define DAEMON_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "core/record.h"
#include "os/sealed.h"
#include "wire/message.h"

#define IMPORT_SLICE WIRE_REFUSALS /* records that one request looks at */
#define IMPORT_SIZE_MAX (128 * 1024 * 1024) /* bytes of the file */

struct daemon;

/* What is known of a record; its text stays in the file. */
struct import_entry {
	uint32_t uid;
	uint32_t record;  /* which one, from 0 */
	uint32_t at;	  /* where it begins */
	uint8_t why;	  /* enum import_why */
	uint64_t spent;	  /* step that is spent, and all before it */
	uint64_t version; /* of the user's tally when it was checked; 0: none */
};

struct import {
	struct import **slot; /* where the daemon knows of it */
	struct sealed file;
	struct import_entry *entry; /* records of them; by uid once checked */
	uint32_t records, read, checked;
	uint32_t at; /* bytes that were read */
	uint32_t bad, same, devices, users;
	bool skip_bad;
	enum phase phase;
	/* the user who is being checked, as the store would have it then */
	struct record user;
	uint32_t own; /* devices that user had before */
	uint32_t scratch_count;
	uint32_t scratch[RECOVERY_COUNT];
};

/*
 * Begins one with fd, which stays the caller's, and puts it into *slot.
 * ERR_EXISTS when one is there; ERR_RANGE for a count of records that cannot
 * be; ERR_UNSAFE, ERR_SHORT, ERR_LONG, ERR_SYSTEM as from sealed_map();
 * ERR_MEMORY.
 */
enum error import_start(
    struct import **slot, int fd, uint32_t records, bool skip_bad);

/* Ends it and sets *im to NULL, and the slot; NULL is fine. */
void import_end(struct import **im);

/*
 * Looks at the next records, in a turn of the store; those that are bad go to
 * out's list.  ERR_FORMAT, and the import is to be ended, for bytes that are
 * no such file; ERR_CRYPTO, ERR_STORE.
 */
enum error import_stage(
    struct import *im, struct daemon *d, struct wire_import_reply *out);

/*
 * Writes all that is good.  ERR_REFUSED unless the phase is PHASE_READY;
 * ERR_RACE when a user's record was changed since; else as the store's verbs.
 * After an error the verb must be undone.
 */
enum error import_take(struct import *im, struct daemon *d);

/* How far it is. */
void import_describe(const struct import *im, struct wire_import_reply *out);

/* For import.c and import_take.c: the record of e, and as a device. */
void import_decode(const struct import *im, const struct import_entry *e,
    struct wire_import_record *out);
void import_device(const struct wire_import_record *m, uint32_t index,
    int64_t now, struct device *out);

#endif
