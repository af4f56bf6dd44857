#include "core/verify.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/recovery.h"
#include "core/seen.h"
#include "core/steps.h"
#include "core/throttle.h"

#define NOW INT64_C(1700000000) /* 20 s into a step of 30 and of 60 */
#define HERE "192.0.2.7"
#define ELSEWHERE "198.51.100.9"

static struct totp *totp;
static struct policy policy;
static struct record record;
static struct outcome outcome;
static const char *address;
static int64_t now;
static const uint8_t key[RECOVERY_KEY] = {42};

static struct device *
add_device(uint32_t index, uint8_t fill)
{
	struct device *d = &record.device[record.devices++];

	d->id = 100 + record.devices;
	d->confirmed = true;
	d->form = (struct totp_form){ALGORITHM_SHA1, 6, 30};
	d->secret.size = SECRET_NEW;
	memset(d->secret.bytes, fill, SECRET_NEW);
	for (int i = 0; i < 4 && index != 0; i++)
		d->secret.bytes[i] = (uint8_t)(index >> (24 - 8 * i));
	record.state = RECORD_GOOD;
	return d;
}

static void
setup(void)
{
	totp = totp_new();
	cr_assert_not_null(totp);
	policy = (struct policy){.window = 1, .lookahead = 1};
	memset(&record, 0, sizeof record);
	record.uid = 1000;
	tally_init(&record.tally, NOW);
	add_device(0, 1);
	address = HERE;
	now = NOW;
}

static void
teardown(void)
{
	totp_free(&totp);
}

TestSuite(core_verify, .init = setup, .fini = teardown);

static struct verify_context
context(void)
{
	return (struct verify_context){
	    .totp = totp,
	    .policy = &policy,
	    .recovery_key = key,
	    .address = address,
	    .now = now,
	};
}

/* What was given back must agree with what became of the record. */
static enum reason
verify(const char *text)
{
	struct verify_context c = context();
	struct tally before = record.tally;

	memset(&outcome, 0xff, sizeof outcome);
	cr_assert_eq(verify_code(&c, &record, text, &outcome), OK);
	if (!outcome.changed)
		cr_assert_eq(memcmp(&before, &record.tally, sizeof before), 0);
	else
		cr_assert_neq(memcmp(&before, &record.tally, sizeof before), 0);
	cr_assert_eq(outcome_opens(&outcome),
	    outcome.reason == REASON_CODE_ACCEPTED ||
		outcome.reason == REASON_RECOVERY_ACCEPTED);
	return outcome.reason;
}

/* The code that d shows so many steps from now. */
static const char *
code_at(const struct device *d, int64_t offset)
{
	static char text[16];
	uint64_t step = totp_step(&d->form, now) + (uint64_t)offset;
	uint32_t code;

	cr_assert_eq(totp_code(totp, &d->form, &d->secret, step, &code), OK);
	snprintf(text, sizeof text, "%0*u", (int)d->form.digits, code);
	return text;
}

static const char *
code(int64_t offset)
{
	return code_at(&record.device[0], offset);
}

static enum reason
verify_step(int64_t offset)
{
	return verify(code(offset));
}

/* Some code of six digits that none of the devices has about now. */
static enum reason
verify_wrong(void)
{
	return verify("000000");
}

static void
exhaust(void)
{
	while (verify_wrong() == REASON_CODE_WRONG)
		;
}

static const struct use *
use_of(uint32_t i)
{
	return tally_find(&record.tally, record.device[i].id);
}

/* ---- the window ---- */

static void
expect_window(int64_t earlier, int64_t later)
{
	for (int64_t offset = -12; offset <= 4; offset++) {
		bool in = offset >= -earlier && offset <= later;

		tally_init(&record.tally, now);
		cr_assert_eq(verify_step(offset),
		    in ? REASON_CODE_ACCEPTED : REASON_CODE_WRONG, "%d",
		    (int)offset);
	}
}

Test(core_verify, accepts_one_step_to_each_side)
{
	expect_window(1, 1);
}

Test(core_verify, accepts_one_step_of_sixty_to_each_side)
{
	record.device[0].form.period = 60;
	expect_window(1, 1);
}

Test(core_verify, accepts_what_the_policy_says)
{
	policy.window = 0;
	policy.lookahead = 0;
	expect_window(0, 0);
	policy.window = 10;
	expect_window(10, 0);
	policy.lookahead = 1;
	expect_window(10, 1);
}

