#include "daemon/flood.h"

#include <string.h>

static uint32_t
find(const struct flood *f, uint32_t uid)
{
	uint32_t i = 0;

	while (i < f->seats && f->seat[i].uid != uid)
		i++;
	return i;
}

bool
flood_seated(const struct flood *f, uint32_t uid)
{
	return find(f, uid) < f->seats;
}

/* NULL when all are taken. */
static struct flood_seat *
seat_of(struct flood *f, uint32_t uid)
{
	uint32_t i = find(f, uid);

	if (i < f->seats)
		return &f->seat[i];
	if (f->seats == FLOOD_SEATS)
		return NULL;
	f->seat[f->seats] = (struct flood_seat){.uid = uid};
	return &f->seat[f->seats++];
}

bool
flood_take(struct flood *f, uint32_t uid, uint32_t limit, int64_t now)
{
	struct flood_seat *seat;

	if (now / 60 != f->minute) {
		f->minute = now / 60;
		f->seats = 0;
	}
	seat = seat_of(f, uid);
	if (seat == NULL)
		return true;
	if (seat->taken >= limit) {
		seat->refused++;
		return false;
	}
	seat->taken++;
	return true;
}

uint32_t
flood_end(
    struct flood *f, int64_t now, struct flood_seat left[static FLOOD_SEATS])
{
	uint32_t seats = f->seats;

	if (now / 60 == f->minute)
		return 0;
	memcpy(left, f->seat, seats * sizeof left[0]);
	f->seats = 0;
	return seats;
}
