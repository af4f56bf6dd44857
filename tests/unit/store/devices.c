#include "store/devices.h"

#include <criterion/criterion.h>
#include <string.h>

#include "unit/store/fixture.h"

#define UID 1000

static struct seal *seal;

static void
setup(void)
{
	cr_assert_eq(seal_new(&seal), OK);
}

static void
teardown(void)
{
	seal_free(&seal);
}

TestSuite(store_devices, .init = setup, .fini = teardown);

/* A record with so many devices, each different in each field. */
static void
fill(struct record *r, uint32_t count)
{
	memset(r, 0, sizeof *r);
	r->uid = UID;
	r->devices = count;
	for (uint32_t i = 0; i < count; i++) {
		struct device *d = &r->device[i];

		fixture_device(d, (uint8_t)(i + 1), i % 2 == 0);
		d->vouched = i % 3 == 1;
		d->id = INT64_MAX - i;
		d->form.algorithm = (enum algorithm)(i % ALGORITHM_COUNT);
		d->form.digits = 6 + i % 3;
		d->form.period = i % 2 == 0 ? 30 : 60;
		d->created = FIXTURE_NOW + i;
		d->renews = i % 2 == 0 ? 0 : INT64_MAX - i + 1;
		d->secret.size = i == 0 ? 1 : SECRET_MAX - i;
	}
}

static void
expect_same(const struct device *a, const struct device *b)
{
	cr_assert_eq(a->id, b->id);
	cr_assert_eq(a->confirmed, b->confirmed);
	cr_assert_eq(a->vouched, b->vouched);
	cr_assert_str_eq(a->label, b->label);
	cr_assert_eq(a->form.algorithm, b->form.algorithm);
	cr_assert_eq(a->form.digits, b->form.digits);
	cr_assert_eq(a->form.period, b->form.period);
	cr_assert_eq(a->created, b->created);
	cr_assert_eq(a->renews, b->renews);
	cr_assert_eq(a->secret.size, b->secret.size);
	cr_assert_arr_eq(a->secret.bytes, b->secret.bytes, a->secret.size);
}

Test(store_devices, come_back_as_they_were)
{
	for (uint32_t count = 0; count <= DEVICES_MAX; count++) {
		uint8_t bytes[DEVICES_SIZE];
		struct record r, back;
		size_t size;

		fill(&r, count);
		fill(&back, DEVICES_MAX);
		cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
		cr_assert_eq(devices_decode(seal, &back, bytes, size), OK);
		cr_assert_eq(back.devices, count);
		for (uint32_t i = 0; i < count; i++)
			expect_same(&back.device[i], &r.device[i]);
	}
}

Test(store_devices, fit_with_the_longest_of_all)
{
	uint8_t bytes[DEVICES_SIZE];
	struct record r, back;
	size_t size;

	fill(&r, DEVICES_MAX);
	for (uint32_t i = 0; i < DEVICES_MAX; i++) {
		memset(r.device[i].label, 'a' + (int)i, LABEL_MAX - 1);
		r.device[i].secret.size = SECRET_MAX;
	}
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
	back.uid = UID;
	cr_assert_eq(devices_decode(seal, &back, bytes, size), OK);
	cr_assert_eq(back.devices, DEVICES_MAX);
	cr_assert_eq(strlen(back.device[7].label), LABEL_MAX - 1);
}

Test(store_devices, are_none_in_no_bytes)
{
	struct record r;

	fill(&r, 2);
	cr_assert_eq(devices_decode(seal, &r, (const uint8_t *)"", 0), OK);
	cr_assert_eq(r.devices, 0);
}

Test(store_devices, do_not_encode_without_a_secret)
{
	uint8_t bytes[DEVICES_SIZE];
	struct record r;
	size_t size = 1;

	fill(&r, 2);
	r.device[1].secret.size = 0;
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), ERR_RANGE);
	cr_assert_eq(size, 0);
}

Test(store_devices, break_when_cut_or_lengthened)
{
	uint8_t bytes[DEVICES_SIZE + 1] = {0};
	struct record r;
	size_t size;

	fill(&r, 3);
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
	for (size_t cut = 1; cut < size; cut++)
		cr_assert_eq(devices_decode(seal, &r, bytes, cut), ERR_BROKEN,
		    "%zu bytes", cut);
	cr_assert_eq(devices_decode(seal, &r, bytes, size + 1), ERR_BROKEN);
}

Test(store_devices, break_for_another_user)
{
	uint8_t bytes[DEVICES_SIZE];
	struct record r;
	size_t size;

	fill(&r, 1);
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
	r.uid = UID + 1;
	cr_assert_eq(devices_decode(seal, &r, bytes, size), ERR_BROKEN);
}

/* Where the fields of the first device stand. */
enum {
	AT_FORMAT = 0,
	AT_COUNT = 1,
	AT_ID = 2,
	AT_CONFIRMED = 10,
	AT_LABEL = 13,
	AT_ALGORITHM = AT_LABEL + 5
};

Test(store_devices, break_with_a_field_out_of_its_range)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
	    {AT_FORMAT, 0},
	    {AT_FORMAT, 2},
	    {AT_FORMAT, 4},
	    {AT_COUNT, DEVICES_MAX + 1},
	    {AT_COUNT, 255},
	    {AT_COUNT, 2},
	    {AT_ID, 0x80},  /* negative */
	    {AT_ID + 7, 9}, /* another id */
	    {AT_CONFIRMED, 4},
	    {AT_LABEL, 0},	       /* a NUL in it */
	    {AT_LABEL - 1, LABEL_MAX}, /* longer than a label */
	    {AT_ALGORITHM, ALGORITHM_COUNT},
	    {AT_ALGORITHM, 255},
	};
	uint8_t bytes[DEVICES_SIZE];
	struct record r;
	size_t size;

	fill(&r, 1);
	r.device[0].id = 1;
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
	cr_assert_eq(bytes[AT_ALGORITHM - 1], '1', "the label has 5 bytes");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t was = bytes[cases[i].at];

		bytes[cases[i].at] = cases[i].value;
		cr_assert_eq(devices_decode(seal, &r, bytes, size), ERR_BROKEN,
		    "case %zu", i);
		bytes[cases[i].at] = was;
	}
	cr_assert_eq(devices_decode(seal, &r, bytes, size), OK);
}

/* Nine that are each sound: there is no room for the last. */
Test(store_devices, are_no_more_than_there_is_room_for)
{
	uint8_t bytes[2 * DEVICES_SIZE], one[DEVICES_SIZE];
	struct record r;
	size_t size, more;

	fill(&r, 1);
	cr_assert_eq(devices_encode(seal, &r, one, &more), OK);
	fill(&r, DEVICES_MAX);
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
	memcpy(bytes + size, one + AT_ID, more - AT_ID);
	size += more - AT_ID;
	bytes[AT_COUNT] = DEVICES_MAX + 1;
	cr_assert_eq(devices_decode(seal, &r, bytes, size), ERR_BROKEN);
	cr_assert_leq(r.devices, DEVICES_MAX);
}

Test(store_devices, never_read_past_their_end_whatever_the_bytes)
{
	uint8_t bytes[DEVICES_SIZE];
	struct record r;
	size_t size;

	fill(&r, 2);
	cr_assert_eq(devices_encode(seal, &r, bytes, &size), OK);
	for (size_t bit = 0; bit < 8 * size; bit++) {
		enum error e;

		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		e = devices_decode(seal, &r, bytes, size);
		cr_assert(e == OK || e == ERR_BROKEN, "bit %zu", bit);
		cr_assert_leq(r.devices, DEVICES_MAX);
		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}