Test(core_verify, has_the_window_at_the_edges_of_a_step)
{
	now = NOW - NOW % 30;
	expect_window(1, 1);
	now += 29;
	expect_window(1, 1);
}

Test(core_verify, accepts_every_form)
{
	for (uint32_t digits = 6; digits <= 8; digits++)
		for (unsigned int a = 0; a < ALGORITHM_COUNT; a++) {
			record.device[0].form.digits = digits;
			record.device[0].form.algorithm = a;
			expect_window(1, 1);
		}
}

Test(core_verify, counts_no_step_before_1970)
{
	now = 45;
	tally_init(&record.tally, now);
	policy.window = 10;
	cr_assert_eq(verify_step(-1), REASON_CODE_WRONG, "step 0");
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	now = -5;
	tally_init(&record.tally, now);
	cr_assert_eq(verify_step(0), REASON_CODE_WRONG);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
}

Test(core_verify, tells_the_skew)
{
	cr_assert_eq(verify_step(-1), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.skew, -30);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.skew, 0);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.skew, 30);
	cr_assert_eq(use_of(0)->skew, 30);
	cr_assert_eq(outcome.device, record.device[0].id);
}

/* ---- spending ---- */

Test(core_verify, refuses_a_code_that_was_used)
{
	char text[16];

	snprintf(text, sizeof text, "%s", code(0));
	cr_assert_eq(verify(text), REASON_CODE_ACCEPTED);
	cr_assert_eq(verify(text), REASON_CODE_USED);
	cr_assert_not(outcome.changed);
	cr_assert_eq(outcome.wait, 10);
	now += 30;
	cr_assert_eq(verify(text), REASON_CODE_USED);
	now += 30;
	cr_assert_eq(verify(text), REASON_CODE_WRONG);
}

Test(core_verify, charges_nothing_for_a_used_code)
{
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(record.tally.throttle.common, THROTTLE_HALF);
	cr_assert_eq(record.tally.throttle.in_row, 0);
}

Test(core_verify, spends_all_steps_before_too)
{
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
	cr_assert_eq(verify_step(1), REASON_CODE_USED);
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(verify_step(-1), REASON_CODE_USED);
	cr_assert_eq(
	    use_of(0)->spent, totp_step(&record.device[0].form, now) + 1);
	now += 30;
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
}

Test(core_verify, keeps_spent_steps_through_the_store)
{
	uint8_t bytes[TALLY_SIZE];
	size_t size;

	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_eq(
	    tally_encode(&record.tally, bytes, sizeof bytes, &size), OK);
	memset(&record.tally, 0, sizeof record.tally);
	cr_assert_eq(tally_decode(&record.tally, bytes, size), OK);
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
}

/* A policy that looks further back must not bring spent steps to life. */
Test(core_verify, keeps_spent_steps_through_a_wider_window)
{
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	policy.window = 10;
	for (int64_t offset = -10; offset <= 0; offset++)
		cr_assert_eq(verify_step(offset), REASON_CODE_USED);
}

Test(core_verify, opens_nothing_when_all_steps_are_spent)
{
	static const uint64_t all[] = {
	    INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		tally_use(&record.tally, record.device[0].id)->spent = all[i];
		for (int64_t offset = -1; offset <= 1; offset++)
			cr_assert_eq(verify_step(offset), REASON_CODE_USED);
		cr_assert_gt(outcome.wait, 0);
	}
}

/* A11: however often somebody logs in, the state does not grow. */
Test(core_verify, keeps_one_number_for_each_device)
{
	for (int i = 0; i < 1000; i++) {
		cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
		now += 30;
	}
	cr_assert_eq(record.tally.uses, 1);
	cr_assert_eq(record.tally.networks_seen, 1);
}

Test(core_verify, says_when_the_next_code_comes)
{
	record.device[0].form.period = 60;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(outcome.wait, 40);
	tally_init(&record.tally, now);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
	cr_assert_eq(verify_step(1), REASON_CODE_USED);
	cr_assert_eq(outcome.wait, 40, "a device that is ahead stays ahead");
}

/* The device was ahead with the server; after both are right it must wait. */
Test(core_verify, says_how_long_a_clock_set_back_keeps_codes_spent)
{
	now = NOW + 3600;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	now = NOW;
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(outcome.wait, 3600 + 10);
	now += outcome.wait - 1;
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(outcome.wait, 1);
	now += 1;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
}

