#include "core/spent.h"

#include "core/match.h"

/* The last step around the time at that has the code; 0: none. */
static enum error
last_match(struct totp *t, const struct device *d, uint32_t number, int64_t at,
    uint64_t *step)
{
	const struct code code = {
	    .kind = CODE_TOTP, .digits = d->form.digits, .number = number};
	struct match_field field = {.devices = 1, .device = {d}};
	struct match match[DEVICES_MAX];
	enum error e = ERR_UNSET;

	field.range[0] = match_range(&d->form, at, SPENT_SEARCH, SPENT_SEARCH);
	e = match_code(t, &field, &code, match);
	*step = match[0].fresh;
	return e;
}

/*
 * A time that is off, of another time zone say, does not hide a code that
 * would still be taken now: both neighbourhoods are searched.
 */
enum error
spent_find(struct totp *t, const struct device *d, uint32_t number,
    int64_t used, int64_t now, uint64_t *spent)
{
	int64_t then = used > 0 && used < now ? used : now;
	uint64_t last = totp_step(&d->form, then) + SPENT_SEARCH;
	uint64_t lately = 0;
	enum error e = last_match(t, d, number, now, &lately);

	*spent = lately;
	/* What lies so far back is spent as a whole: no step need be known. */
	if (e == OK && lately == 0 && last >= totp_step(&d->form, now))
		e = last_match(t, d, number, then, spent);
	if (e == OK && *spent == 0)
		*spent = last;
	return e;
}
