/*
 * Decisions without branches, for values that are secret: a mask is all ones
 * for yes and all zeros for no.
 *
 * The result of each goes through a volatile, so that no compiler sees that
 * a mask has two values only and makes a branch of it again.
 */
#ifndef CORE_MASK_H
#define CORE_MASK_H

#include <stdint.h>

/* Yes when v is zero. */
static inline uint64_t
mask_zero(uint64_t v)
{
	volatile uint64_t mask = ((v | (0 - v)) >> 63) - 1;

	return mask;
}

/* Yes when a and b are equal. */
static inline uint64_t
mask_equal(uint64_t a, uint64_t b)
{
	return mask_zero(a ^ b);
}

/* Yes when a is below b; both MUST be below 2^63. */
static inline uint64_t
mask_below(uint64_t a, uint64_t b)
{
	volatile uint64_t mask = 0 - ((a - b) >> 63);

	return mask;
}

/* The value yes where mask says yes, else no. */
static inline uint64_t
mask_select(uint64_t mask, uint64_t yes, uint64_t no)
{
	return (yes & mask) | (no & ~mask);
}

#endif