/* Root says that the clock was wrong: the present opens, and nothing twice. */
Test(core_verify, opens_again_after_a_clock_that_was_ahead)
{
	struct use *use;

	now = NOW + 86400;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	now += 60;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	now = NOW;
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(outcome.wait, 86400 + 60 + 10);
	use = tally_use(&record.tally, record.device[0].id);
	cr_assert(steps_set_back(use, totp_step(&record.device[0].form, now)));
	cr_assert_eq(verify_step(-1), REASON_CODE_USED);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	now = NOW + 86400;
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	cr_assert_eq(outcome.wait, 10, "the next one opens");
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
	now += 60;
	cr_assert_eq(verify_step(0), REASON_CODE_USED);
	policy.window = 10;
	for (int64_t offset = -10; offset <= 0; offset++)
		cr_assert_eq(verify_step(offset), REASON_CODE_USED);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
}

/* ---- several devices ---- */

Test(core_verify, accepts_each_of_eight_devices)
{
	while (record.devices < DEVICES_MAX)
		add_device(0, (uint8_t)(50 + record.devices));
	for (uint32_t i = 0; i < DEVICES_MAX; i++) {
		cr_assert_eq(verify(code_at(&record.device[i], 0)),
		    REASON_CODE_ACCEPTED);
		cr_assert_eq(outcome.device, record.device[i].id);
	}
	for (uint32_t i = 0; i < DEVICES_MAX; i++)
		cr_assert_eq(
		    verify(code_at(&record.device[i], 0)), REASON_CODE_USED);
	cr_assert_eq(record.tally.uses, DEVICES_MAX);
}

Test(core_verify, spends_on_its_own_device_alone)
{
	add_device(0, 2);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_null(use_of(1));
	cr_assert_eq(
	    verify(code_at(&record.device[1], -1)), REASON_CODE_ACCEPTED);
	cr_assert_eq(use_of(1)->skew, -30);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
}

/* Two secrets that show 007787 in the same step, found by search. */
Test(core_verify, spends_on_every_device_that_the_code_matched)
{
	add_device(944337, 2);
	cr_assert_str_eq(code(0), "007787");
	cr_assert_str_eq(code_at(&record.device[1], 0), "007787");
	cr_assert_eq(verify("007787"), REASON_CODE_ACCEPTED);
	cr_assert_eq(use_of(0)->spent, use_of(1)->spent);
	cr_assert_eq(verify("007787"), REASON_CODE_USED);
}

Test(core_verify, accepts_a_code_that_is_fresh_on_one_device)
{
	uint64_t step = totp_step(&record.device[0].form, NOW);

	add_device(944337, 2);
	tally_use(&record.tally, record.device[0].id)->spent = step + 7;
	cr_assert_eq(verify("007787"), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.device, record.device[1].id);
	cr_assert_eq(use_of(0)->spent, step + 7, "never back");
	cr_assert_eq(use_of(1)->spent, step);
	cr_assert_eq(verify("007787"), REASON_CODE_USED);
}

/* A secret that shows 987978 in two steps on end: the later one is spent. */
Test(core_verify, spends_the_last_of_two_steps_with_one_code)
{
	uint64_t step = totp_step(&record.device[0].form, NOW);
	struct use *use;

	record.devices = 0;
	add_device(1639379, 3);
	cr_assert_str_eq(code(-1), "987978");
	cr_assert_str_eq(code(0), "987978");
	cr_assert_eq(verify("987978"), REASON_CODE_ACCEPTED);
	cr_assert_eq(use_of(0)->spent, step);
	cr_assert_eq(verify("987978"), REASON_CODE_USED);
	use = tally_use(&record.tally, record.device[0].id);
	use->spent = step - 1;
	use->spans = 0;
	cr_assert_eq(verify("987978"), REASON_CODE_ACCEPTED);
}

Test(core_verify, ignores_a_pending_device)
{
	add_device(0, 2)->confirmed = false;
	cr_assert_eq(verify(code_at(&record.device[1], 0)), REASON_CODE_WRONG);
	cr_assert_eq(verify_right_codes(&record, &policy), 3);
}

/* Six of a code's eight digits are right on no device of eight. */
Test(core_verify, compares_no_shorter_code)
{
	record.device[0].form.digits = 8;
	cr_assert_eq(verify(code(0) + 2), REASON_CODE_WRONG);
	cr_assert_eq(verify(code(0) + 1), REASON_CODE_WRONG);
	cr_assert_eq(verify(code(0)), REASON_CODE_ACCEPTED);
}

