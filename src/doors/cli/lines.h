/*
 * A file of another program, read line by line, and wiped: it holds secrets.
 *
 * Rules:
 *   - A file that others than its owner can write MUST NOT be believed.
 */
#ifndef DOORS_CLI_LINES_H
#define DOORS_CLI_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define LINE_MAX_BYTES 2048 /* of one, its end and a NUL among them */

struct lines {
	FILE *in;
	uid_t owner;
	bool absent;	 /* nothing was there to be opened */
	uint32_t number; /* of the line, from 1 */
	char line[LINE_MAX_BYTES];
	char buffer[BUFSIZ];
};

/*
 * Opens name in the directory dir (AT_FDCWD: this process's).  NULL, or why it
 * could not be; then nothing is open.  A link at the end of name is followed
 * only where the caller says so.
 */
const char *lines_open(
    struct lines *l, int dir, const char *name, bool follow, off_t max);

/*
 * The next line, without its end.  False at the end of the file.  *why is NULL
 * or says why the line cannot be read; the next one can be then.
 */
bool lines_next(struct lines *l, const char **why);

/* True when the file could be read to its end; ends and wipes all. */
bool lines_close(struct lines *l);

#endif
