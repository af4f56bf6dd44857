#include "core/match.h"

#include <stdbool.h>
#include <string.h>

#include "core/mask.h"

struct match_range
match_range(
    const struct totp_form *form, int64_t now, uint32_t earlier, uint32_t later)
{
	uint64_t step = totp_step(form, now);

	return (struct match_range){
	    .first = step > earlier ? step - earlier : 1,
	    .last = step + later,
	    .spent = 0,
	    .closed = 0,
	};
}

/* All bits set where step may open; which may is no secret. */
static uint64_t
match_open(const struct match_range *range, uint64_t step)
{
	uint64_t place = step - range->first;
	bool closed = place < 64 && (range->closed >> place & 1) != 0;

	return 0 - (uint64_t)(step > range->spent && !closed);
}

static enum error
match_device(struct totp *t, const struct device *d,
    const struct match_range *range, const struct code *code, struct match *m)
{
	uint64_t alike = mask_equal(code->digits, d->form.digits);

	for (uint64_t step = range->first; step <= range->last; step++) {
		uint32_t right;
		enum error e = totp_code(t, &d->form, &d->secret, step, &right);
		uint64_t hit = mask_equal(right, code->number) & alike;
		uint64_t fresh = match_open(range, step);

		if (e != OK)
			return e;
		m->fresh = mask_select(hit & fresh, step, m->fresh);
		m->used = mask_select(hit & ~fresh, step, m->used);
	}
	return OK;
}

enum error
match_code(struct totp *t, const struct match_field *field,
    const struct code *code, struct match match[static DEVICES_MAX])
{
	enum error e = OK;

	memset(match, 0, DEVICES_MAX * sizeof match[0]);
	for (uint32_t i = 0; e == OK && i < field->devices; i++)
		e = match_device(
		    t, field->device[i], &field->range[i], code, &match[i]);
	if (e != OK)
		memset(match, 0, DEVICES_MAX * sizeof match[0]);
	return e;
}