Test(core_verify, compares_no_longer_code)
{
	char longer[20];

	snprintf(longer, sizeof longer, "00%s", code(0));
	cr_assert_eq(verify(longer), REASON_CODE_WRONG);
	cr_assert_eq(verify(longer + 1), REASON_CODE_WRONG);
	cr_assert_eq(verify(longer + 2), REASON_CODE_ACCEPTED);
}

Test(core_verify, counts_the_right_codes)
{
	cr_assert_eq(verify_right_codes(&record, &policy), 3);
	policy.window = 10;
	cr_assert_eq(verify_right_codes(&record, &policy), 12);
	while (record.devices < DEVICES_MAX)
		add_device(0, (uint8_t)(50 + record.devices));
	cr_assert_eq(verify_right_codes(&record, &policy), 96);
	policy.lookahead = 0;
	policy.window = 0;
	cr_assert_eq(verify_right_codes(&record, &policy), 8);
}

/* ---- what is no code ---- */

Test(core_verify, changes_nothing_for_what_is_no_code)
{
	static char huge[65537];
	static const char *const texts[] = {"", " ", "12345", "123456789",
	    "abcdef", "12345a", "-123456", "yes",
	    "ABCD-EFGH-IJKL-MNOP-QRST-UVW",
	    "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6", huge};

	memset(huge, '7', sizeof huge - 1);
	record.tally.throttle.filled = NOW + 1000; /* nor the clock */
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		cr_assert_eq(verify(texts[i]), REASON_CODE_MALFORMED);
		cr_assert_not(outcome.changed);
		cr_assert_eq(outcome.wait, 0);
	}
	huge[256] = '\0';
	cr_assert_eq(verify(huge), REASON_CODE_MALFORMED);
}

/* ---- the brake ---- */

Test(core_verify, charges_a_wrong_code)
{
	cr_assert_eq(verify_wrong(), REASON_CODE_WRONG);
	cr_assert(outcome.changed);
	cr_assert_eq(outcome.wait, 0);
	cr_assert_eq(
	    record.tally.throttle.common, THROTTLE_HALF - THROTTLE_TRY);
	cr_assert_eq(record.tally.throttle.in_row, 3);
	cr_assert_eq(record.tally.throttle.failed, 1);
}

Test(core_verify, charges_as_many_units_as_codes_are_right)
{
	policy.window = 4;
	add_device(0, 2);
	cr_assert_eq(verify_wrong(), REASON_CODE_WRONG);
	cr_assert_eq(record.tally.throttle.in_row, 12);
}

Test(core_verify, says_with_the_last_try_how_long_to_wait)
{
	for (int i = 0; i < 9; i++) {
		cr_assert_eq(verify_wrong(), REASON_CODE_WRONG);
		cr_assert_eq(outcome.wait, 0);
	}
	cr_assert_eq(verify_wrong(), REASON_CODE_WRONG);
	cr_assert_eq(outcome.wait, 2 * 3600);
	cr_assert_eq(verify_wrong(), REASON_BRAKED);
	cr_assert_eq(outcome.wait, 2 * 3600);
	cr_assert_not(outcome.changed);
}

/* Braked, a right, a used and a wrong code have one answer: no oracle. */
Test(core_verify, looks_at_no_code_while_the_brake_holds)
{
	cr_assert_eq(verify_step(-1), REASON_CODE_ACCEPTED);
	exhaust();
	cr_assert_eq(verify_step(-1), REASON_BRAKED);
	cr_assert_eq(verify_step(0), REASON_BRAKED);
	cr_assert_eq(verify_wrong(), REASON_BRAKED);
	now += 3 * 3600;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
}

Test(core_verify, looks_at_no_code_while_locked)
{
	record.tally.throttle.in_row = THROTTLE_LOCK;
	cr_assert_eq(verify_step(0), REASON_LOCKED);
	cr_assert_eq(outcome.wait, 0);
	cr_assert_eq(verify_wrong(), REASON_LOCKED);
	now += 400 * 86400;
	cr_assert_eq(verify_step(0), REASON_LOCKED);
	throttle_unlock(&record.tally.throttle, now);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
}

Test(core_verify, locks_after_a_hundred_wrong_codes)
{
	int wrong = 0;

	while (verify_wrong() != REASON_LOCKED) {
		wrong += outcome.reason == REASON_CODE_WRONG;
		now += outcome.reason == REASON_BRAKED ? 86400 : 0;
	}
	cr_assert_eq(wrong, 100);
}

