/*
 * The owner's networks: those from which a right code came.  They are what a
 * part of the rate limit on wrong codes is kept for (throttle.h).
 */
#ifndef CORE_SEEN_H
#define CORE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/record.h"

#define SEEN_KNOWN (INT64_C(30) * 86400) /* a network stays known */

/*
 * True when the owner succeeded from address in the last 30 days, or succeeded
 * from there last, however long ago.  True for every address before the first
 * success: nobody is known then to keep anything for.
 */
bool network_known(const struct tally *t, const char *address, int64_t now);

/* Remembers a success from address; the oldest network gives way. */
void network_remember(struct tally *t, const char *address, int64_t now);

#endif
