/*
 * What an import gathers: records for otpgated, in a memory file, and what is
 * to be said of each line that was read.
 */
#ifndef DOORS_CLI_BATCH_H
#define DOORS_CLI_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "doors/cli/accounts.h"
#include "wire/message.h"

#define BATCH_NONE UINT32_MAX /* the number of no record */

/* A line of which there is something to say, or may be. */
struct remark {
	const char *file; /* one of the batch's names */
	uint32_t line;
	uint32_t record;  /* that the line became, or BATCH_NONE */
	bool note;	  /* it is taken all the same */
	const char *text; /* NULL: nothing to say; not the batch's to free */
};

struct batch {
	struct accounts accounts;
	FILE *out;
	int fd; /* the memory file */
	uint32_t records;
	uint32_t bad; /* lines that cannot be taken */
	struct remark *remark;
	size_t remarks, room;
	size_t *place; /* of each record's remark */
	size_t places; /* room for them */
	char **name;
	size_t names;
	bool failed; /* no memory: nothing can come of it */
	char buffer[BUFSIZ];
};

/* An empty one; false, and failed, when there is no memory for it. */
bool batch_open(struct batch *b);

/* Wipes and frees it. */
void batch_close(struct batch *b);

/*
 * A file or directory whose lines come next, under the name that people are
 * told; valid until the end.
 */
const char *batch_name(struct batch *b, const char *name);

/* A record, of that line. */
void batch_add(struct batch *b, const char *file, uint32_t line,
    const struct wire_import_record *m);

/* Why a line cannot be taken; line 0 is the whole file.  note: it can. */
void batch_refuse(
    struct batch *b, const char *file, uint32_t line, const char *why);
void batch_note(
    struct batch *b, const char *file, uint32_t line, const char *text);

/* otpgated found a record bad. */
void batch_refuse_record(struct batch *b, uint32_t record, const char *why);

/* No more records come: seals the file.  False when it is not whole. */
bool batch_seal(struct batch *b);

/* Says all that there is to say, one line each, on out. */
void batch_tell(const struct batch *b, FILE *out);

#endif
