/*
 * The second factor's own brake, for somebody who has the password.
 *
 * A wrong try costs as many units as codes were right at that moment, so that
 * one unit is one code of a million.  30 units, 3 more every 90 minutes: at
 * most 78 in a day, which is less than 1 in 10,000 with six digits.  After
 * 300 in a row the factor is locked: 3 in 10,000 between two successes.
 *
 * Half of the budget is kept for networks from which the owner succeeded in
 * the last 30 days, so that a thief elsewhere cannot shut the owner out.
 *
 * A stored time later than now counts as now: a clock that was ahead must not
 * freeze people.
 */
#ifndef CORE_THROTTLE_H
#define CORE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/record.h"

#define THROTTLE_UNITS 15	    /* that each half holds */
#define THROTTLE_FILL 3600	    /* seconds for one unit more in each half */
#define THROTTLE_COST_MIN 3	    /* units of a wrong try, at least */
#define THROTTLE_LOCK 300	    /* units in a row, at most; then: locked */
#define THROTTLE_RECOVERY 5	    /* tries for recovery codes */
#define THROTTLE_RECOVERY_FILL 3600 /* seconds for one more */
#define THROTTLE_KNOWN (INT64_C(30) * 86400) /* a network stays known */

/* What the brake says before a try. */
enum throttle_answer {
	THROTTLE_LOCKED, /* until an unlock or a recovery code */
	THROTTLE_WAIT,	 /* later: *wait says when */
	THROTTLE_GO
};

/* A full budget, from now on. */
void throttle_init(struct throttle *t, int64_t now);

/* Units that a wrong try costs with so many codes right at once. */
uint32_t throttle_cost(uint32_t right_codes);

/*
 * Whether a TOTP try that may cost so many units is allowed now; known is
 * network_known()'s word.  Fills t up to now.  A try is allowed when the
 * units open to it cover its cost, or are all there are; *wait (seconds, 0
 * unless THROTTLE_WAIT) says when it will be.
 */
enum throttle_answer throttle_ask(
    struct throttle *t, uint32_t cost, bool known, int64_t now, int64_t *wait);

/*
 * Books a wrong try that throttle_ask() allowed at that same now: out of the
 * common half first, then, when known, out of the reserved one.  Whatever the
 * cost, as long as it stays the same, no 24 hours take more than 78 units, or
 * one try where that is more.
 */
void throttle_spend(struct throttle *t, uint32_t cost, bool known);

/* Books an accepted code: the row ends, the budget stays what it is. */
void throttle_success(struct throttle *t);

/* The same three for recovery codes, which also work while locked. */
enum throttle_answer throttle_ask_recovery(
    struct throttle *t, int64_t now, int64_t *wait);
void throttle_spend_recovery(struct throttle *t);
void throttle_success_recovery(struct throttle *t);

/* The whole budget again, and no lock: an administrator's unlock. */
void throttle_unlock(struct throttle *t, int64_t now);

/* True when a try of that cost would go past THROTTLE_LOCK in a row. */
bool throttle_locked(const struct throttle *t, uint32_t cost);

/*
 * Sets the stored times that are later than now to now; true when there was
 * one.  That is to be saved even if nothing was spent: else the budget would
 * not fill until the clock is there again.
 */
bool throttle_set_back(struct throttle *t, int64_t now);

/* TOTP tries of that cost that are left right now. */
uint32_t throttle_tries(
    const struct throttle *t, uint32_t cost, bool known, int64_t now);

/*
 * True when the owner succeeded from address in the last 30 days, or from
 * nowhere yet: there is nobody to keep the other half for.
 */
bool network_known(const struct tally *t, const char *address, int64_t now);

/* Remembers a success from address; the oldest network gives way. */
void network_remember(struct tally *t, const char *address, int64_t now);

/*
 * The chance, in millionths, that guesses open a factor: in one day, and in
 * all between two successes; for so many right codes at once and digits.
 */
struct throttle_bound {
	double day;
	double row;
};
struct throttle_bound throttle_bound(uint32_t right_codes, uint32_t digits);

#endif