Test(core_verify, keeps_the_owner_in_while_a_thief_tries_elsewhere)
{
	cr_assert_eq(verify_step(-1), REASON_CODE_ACCEPTED);
	cr_assert_not(outcome.braked);
	address = ELSEWHERE;
	exhaust();
	cr_assert_eq(verify_step(0), REASON_BRAKED);
	address = HERE;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.failed, 5);
	cr_assert(outcome.braked);
	cr_assert_eq(record.tally.throttle.failed, 0);
	cr_assert_eq(record.tally.throttle.in_row, 0);
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.failed, 0);
}

Test(core_verify, follows_a_clock_that_was_set_back)
{
	now = NOW + 365 * 86400;
	exhaust();
	now = NOW;
	cr_assert_eq(verify_wrong(), REASON_BRAKED);
	cr_assert(outcome.changed, "else the budget would never fill");
	cr_assert_eq(outcome.wait, 2 * 3600);
	cr_assert_eq(verify_wrong(), REASON_BRAKED);
	cr_assert_not(outcome.changed);
	now = NOW + 2 * 3600;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
}

Test(core_verify, writes_down_a_success)
{
	verify_wrong();
	verify_wrong();
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert(outcome.changed);
	cr_assert_eq(outcome.failed, 2);
	cr_assert_not(outcome.braked);
	cr_assert_eq(record.tally.last, now);
	cr_assert_str_eq(record.tally.last_from, HERE);
	cr_assert_eq(use_of(0)->last, now);
	cr_assert(network_known(&record.tally, HERE, now));
	cr_assert_not(network_known(&record.tally, ELSEWHERE, now));
}

Test(core_verify, bears_an_address_that_is_none)
{
	char longer[200];

	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	address = longer;
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_str_eq(record.tally.last_from, "");
	address = "";
	cr_assert_eq(verify_step(1), REASON_CODE_ACCEPTED);
	cr_assert_eq(record.tally.networks_seen, 0);
}

/* ---- recovery codes ---- */

static const char *
recovery_text(uint8_t i)
{
	static char text[RECOVERY_TEXT_MAX];
	uint8_t bytes[RECOVERY_BYTES];

	memset(bytes, 0x30 + i, sizeof bytes);
	code_write_recovery(text, bytes);
	return text;
}

static void
add_recovery(void)
{
	record.recovery_count = RECOVERY_COUNT;
	for (uint8_t i = 0; i < RECOVERY_COUNT; i++) {
		uint8_t bytes[RECOVERY_BYTES];

		memset(bytes, 0x30 + i, sizeof bytes);
		cr_assert_eq(
		    recovery_hash(record.recovery[i], key, record.uid, bytes),
		    OK);
	}
}

Test(core_verify, accepts_each_recovery_code_once)
{
	add_recovery();
	cr_assert_eq(verify(recovery_text(77)), REASON_CODE_WRONG);
	for (uint8_t i = 0; i < RECOVERY_COUNT; i++) {
		cr_assert_eq(record_recovery_left(&record), (uint32_t)(10 - i));
		cr_assert_eq(
		    verify(recovery_text(i)), REASON_RECOVERY_ACCEPTED);
		cr_assert(outcome.changed);
		cr_assert_eq(outcome.failed, i == 0 ? 1 : 0);
		cr_assert_eq(verify(recovery_text(i)), REASON_CODE_USED);
		cr_assert_eq(outcome.wait, 0);
	}
	cr_assert_eq(record_recovery_left(&record), 0);
	cr_assert_str_eq(record.tally.last_from, HERE);
	cr_assert_eq(record.tally.last, now);
}

Test(core_verify, takes_a_recovery_code_of_one_user_from_no_other)
{
	add_recovery();
	record.uid = 1001;
	cr_assert_eq(verify(recovery_text(0)), REASON_CODE_WRONG);
}

Test(core_verify, has_no_recovery_code_where_there_are_none)
{
	cr_assert_eq(verify(recovery_text(0)), REASON_CODE_WRONG);
	cr_assert_eq(
	    verify("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"), REASON_CODE_WRONG);
}

Test(core_verify, ends_a_lock_by_a_recovery_code)
{
	add_recovery();
	record.tally.throttle.in_row = THROTTLE_LOCK;
	record.tally.throttle.failed = 100;
	cr_assert_eq(verify_step(0), REASON_LOCKED);
	cr_assert_eq(verify(recovery_text(3)), REASON_RECOVERY_ACCEPTED);
	cr_assert_eq(outcome.failed, 100);
	cr_assert(outcome.braked);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
}

