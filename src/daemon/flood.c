#include "daemon/flood.h"

#include <string.h>

static struct flood_seat *
seat_of(struct flood *f, uint32_t uid)
{
	for (uint32_t i = 0; i < f->seats; i++)
		if (f->seat[i].uid == uid)
			return &f->seat[i];
	if (f->seats == FLOOD_SEATS)
		return &f->seat[FLOOD_SEATS - 1];
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
