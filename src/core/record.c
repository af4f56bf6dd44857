#include "core/record.h"

#include <string.h>

void
record_wipe(struct record *r)
{
	explicit_bzero(r, sizeof *r);
}

static bool
device_sound(const struct device *d)
{
	return totp_form_valid(&d->form) && d->secret.size > 0 &&
	    d->secret.size <= SECRET_MAX;
}

enum record_state
record_judge(const struct record *r)
{
	if (r->devices > DEVICES_MAX || r->recovery_count > RECOVERY_COUNT)
		return RECORD_BROKEN;
	for (uint32_t i = 0; i < r->devices; i++)
		if (!device_sound(&r->device[i]))
			return RECORD_BROKEN;
	return record_confirmed(r) > 0 ? RECORD_GOOD : RECORD_ABSENT;
}

uint32_t
record_confirmed(const struct record *r)
{
	uint32_t confirmed = 0;

	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].confirmed)
			confirmed++;
	return confirmed;
}

struct device *
record_device(struct record *r, int64_t id)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].id == id)
			return &r->device[i];
	return NULL;
}

struct device *
record_labelled(struct record *r, const char *label)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (strcmp(r->device[i].label, label) == 0)
			return &r->device[i];
	return NULL;
}

uint32_t
record_recovery_left(const struct record *r)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < r->recovery_count; i++)
		if ((r->tally.recovery_used >> i & 1) == 0)
			left++;
	return left;
}
