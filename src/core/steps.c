/*
 * Rule: a step that opened once MUST stay spent, whatever is forgotten.  It is
 * in a span, or not above the floor; and the floor is never above spent.
 */
#include "core/steps.h"

#include <string.h>

#define AHEAD 1 /* steps that a device's clock may be ahead: lookahead */

bool
steps_spent(const struct use *u, uint64_t step)
{
	bool spent = step <= u->spent;

	for (uint32_t i = 0; i < u->spans; i++)
		if (step >= u->span[i].first && step <= u->span[i].last)
			spent = true;
	return spent;
}

static void
floor_raise(struct use *u, uint64_t step)
{
	if (u->floor < step)
		u->floor = step;
}

/* Makes room for one more span.  What is ahead of spent is not near to it. */
static void
spans_shorten(struct use *u)
{
	struct span *oldest = &u->span[0];
	struct span *second = &u->span[1];

	if (second->last <= u->spent &&
	    second->first - oldest->last <= STEPS_NEAR)
		second->first = oldest->first;
	else
		floor_raise(u, oldest->last);
	u->spans--;
	memmove(oldest, second, u->spans * sizeof *oldest);
}

void
steps_spend(struct use *u, uint64_t step)
{
	uint32_t i;

	u->spent = step;
	if (u->spans == SPANS_MAX && step < u->span[0].first) {
		floor_raise(u, step);
		return;
	}
	if (u->spans == SPANS_MAX)
		spans_shorten(u);
	for (i = u->spans; i > 0 && u->span[i - 1].first > step; i--)
		u->span[i] = u->span[i - 1];
	u->span[i] = (struct span){step, step};
	u->spans++;
}

void
steps_close(struct use *u, uint64_t step)
{
	if (u->spent < step)
		u->spent = step;
	floor_raise(u, step);
}

bool
steps_set_back(struct use *u, uint64_t present)
{
	uint64_t before = present > 0 ? present - 1 : 0;
	uint64_t to = u->floor > before ? u->floor : before;

	if (u->spent <= present + AHEAD || to >= u->spent)
		return false;
	u->spent = to;
	return true;
}

uint64_t
steps_next(const struct use *u, uint64_t step)
{
	uint64_t last = step > u->spent ? step : u->spent;

	for (uint32_t i = 0; i < u->spans && last < UINT64_MAX; i++)
		if (u->span[i].first <= last + 1 && u->span[i].last > last)
			last = u->span[i].last;
	return last + 1;
}

bool
steps_sound(const struct use *u)
{
	bool sound = u->spans <= SPANS_MAX && u->floor <= u->spent;

	for (uint32_t i = 0; sound && i < u->spans; i++)
		sound = u->span[i].first > 0 &&
		    u->span[i].first <= u->span[i].last &&
		    (i == 0 || u->span[i].first > u->span[i - 1].last);
	return sound;
}
