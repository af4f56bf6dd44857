/*
 * Lines on the machine beside those that are shipped: the same word for word,
 * but in the places that the shipped file names as the site's own.
 *
 * Pure: lines in, the first difference out.
 */
#ifndef DOORS_CLI_DOCTOR_SHIPPED_H
#define DOORS_CLI_DOCTOR_SHIPPED_H

#include <stdbool.h>
#include <stddef.h>

#include "doors/cli/doctor/lines.h"

#define NO_LINE ((size_t)-1)

struct difference {
	size_t line;	     /* of those found, or NO_LINE at their end */
	const char *shipped; /* what is shipped there; NULL behind the last */
	size_t same;	     /* shipped lines before it */
};

/*
 * Compares lines first to end of l, not included, with shipped: the same lines
 * in the same order.  True when they are the same; else *out is the first
 * difference.
 */
bool shipped_compare(struct difference *out, const struct lines *l,
    const size_t span[static 2], const struct lines *shipped);

/*
 * True where text has the words of shipped, and only what place lets a site
 * put behind them.
 */
bool line_is_shipped(const char *text, const char *shipped, enum place place);

/* True for a list of plain names, commas between: no pattern, no negation. */
bool names_are_plain(const char *list);

#endif