Test(core_verify, keeps_the_lock_for_a_wrong_or_used_recovery_code)
{
	add_recovery();
	cr_assert_eq(verify(recovery_text(3)), REASON_RECOVERY_ACCEPTED);
	record.tally.throttle.in_row = THROTTLE_LOCK;
	cr_assert_eq(verify(recovery_text(3)), REASON_CODE_USED);
	cr_assert_eq(verify(recovery_text(50)), REASON_CODE_WRONG);
	cr_assert_eq(verify_step(0), REASON_LOCKED);
}

Test(core_verify, accepts_a_recovery_code_while_braked)
{
	add_recovery();
	exhaust();
	cr_assert_eq(verify(recovery_text(3)), REASON_RECOVERY_ACCEPTED);
	cr_assert(outcome.braked);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED, "tries came back");
}

Test(core_verify, counts_some_wrong_recovery_codes)
{
	add_recovery();
	for (int i = 0; i < THROTTLE_RECOVERY; i++) {
		cr_assert_eq(verify(recovery_text(50)), REASON_CODE_WRONG);
		cr_assert_eq(outcome.wait, 0);
	}
	for (int i = 0; i < 50; i++) {
		cr_assert_eq(verify(recovery_text(50)), REASON_RECOVERY_BRAKED);
		cr_assert_eq(outcome.wait, 0);
		cr_assert_not(outcome.changed, "nothing to write");
	}
	cr_assert_eq(record.tally.throttle.failed, THROTTLE_RECOVERY);
	cr_assert_eq(record.tally.throttle.common, THROTTLE_HALF);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	now += 3600;
	cr_assert_eq(verify(recovery_text(50)), REASON_CODE_WRONG);
	cr_assert_eq(verify(recovery_text(50)), REASON_RECOVERY_BRAKED);
}

/* Whatever a thief tried: locked, braked both ways, from elsewhere. */
Test(core_verify, opens_by_a_right_recovery_code_always)
{
	add_recovery();
	cr_assert_eq(verify_step(-1), REASON_CODE_ACCEPTED);
	address = ELSEWHERE;
	exhaust();
	while (verify(recovery_text(50)) == REASON_CODE_WRONG)
		;
	record.tally.throttle.in_row = THROTTLE_LOCK;
	cr_assert_eq(verify_step(0), REASON_LOCKED);
	cr_assert_eq(verify(recovery_text(50)), REASON_RECOVERY_BRAKED);
	cr_assert_eq(verify(recovery_text(0)), REASON_RECOVERY_ACCEPTED);
	cr_assert_eq(verify(recovery_text(0)), REASON_CODE_USED);
	record.tally.throttle.in_row = THROTTLE_LOCK;
	address = HERE;
	cr_assert_eq(verify(recovery_text(1)), REASON_RECOVERY_ACCEPTED);
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
}

Test(core_verify, charges_nothing_for_a_used_recovery_code)
{
	add_recovery();
	cr_assert_eq(verify(recovery_text(0)), REASON_RECOVERY_ACCEPTED);
	for (int i = 0; i < 50; i++)
		cr_assert_eq(verify(recovery_text(0)), REASON_CODE_USED);
	cr_assert_eq(record.tally.throttle.recovery, THROTTLE_RECOVERY);
}

/* ---- confirmation ---- */

static enum reason
verify_new(struct device *d, const char *text)
{
	struct verify_context c = context();

	memset(&outcome, 0xff, sizeof outcome);
	cr_assert_eq(verify_pending(&c, &record, d, text, &outcome), OK);
	return outcome.reason;
}

Test(core_verify, confirms_by_a_code_of_the_pending_device)
{
	struct device *d = add_device(0, 2);
	char text[16];

	d->confirmed = false;
	cr_assert_eq(verify_new(d, code(0)), REASON_CODE_WRONG);
	cr_assert_eq(verify_new(d, code_at(d, -2)), REASON_CODE_WRONG);
	snprintf(text, sizeof text, "%s", code_at(d, -1));
	cr_assert_eq(verify_new(d, text), REASON_CODE_ACCEPTED);
	cr_assert_eq(outcome.device, d->id);
	cr_assert_eq(outcome.skew, -30);
	cr_assert_eq(outcome.failed, 2);
	cr_assert(outcome.changed);
	cr_assert_not(d->confirmed, "that is for the caller");
	d->confirmed = true;
	cr_assert_eq(verify(text), REASON_CODE_USED);
	cr_assert_eq(verify(code_at(d, 0)), REASON_CODE_ACCEPTED);
}

