/*
 * How much one user may do in a minute of what costs others something: lines
 * in the log that nothing else bounds, secrets that are set up.
 */
#ifndef DAEMON_FLOOD_H
#define DAEMON_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

#define FLOOD_SEATS 256 /* users with a count of their own in one minute */

/* Zeroed, nobody has done anything. */
struct flood {
	int64_t minute;
	uint32_t seats;
	struct flood_seat {
		uint32_t uid;
		uint32_t taken;
		uint32_t refused;
	} seat[FLOOD_SEATS];
};

/*
 * Whether uid may have one more of limit in the minute of now (seconds since
 * 1970), and counts it.  True for users beyond FLOOD_SEATS, who are that many
 * in one minute: the limit of one must not be another's.
 */
bool flood_take(struct flood *f, uint32_t uid, uint32_t limit, int64_t now);

/* True when uid is counted already. */
bool flood_seated(const struct flood *f, uint32_t uid);

/* The seats that a minute other than now's left, and forgets them. */
uint32_t flood_end(
    struct flood *f, int64_t now, struct flood_seat left[static FLOOD_SEATS]);

#endif
