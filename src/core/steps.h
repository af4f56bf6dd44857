/*
 * Which steps of one device are spent.
 *
 * As a rule that is one number: a step that opened, and all before it.  But a
 * clock that was ahead spends a number far ahead, and set right again it would
 * refuse the device until then.  So the steps that opened are kept as spans:
 * where an administrator says that the clock was wrong, the number goes back
 * to the present step, and what opened ahead of it stays spent one by one.
 *
 * There are SPANS_MAX spans.  For one more, the two oldest become one where
 * they are near each other, with all that is between them; else the oldest
 * goes into the floor, below which no step ever opens.  So more may be spent
 * than opened, and never less.
 */
#ifndef CORE_STEPS_H
#define CORE_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/record.h"

#define STEPS_NEAR 2880 /* a day of 30 seconds each */

/* True when step must not open. */
bool steps_spent(const struct use *u, uint64_t step);

/* Spends step, which was not spent, and all before it. */
void steps_spend(struct use *u, uint64_t step);

/* Spends step and all before it for good: what is known of another program. */
void steps_close(struct use *u, uint64_t step);

/*
 * An administrator says that the clock was wrong, and that present is the step
 * now: present and later ones open again, unless they opened before.  False
 * when nothing changed: what is spent is no more ahead than a device may be.
 */
bool steps_set_back(struct use *u, uint64_t present);

/* The first step after step that is not spent; 0 where there is none. */
uint64_t steps_next(const struct use *u, uint64_t step);

/* What holds for every use that these functions made. */
bool steps_sound(const struct use *u);

#endif
