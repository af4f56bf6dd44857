/*
 * How far something is that takes long: one line on a terminal, which is gone
 * when it ends.  On anything else there is nothing.
 */
#ifndef TERM_PROGRESS_H
#define TERM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PROGRESS_EVERY 100 /* milliseconds between two drawings, at least */

struct progress {
	FILE *out; /* NULL: it is no terminal */
	const char *what;
	int64_t drawn; /* when, by the caller's clock */
	bool shown;    /* there is a line to take away */
};

/* what, as "Importing", is not copied; it has 20 letters at the most. */
void progress_start(struct progress *p, FILE *out, const char *what);

/*
 * done of total; now is in milliseconds of a clock that never steps.  Draws
 * the first time and then not before PROGRESS_EVERY has passed.
 */
void progress_show(
    struct progress *p, uint64_t done, uint64_t total, int64_t now);

/* Leaves a clean line. */
void progress_end(struct progress *p);

#endif
