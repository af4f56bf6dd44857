#include "core/record.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

static struct record
with_devices(uint32_t devices, uint32_t confirmed)
{
	struct record r;

	memset(&r, 0, sizeof r);
	r.devices = devices;
	for (uint32_t i = 0; i < devices; i++) {
		r.device[i].id = 10 + i;
		r.device[i].confirmed = i < confirmed;
		r.device[i].label[0] = (char)('a' + i);
		r.device[i].form = (struct totp_form){ALGORITHM_SHA1, 6, 30};
		r.device[i].secret.size = SECRET_NEW;
	}
	return r;
}

Test(core_record, is_absent_without_a_confirmed_device)
{
	struct record none = with_devices(0, 0);
	struct record pending = with_devices(3, 0);

	cr_assert_eq(record_judge(&none), RECORD_ABSENT);
	cr_assert_eq(record_judge(&pending), RECORD_ABSENT);
}

Test(core_record, is_good_with_a_confirmed_device)
{
	struct record one = with_devices(1, 1);
	struct record some = with_devices(DEVICES_MAX, 3);

	cr_assert_eq(record_judge(&one), RECORD_GOOD);
	cr_assert_eq(record_judge(&some), RECORD_GOOD);
	cr_assert_eq(record_confirmed(&some), 3);
}

static void
expect_broken(struct record r)
{
	cr_assert_eq(record_judge(&r), RECORD_BROKEN);
}

Test(core_record, is_broken_by_what_we_never_make)
{
	struct record r = with_devices(2, 1);

	r.recovery_count = RECOVERY_COUNT + 1;
	expect_broken(r);
	r = with_devices(2, 1);
	r.device[1].secret.size = 0;
	expect_broken(r);
	r = with_devices(2, 1);
	r.device[0].secret.size = SECRET_MAX + 1;
	expect_broken(r);
	r = with_devices(2, 1);
	r.device[0].form.period = 45;
	expect_broken(r);
	r = with_devices(2, 1);
	r.device[1].form.algorithm = ALGORITHM_COUNT;
	expect_broken(r);
}

/* A ninth device, however sound what lies there looks, is read by nobody. */
Test(core_record, looks_at_no_ninth_device)
{
	struct record r = with_devices(DEVICES_MAX, DEVICES_MAX);
	uint8_t *ninth = (uint8_t *)&r + offsetof(struct record, device) +
	    DEVICES_MAX * sizeof r.device[0];

	memcpy(ninth, &r.device[0], sizeof r.device[0]);
	cr_assert_eq(record_judge(&r), RECORD_GOOD);
	r.devices = DEVICES_MAX + 1;
	expect_broken(r);
}

Test(core_record, finds_devices)
{
	struct record r = with_devices(3, 1);

	cr_assert_eq(record_device(&r, 11), &r.device[1]);
	cr_assert_null(record_device(&r, 13));
	cr_assert_eq(record_labelled(&r, "c"), &r.device[2]);
	cr_assert_null(record_labelled(&r, "C"));
	cr_assert_null(record_labelled(&r, ""));
}

Test(core_record, counts_recovery_codes)
{
	struct record r = with_devices(1, 1);

	cr_assert_eq(record_recovery_left(&r), 0);
	r.recovery_count = RECOVERY_COUNT;
	cr_assert_eq(record_recovery_left(&r), 10);
	r.tally.recovery_used = 0x201;
	cr_assert_eq(record_recovery_left(&r), 8);
	r.tally.recovery_used = 0x3ff;
	cr_assert_eq(record_recovery_left(&r), 0);
}

Test(core_record, is_wiped_whole_and_then_broken)
{
	static const struct record zero;
	struct record r = with_devices(DEVICES_MAX, 1);

	memset(r.device[0].secret.bytes, 0x5a, SECRET_MAX);
	r.state = RECORD_GOOD;
	record_wipe(&r);
	cr_assert_eq(memcmp(&r, &zero, sizeof r), 0);
	cr_assert_eq(r.state, RECORD_BROKEN);
}
