/*
 * The rate limit on wrong codes, for somebody who has the password.  A try has
 * to keep two limits.
 *
 * The day.  A wrong try costs as many units as codes were right at that moment
 * (devices x steps accepted), 3 at least, so that one unit is one code of a
 * million.  Units are booked by the hour, and stay booked for 24 hours at
 * least.  A try with which more than 100 would be booked is refused.  So in any
 * 24 hours guesses open a factor of six digits at most 1 time in 10,000,
 * whatever becomes of devices, policy or networks meanwhile, and however often
 * the owner succeeds.  After 300 units in a row the factor is locked: 3 in
 * 10,000 between two successes.
 *
 * The pace, in tries, whatever they cost.  Two halves hold five tries each and
 * gain one every three hours; a success from a network of the owner's fills
 * both.  It spreads the tries of a day, so that whoever used up many at once
 * is not refused until the next day.  The bound does not hang on it.
 *
 * So there are ten tries at once as long as they cost 10 units at most each:
 * with up to three devices, where three steps are accepted.  More devices do
 * not make tries cheaper than what they are worth: with four there are eight
 * in 24 hours, with eight four.  One device gets 26 in 24 hours, and up to 33
 * where successes fill the halves.
 *
 * One half, and 50 of the units, is kept for networks of the owner's (seen.h),
 * so that a thief elsewhere cannot shut the owner out there.  Two exceptions:
 * before the first success all networks are the owner's, and nothing is kept;
 * and a try that costs more than 50 (as with five devices at the widest window)
 * is allowed elsewhere when nothing is booked from elsewhere: there is only one
 * try in 24 hours then, for whoever comes first.
 *
 * A stored time later than now counts as now: a clock that was ahead must not
 * freeze people.  What was booked stays booked for its 24 hours then.
 *
 * Recovery codes are random enough to need no limit on guesses (recovery.h): a
 * right one always opens.  Wrong ones are limited so that they do not write to
 * the store without end.
 */
#ifndef CORE_THROTTLE_H
#define CORE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/record.h"

#define THROTTLE_DAY 100	    /* units in 24 hours, at most */
#define THROTTLE_ELSEWHERE 50	    /* of them for networks not seen yet */
#define THROTTLE_COST_MIN 3	    /* units of a wrong try, at least */
#define THROTTLE_LOCK 300	    /* units in a row, at most; then: locked */
#define THROTTLE_TRY 3		    /* parts of a half that a try takes */
#define THROTTLE_HALF 15	    /* parts that each half holds */
#define THROTTLE_FILL 3600	    /* seconds for one part in each half */
#define THROTTLE_RECOVERY 5	    /* wrong recovery codes that are counted */
#define THROTTLE_RECOVERY_FILL 3600 /* seconds for one more */
#define THROTTLE_GUESSES 1000000    /* a second, at recovery codes */

/* What the rate limit says before a try. */
enum throttle_answer {
	THROTTLE_LOCKED, /* until an unlock or a recovery code */
	THROTTLE_WAIT,	 /* later: *wait says when */
	THROTTLE_GO
};

/* Nothing spent, from now on. */
void throttle_init(struct throttle *t, int64_t now);

/* Units that a wrong try costs with so many codes right at once. */
uint32_t throttle_cost(uint32_t right_codes);

/*
 * Whether a TOTP try that may cost so many units is allowed now; known is
 * network_known()'s word.  Brings t up to now.  *wait (seconds, 0 unless
 * THROTTLE_WAIT) says when a try will be allowed.
 */
enum throttle_answer throttle_ask(
    struct throttle *t, uint32_t cost, bool known, int64_t now, int64_t *wait);

/*
 * Books a wrong try that throttle_ask() allowed at that same now.  It takes
 * its part of the common half first, then, when known, of the reserved one.
 */
void throttle_spend(struct throttle *t, uint32_t cost, bool known);

/*
 * Books a success: the row ends, and when known both halves are full.  What is
 * booked of the day stays booked.
 */
void throttle_success(struct throttle *t, bool known);

/* Whether a wrong recovery code is still counted, and counting it. */
bool throttle_counts_recovery(struct throttle *t, int64_t now);
void throttle_spend_recovery(struct throttle *t);

/* Nothing spent and no lock: an administrator's unlock. */
void throttle_unlock(struct throttle *t, int64_t now);

/*
 * True when a try of that cost would go past THROTTLE_LOCK in a row.  A cost
 * that no day can bear is locked too; no policy has one.
 */
bool throttle_locked(const struct throttle *t, uint32_t cost);

/*
 * Sets the stored times that are later than now to now; true when there was
 * one.  That is to be saved even if nothing was spent: else the halves would
 * not fill until the clock is there again.
 */
bool throttle_set_back(struct throttle *t, int64_t now);

/* TOTP tries of that cost that are left right now. */
uint32_t throttle_tries(
    const struct throttle *t, uint32_t cost, bool known, int64_t now);

/* True when no more units are booked than a day may have. */
bool throttle_sound(const struct throttle *t);

/*
 * The chance that guesses open a factor, in millionths: in any 24 hours, and
 * in all between two successes; for so many right codes at once and digits.
 * recovery: days of THROTTLE_GUESSES a second, as a power of ten, in which
 * guesses at recovery codes are expected to open one factor at most.
 */
struct throttle_bound {
	double day;
	double row;
	uint32_t recovery;
};
struct throttle_bound throttle_bound(uint32_t right_codes, uint32_t digits);

#endif