Test(core_verify, a_confirmation_costs_no_less_than_a_login)
{
	struct device *d;

	(void)add_device(0, 2);
	d = add_device(0, 3);
	d->confirmed = false;
	cr_assert_eq(verify_wrong(), REASON_CODE_WRONG);
	cr_assert_eq(record.tally.throttle.in_row, 6, "two devices");
	cr_assert_eq(verify_new(d, code(0)), REASON_CODE_WRONG);
	cr_assert_eq(record.tally.throttle.in_row, 12);
}

Test(core_verify, confirms_the_first_device)
{
	record.device[0].confirmed = false;
	record.state = RECORD_ABSENT;
	cr_assert_eq(verify_step(0), REASON_CODE_WRONG, "opens nothing yet");
	cr_assert_eq(
	    verify_new(&record.device[0], code(0)), REASON_CODE_ACCEPTED);
}

Test(core_verify, brakes_a_confirmation_like_a_login)
{
	struct device *d = add_device(0, 2);

	d->confirmed = false;
	for (int i = 0; i < 10; i++)
		cr_assert_eq(verify_new(d, "000000"), REASON_CODE_WRONG);
	cr_assert_eq(verify_new(d, code_at(d, 0)), REASON_BRAKED);
	cr_assert_eq(verify_step(0), REASON_BRAKED);
}

Test(core_verify, confirms_by_no_recovery_code)
{
	struct device *d = add_device(0, 2);

	d->confirmed = false;
	add_recovery();
	cr_assert_eq(verify_new(d, recovery_text(0)), REASON_CODE_MALFORMED);
	cr_assert_not(outcome.changed);
	cr_assert_eq(record_recovery_left(&record), RECOVERY_COUNT);
	cr_assert_eq(verify_new(d, "12345"), REASON_CODE_MALFORMED);
}

/* ---- what is broken ---- */

static void
expect_error(enum error want)
{
	struct verify_context c = context();
	struct tally before = record.tally;
	const struct outcome nothing = {.reason = REASON_UNDECIDED};
	char text[16];

	snprintf(text, sizeof text, "%s", "123456");
	memset(&outcome, 0xff, sizeof outcome);
	cr_assert_eq(verify_code(&c, &record, text, &outcome), want);
	cr_assert_eq(outcome.reason, nothing.reason);
	cr_assert_not(outcome.changed);
	cr_assert_not(outcome_opens(&outcome));
	cr_assert_eq(memcmp(&before, &record.tally, sizeof before), 0);
}

Test(core_verify, judges_no_broken_record)
{
	record.state = RECORD_BROKEN;
	expect_error(ERR_BROKEN);
	record.state = RECORD_GOOD;
	record.device[0].form.period = 45;
	expect_error(ERR_BROKEN);
	record.device[0].form.period = 30;
	record.device[0].secret.size = 0;
	expect_error(ERR_BROKEN);
	record.device[0].secret.size = SECRET_NEW;
	record.devices = DEVICES_MAX + 1;
	expect_error(ERR_BROKEN);
}

Test(core_verify, opens_nothing_when_a_step_cannot_be_spent)
{
	struct verify_context c = context();
	struct device foreign = record.device[0];
	struct tally before;

	while (record.devices < DEVICES_MAX)
		add_device(0, (uint8_t)(50 + record.devices));
	for (uint32_t i = 0; i < DEVICES_MAX; i++)
		cr_assert_not_null(
		    tally_use(&record.tally, record.device[i].id));
	foreign.id = 999;
	foreign.confirmed = false;
	before = record.tally;
	cr_assert_eq(
	    verify_pending(&c, &record, &foreign, code(0), &outcome), ERR_FULL);
	cr_assert_not(outcome_opens(&outcome));
	cr_assert_not(outcome.changed);
	cr_assert_eq(memcmp(&before, &record.tally, sizeof before), 0);
}

Test(core_verify, makes_room_for_what_was_removed)
{
	for (int64_t id = 1; id <= DEVICES_MAX; id++)
		cr_assert_not_null(tally_use(&record.tally, id));
	cr_assert_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_assert_eq(record.tally.uses, 1);
}

