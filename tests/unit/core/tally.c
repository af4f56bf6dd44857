/* The tally of core/record.h. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/record.h"
#include "core/seen.h"
#include "core/throttle.h"

#define NOW INT64_C(1700000000)

static struct tally
full(void)
{
	struct tally t;
	char address[ADDRESS_MAX];

	tally_init(&t, NOW);
	t.version = UINT64_MAX - 3;
	t.throttle.common = 3;
	t.throttle.spent[0][24] = 41;
	t.throttle.spent[1][3] = 59;
	t.throttle.reserved = 7;
	t.throttle.in_row = 123;
	t.throttle.failed = UINT32_MAX;
	t.throttle.recovery = 2;
	t.throttle.recovery_filled = NOW - 17;
	t.recovery_used = 0x2a5;
	t.last = NOW - 3;
	memset(t.last_from, 'f', sizeof t.last_from - 1);
	for (int i = 0; i < DEVICES_MAX; i++) {
		struct use *use = tally_use(&t, 1000 - i);

		use->spent = UINT64_MAX - (uint64_t)i;
		use->floor = 77 + (uint64_t)i;
		use->spans = SPANS_MAX - (uint32_t)i;
		for (uint32_t k = 0; k < use->spans; k++)
			use->span[k] = (struct span){
			    1000 * k + 200, 1000 * k + 200 + (uint64_t)i};
		use->last = NOW - i;
		use->skew = -30 * i;
	}
	for (int i = 0; i < NETWORKS_MAX; i++) {
		snprintf(address, sizeof address,
		    i % 2 == 0 ? "192.0.%d.1" : "2001:db8:0:%d::1", i);
		network_remember(&t, address, NOW - i);
	}
	return t;
}

static size_t
encode(const struct tally *t, uint8_t bytes[static TALLY_SIZE])
{
	size_t size;

	cr_assert_eq(tally_encode(t, bytes, TALLY_SIZE, &size), OK);
	return size;
}

static void
expect_round_trip(const struct tally *t)
{
	uint8_t bytes[TALLY_SIZE];
	uint8_t again[TALLY_SIZE];
	struct tally out;
	size_t size = encode(t, bytes);

	memset(&out, 0xff, sizeof out);
	cr_assert_eq(tally_decode(&out, bytes, size), OK);
	cr_assert_eq(encode(&out, again), size);
	cr_assert_arr_eq(bytes, again, size);
	cr_assert_eq(out.version, t->version);
	cr_assert_eq(out.throttle.common, t->throttle.common);
	cr_assert_eq(out.throttle.reserved, t->throttle.reserved);
	cr_assert_eq(out.throttle.filled, t->throttle.filled);
	cr_assert_arr_eq(
	    out.throttle.spent, t->throttle.spent, sizeof t->throttle.spent);
	cr_assert_eq(out.throttle.in_row, t->throttle.in_row);
	cr_assert_eq(out.throttle.failed, t->throttle.failed);
	cr_assert_eq(out.throttle.recovery, t->throttle.recovery);
	cr_assert_eq(out.throttle.recovery_filled, t->throttle.recovery_filled);
	cr_assert_eq(out.recovery_used, t->recovery_used);
	cr_assert_eq(out.last, t->last);
	cr_assert_str_eq(out.last_from, t->last_from);
	cr_assert_eq(out.uses, t->uses);
	cr_assert_eq(out.networks_seen, t->networks_seen);
	for (uint32_t i = 0; i < t->uses; i++) {
		cr_assert_eq(out.use[i].device, t->use[i].device);
		cr_assert_eq(out.use[i].spent, t->use[i].spent);
		cr_assert_eq(out.use[i].floor, t->use[i].floor);
		cr_assert_eq(out.use[i].spans, t->use[i].spans);
		cr_assert_eq(memcmp(out.use[i].span, t->use[i].span,
				 sizeof t->use[i].span),
		    0);
		cr_assert_eq(out.use[i].last, t->use[i].last);
		cr_assert_eq(out.use[i].skew, t->use[i].skew);
	}
	for (uint32_t i = 0; i < t->networks_seen; i++) {
		cr_assert(
		    network_same(&out.seen[i].network, &t->seen[i].network));
		cr_assert_eq(out.seen[i].last, t->seen[i].last);
	}
}

Test(core_tally, starts_with_a_full_budget)
{
	struct tally t;

	tally_init(&t, NOW);
	cr_assert_eq(t.throttle.common, THROTTLE_HALF);
	cr_assert_eq(t.throttle.reserved, THROTTLE_HALF);
	cr_assert_eq(t.throttle.recovery, THROTTLE_RECOVERY);
	cr_assert_eq(t.throttle.filled, NOW);
	cr_assert_eq(t.throttle.recovery_filled, NOW);
	cr_assert_eq(t.version, 0);
	cr_assert_eq(t.uses, 0);
	cr_assert_eq(t.networks_seen, 0);
}

Test(core_tally, gives_back_what_it_was_given)
{
	struct tally t = full();

	expect_round_trip(&t);
	tally_init(&t, NOW);
	expect_round_trip(&t);
	tally_init(&t, INT64_MIN);
	expect_round_trip(&t);
	tally_init(&t, INT64_MAX);
	expect_round_trip(&t);
}

Test(core_tally, fits_and_refuses_one_byte_less)
{
	struct tally t = full();
	uint8_t bytes[TALLY_SIZE];
	size_t size = encode(&t, bytes);

	for (size_t max = 0; max < size; max++) {
		size_t got = 99;

		cr_assert_eq(
		    tally_encode(&t, bytes, max, &got), ERR_FULL, "%zu", max);
		cr_assert_eq(got, 0);
	}
}

static void
expect_refused(const uint8_t *bytes, size_t size, enum error want)
{
	static const struct tally zero;
	struct tally t;

	memset(&t, 0xff, sizeof t);
	cr_assert_eq(tally_decode(&t, bytes, size), want);
	cr_assert_eq(memcmp(&t, &zero, sizeof t), 0, "nothing is left of it");
}

Test(core_tally, refuses_bytes_cut_short_or_followed)
{
	struct tally t = full();
	uint8_t bytes[TALLY_SIZE + 1] = {0};
	size_t size = encode(&t, bytes);

	for (size_t i = 0; i < size; i++)
		expect_refused(bytes, i, ERR_SHORT);
	expect_refused(bytes, size + 1, ERR_TRAILING);
}

Test(core_tally, refuses_another_format)
{
	struct tally t = full();
	uint8_t bytes[TALLY_SIZE];
	size_t size = encode(&t, bytes);

	for (unsigned int format = 0; format < 256; format++) {
		bytes[0] = (uint8_t)format;
		if (format != 2)
			expect_refused(bytes, size, ERR_VERSION);
	}
}

/* Whatever a flipped bit makes of it is refused, or sound. */
Test(core_tally, bears_every_flipped_bit)
{
	struct tally t = full();
	uint8_t bytes[TALLY_SIZE];
	uint8_t again[TALLY_SIZE];
	size_t size = encode(&t, bytes);

	for (size_t bit = 0; bit < size * 8; bit++) {
		struct tally out;

		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (tally_decode(&out, bytes, size) == OK) {
			cr_assert_eq(encode(&out, again), size);
			cr_assert_arr_eq(bytes, again, size);
		}
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* What must not be written must not be read either. */
static void
expect_unsound(const struct tally *t)
{
	uint8_t bytes[TALLY_SIZE];
	size_t size = 99;

	cr_assert_eq(tally_encode(t, bytes, sizeof bytes, &size), ERR_RANGE);
	cr_assert_eq(size, 0);
}

Test(core_tally, writes_nothing_out_of_range)
{
	struct tally t = full();

	t.uses = DEVICES_MAX + 1;
	expect_unsound(&t);
	t = full();
	t.networks_seen = NETWORKS_MAX + 1;
	expect_unsound(&t);
	t = full();
	t.recovery_used = 1 << RECOVERY_COUNT;
	expect_unsound(&t);
	t = full();
	t.throttle.common = THROTTLE_HALF + 1;
	expect_unsound(&t);
	t = full();
	t.throttle.common = -1;
	expect_unsound(&t);
	t = full();
	t.throttle.reserved = THROTTLE_HALF + 1;
	expect_unsound(&t);
	t = full();
	t.throttle.reserved = -1;
	expect_unsound(&t);
	t = full();
	t.throttle.recovery = THROTTLE_RECOVERY + 1;
	expect_unsound(&t);
	t = full();
	t.throttle.recovery = -1;
	expect_unsound(&t);
	t = full();
	t.throttle.spent[1][24]++;
	expect_unsound(&t);
	t = full();
	t.use[3].floor = UINT64_MAX;
	expect_unsound(&t);
	t = full();
	t.use[3].span[2].last = t.use[3].span[3].first;
	expect_unsound(&t);
	t = full();
	t.use[0].spans = SPANS_MAX + 1;
	expect_unsound(&t);
}

Test(core_tally, writes_no_device_or_network_twice)
{
	struct tally t = full();

	t.use[7].device = t.use[0].device;
	expect_unsound(&t);
	t = full();
	t.seen[6].network = t.seen[0].network;
	expect_unsound(&t);
	t = full();
	t.seen[0].network.family = 0;
	expect_unsound(&t);
	t = full();
	t.seen[0].network.family = 5;
	expect_unsound(&t);
	t = full();
	t.seen[0].network.prefix[3] = 1; /* of IPv4, which has three */
	expect_unsound(&t);
}

/* The places of single fields, counted from the start. */
enum {
	AT_COMMON = 1 + 8,
	AT_RESERVED = AT_COMMON + 4,
	AT_SPENT = AT_RESERVED + 4 + 8,
	AT_RECOVERY = AT_SPENT + 2 * THROTTLE_HOURS + 4 + 4,
	AT_USED = AT_RECOVERY + 4 + 8,
	AT_FROM = AT_USED + 2 + 8
};

static void
expect_byte_refused(size_t at, uint8_t value, enum error want)
{
	struct tally t = full();
	uint8_t bytes[TALLY_SIZE];
	size_t size = encode(&t, bytes);

	bytes[at] = value;
	expect_refused(bytes, size, want);
}

Test(core_tally, reads_nothing_out_of_range)
{
	size_t uses = AT_FROM + 2 + ADDRESS_MAX - 1;
	size_t spans = uses + 1 + 8 + 8 + 8;
	size_t networks = uses + 1 + DEVICES_MAX * (8 + 8 + 8 + 1 + 8 + 4) +
	    (8 + 7 + 6 + 5 + 4 + 3 + 2 + 1) * 16;
	const struct {
		size_t at;
		uint8_t value;
		enum error want;
	} bad[] = {
	    {AT_COMMON, 0x7f, ERR_RANGE},
	    {AT_COMMON, 0x80, ERR_RANGE},
	    {AT_RESERVED, 0x80, ERR_RANGE},
	    {AT_RESERVED + 3, 16, ERR_RANGE},
	    {AT_SPENT, 1, ERR_RANGE},
	    {spans, SPANS_MAX + 1, ERR_RANGE},
	    {spans + 1, 0x7f, ERR_RANGE},
	    {AT_RECOVERY, 0xff, ERR_RANGE},
	    {AT_RECOVERY + 3, 6, ERR_RANGE},
	    {AT_USED, 0x04, ERR_RANGE},
	    {AT_FROM + 1, ADDRESS_MAX, ERR_LONG},
	    {AT_FROM + 2, 0, ERR_FORMAT},
	    {uses, DEVICES_MAX + 1, ERR_RANGE},
	    {uses, 255, ERR_RANGE},
	    {networks, NETWORKS_MAX + 1, ERR_RANGE},
	    {networks + 1, 0, ERR_RANGE},
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_byte_refused(bad[i].at, bad[i].value, bad[i].want);
}

Test(core_tally, finds_and_makes_entries)
{
	struct tally t;

	tally_init(&t, NOW);
	cr_assert_null(tally_find(&t, 5));
	for (int64_t id = 0; id < DEVICES_MAX; id++) {
		struct use *use = tally_use(&t, 5 + id);

		cr_assert_not_null(use);
		cr_assert_eq(use->device, 5 + id);
		cr_assert_eq(use->spent, 0);
		cr_assert_eq(tally_use(&t, 5 + id), use);
		cr_assert_eq(tally_find(&t, 5 + id), use);
	}
	cr_assert_null(tally_use(&t, 99));
	cr_assert_eq(t.uses, DEVICES_MAX);
}

/* An entry that another device had leaves nothing to the next one. */
Test(core_tally, makes_entries_clean)
{
	struct tally t;

	memset(&t, 0xff, sizeof t);
	t.uses = 0;
	cr_assert_eq(tally_use(&t, 1)->spent, 0);
	cr_assert_eq(tally_use(&t, 2)->last, 0);
	cr_assert_eq(tally_find(&t, 2)->skew, 0);
}

Test(core_tally, drops_what_the_record_no_longer_has)
{
	struct tally t = full();
	struct record r;

	memset(&r, 0, sizeof r);
	r.devices = 2;
	r.device[0].id = 995;
	r.device[1].id = 1000; /* still pending: it is kept too */
	tally_prune(&t, &r);
	cr_assert_eq(t.uses, 2);
	cr_assert_eq(tally_find(&t, 1000)->spent, UINT64_MAX);
	cr_assert_eq(tally_find(&t, 995)->spent, UINT64_MAX - 5);
	cr_assert_null(tally_find(&t, 999));
	r.devices = 0;
	tally_prune(&t, &r);
	cr_assert_eq(t.uses, 0);
}