Test(core_verify, opens_nothing_without_devices)
{
	record.devices = 0;
	record.state = RECORD_ABSENT;
	cr_assert_eq(verify_wrong(), REASON_CODE_WRONG);
	cr_assert_eq(record.tally.throttle.in_row, 3);
}

Test(core_verify, opens_for_two_reasons_and_no_other)
{
	for (unsigned int i = 0; i <= REASON_COUNT; i++) {
		struct outcome o = {.reason = (enum reason)i};

		cr_assert_eq(outcome_opens(&o),
		    i == REASON_CODE_ACCEPTED || i == REASON_RECOVERY_ACCEPTED);
		cr_assert_eq(outcome_allows(&o),
		    outcome_opens(&o) || i == REASON_NOT_NEEDED ||
			i == REASON_TICKET_ACCEPTED);
	}
}

/* ---- scratch codes ---- */

#define SCRATCH "12345678"

static void
add_scratch(void)
{
	record.recovery_count = 2;
	cr_assert_eq(
	    scratch_hash(record.recovery[1], key, record.uid, 12345678), OK);
}

Test(core_verify, accepts_a_scratch_code_once)
{
	add_scratch();
	cr_expect_eq(verify(SCRATCH), REASON_RECOVERY_ACCEPTED);
	cr_expect_eq(record.tally.recovery_used, 2);
	cr_expect_eq(record.tally.last, NOW);
	cr_expect_eq(verify(SCRATCH), REASON_CODE_USED);
	cr_expect_eq(verify("1234 5678"), REASON_CODE_USED);
}

Test(core_verify, charges_a_wrong_scratch_code_once_and_the_common_budget)
{
	const struct throttle *t = &record.tally.throttle;
	int32_t common = t->common, recovery = t->recovery;

	add_scratch();
	cr_expect_eq(verify("12345679"), REASON_CODE_WRONG);
	cr_expect_eq(t->common, common - THROTTLE_TRY);
	cr_expect_eq(t->recovery, recovery);
	cr_expect_eq(t->failed, 1);
	cr_expect_eq(verify(SCRATCH), REASON_RECOVERY_ACCEPTED);
	cr_expect_eq(t->common, THROTTLE_HALF, "given back");
	cr_expect_eq(t->failed, 0);
	cr_expect_eq(t->in_row, 0);
	cr_expect_eq(outcome.failed, 1);
}

Test(core_verify, looks_at_no_scratch_code_while_braked_or_locked)
{
	add_scratch();
	exhaust();
	cr_expect_eq(verify(SCRATCH), REASON_BRAKED);
	record.tally.throttle.in_row = THROTTLE_LOCK;
	now += 86400;
	cr_expect_eq(verify(SCRATCH), REASON_LOCKED);
	cr_expect_eq(record.tally.recovery_used, 0);
}

Test(core_verify, tells_eight_digits_of_a_device_from_a_scratch_code)
{
	add_scratch();
	record.device[0].form.digits = 8;
	cr_expect_eq(verify_step(0), REASON_CODE_ACCEPTED);
	cr_expect_eq(record.tally.recovery_used, 0);
	cr_expect_eq(verify_step(0), REASON_CODE_USED);
	cr_expect_eq(verify(SCRATCH), REASON_RECOVERY_ACCEPTED);
}

/* One text can be both: what opens goes first, and only that is spent. */
Test(core_verify, opens_by_a_scratch_code_that_is_a_used_code_too)
{
	uint32_t number;

	record.device[0].form.digits = 8;
	(void)verify_step(0);
	record.recovery_count = 1;
	cr_assert_eq(
	    totp_code(totp, &record.device[0].form, &record.device[0].secret,
		totp_step(&record.device[0].form, now), &number),
	    OK);
	cr_assert_eq(
	    scratch_hash(record.recovery[0], key, record.uid, number), OK);
	cr_expect_eq(verify_step(0), REASON_RECOVERY_ACCEPTED);
	cr_expect_eq(record.tally.recovery_used, 1);
	cr_expect_eq(verify_step(0), REASON_CODE_USED);
}

Test(core_verify, confirms_by_no_scratch_code)
{
	struct verify_context c = context();
	struct device pending = record.device[0];

	add_scratch();
	record.devices = 0;
	pending.confirmed = false;
	cr_assert_eq(
	    verify_pending(&c, &record, &pending, SCRATCH, &outcome), OK);
	cr_expect_eq(outcome.reason, REASON_CODE_WRONG);
	cr_expect_eq(record.tally.recovery_used, 0);
}
