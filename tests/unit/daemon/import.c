/* An import from the memory file to the login. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/daemon/rig.h"

static struct rig f;
static struct wire_import_reply reply;
static uint8_t bytes[1 << 20];
static struct writer file; /* of the records */
static uint32_t records;
static bool skip_bad;

static void
start(void)
{
	rig_open(&f, POLICY_ON);
	writer_init(&file, bytes, sizeof bytes);
}

static void
stop(void)
{
	import_end(&f.caller.import);
	rig_close(&f);
}

TestSuite(daemon_import, .init = start, .fini = stop);

/* A good record, whose secret is told from others by number. */
static struct wire_import_record
record_of(uint32_t uid, uint8_t number)
{
	struct wire_import_record m = {
	    .uid = uid, .digits = 6, .period = 30, .secret_size = SECRET_NEW};

	(void)text_copy(m.name, sizeof m.name, "alice");
	memset(m.secret, number, SECRET_NEW);
	return m;
}

static void
put(const struct wire_import_record *m)
{
	put_import_record(&file, m);
	cr_assert_eq(file.error, OK);
	records++;
}

static void
put_good(uint32_t uid, uint8_t number)
{
	const struct wire_import_record m = record_of(uid, number);

	put(&m);
}

/* The file as another process would hand it over. */
static enum status
begin_with(bool sealed, uint32_t count)
{
	struct wire_import_request q = {.records = count, .skip_bad = skip_bad};
	enum status s;
	int fd;

	cr_assert_eq(sealed_new(&fd), OK);
	cr_assert_eq(write(fd, bytes, file.used), (ssize_t)file.used);
	if (sealed)
		cr_assert_eq(sealed_finish(fd), OK);
	import_end(&f.caller.import);
	rig_connect(&f, 0);
	f.caller.passed = &fd;
	s = send_import(&f, &q, &reply);
	f.caller.passed = NULL;
	(void)close(fd);
	return s;
}

static enum status
begin(void)
{
	return begin_with(true, records);
}

/* Refusals of all replies, by record. */
static uint8_t refused[5000];

static enum status
stage_all(void)
{
	const struct wire_empty_request q = {0};
	enum status s = STATUS_OK;
	int turns = 0;

	memset(refused, 0, sizeof refused);
	while (s == STATUS_OK &&
	    (reply.phase == PHASE_READING || reply.phase == PHASE_CHECKING)) {
		cr_assert_lt(turns++, 100);
		s = send_stage(&f, &q, &reply);
		for (size_t i = 0; i < reply.refusal_count; i++)
			refused[reply.refusal[i].record] = reply.refusal[i].why;
	}
	return s;
}

static enum status
take(void)
{
	const struct wire_empty_request q = {0};

	return send_take(&f, &q, &reply);
}

/* The whole way, of which nothing may fail. */
static void
import_all(void)
{
	cr_assert_eq(begin(), STATUS_OK);
	cr_assert_eq(stage_all(), STATUS_OK);
	cr_assert_eq(reply.phase, PHASE_READY);
	cr_assert_eq(take(), STATUS_OK);
	cr_assert_eq(reply.phase, PHASE_TAKEN);
}

/* The verdict on a login of uid with the code of secret number at an offset. */
static enum reason
log_in(uint32_t uid, uint8_t number, int64_t offset)
{
	const struct totp_form form = {ALGORITHM_SHA1, 6, 30};
	struct secret secret = {.size = SECRET_NEW};
	struct wire_login_reply login;
	char text[CODE_TEXT_MAX];
	uint32_t code;

	memset(secret.bytes, number, SECRET_NEW);
	cr_assert_eq(totp_code(f.daemon.totp, &form, &secret,
			 totp_step(&form, f.now) + (uint64_t)offset, &code),
	    OK);
	(void)text_print(text, sizeof text, "%06u", code);
	(void)rig_log_in(&f, uid, "password", text, &login);
	return (enum reason)login.reason;
}

static struct wire_health_reply
health(void)
{
	const struct wire_empty_request q = {0};
	struct wire_health_reply a;

	rig_connect(&f, 0);
	cr_assert_eq(send_health(&f, &q, &a), STATUS_OK);
	return a;
}

static uint32_t
users_known(void)
{
	return health().users;
}

static uint32_t
users_enrolled(void)
{
	return health().enrolled;
}

/* ---- all goes well ---- */

Test(daemon_import, brings_users_whose_codes_count_at_once)
{
	put_good(2000, 1);
	put_good(1000, 2);
	import_all();
	cr_expect_eq(reply.users, 2);
	cr_expect_eq(reply.devices, 2);
	cr_expect_eq(users_known(), 2);
	cr_expect_eq(users_enrolled(), 2);
	cr_expect_eq(log_in(1000, 2, 0), REASON_CODE_ACCEPTED);
	cr_expect_eq(log_in(2000, 1, 0), REASON_CODE_ACCEPTED);
	cr_expect_eq(log_in(2000, 2, 0), REASON_CODE_WRONG);
	cr_expect_null(f.daemon.import, "it has ended");
}

Test(daemon_import, takes_more_than_a_slice_and_several_devices)
{
	for (uint32_t i = 0; i < 2 * IMPORT_SLICE + 3; i++)
		put_good(1000 + i, 9);
	for (uint8_t i = 1; i < DEVICES_MAX; i++)
		put_good(1000, i);
	import_all();
	cr_expect_eq(reply.users, 2 * IMPORT_SLICE + 3);
	cr_expect_eq(reply.devices, reply.users + DEVICES_MAX - 1);
	for (uint8_t i = 1; i < DEVICES_MAX; i++)
		cr_expect_eq(log_in(1000, i, 0), REASON_CODE_ACCEPTED);
	cr_expect_eq(
	    log_in(1002 + 2 * IMPORT_SLICE, 9, 0), REASON_CODE_ACCEPTED);
}

Test(daemon_import, keeps_steps_spent_that_were_used)
{
	struct wire_import_record m = record_of(1000, 1);

	m.spent = f.now / 30;
	put(&m);
	import_all();
	cr_expect_eq(log_in(1000, 1, 0), REASON_CODE_USED);
	cr_expect_eq(log_in(1000, 1, -1), REASON_CODE_USED);
	cr_expect_eq(log_in(1000, 1, 1), REASON_CODE_ACCEPTED);
}

Test(daemon_import, finds_the_step_of_the_code_that_was_used_last)
{
	const struct totp_form form = {ALGORITHM_SHA1, 6, 30};
	struct wire_import_record m = record_of(1000, 1);
	struct secret secret = {.size = SECRET_NEW};
	uint32_t code;

	memset(secret.bytes, 1, SECRET_NEW);
	cr_assert_eq(totp_code(f.daemon.totp, &form, &secret,
			 totp_step(&form, f.now), &code),
	    OK);
	(void)text_print(m.code, sizeof m.code, "%06u", code);
	m.used = f.now - 5;
	put(&m);
	import_all();
	cr_expect_eq(log_in(1000, 1, 0), REASON_CODE_USED);
	cr_expect_eq(log_in(1000, 1, 1), REASON_CODE_ACCEPTED);
}

Test(daemon_import, brings_scratch_codes)
{
	struct wire_import_record m = record_of(1000, 1);
	struct wire_login_reply login;

	m.scratch_count = RECOVERY_COUNT;
	for (size_t i = 0; i < RECOVERY_COUNT; i++)
		m.scratch[i].number = SCRATCH_MIN + (uint32_t)i;
	put(&m);
	import_all();
	(void)rig_log_in(&f, 1000, "password", "10000007", &login);
	cr_expect_eq(login.reason, REASON_RECOVERY_ACCEPTED);
	cr_expect_eq(login.recovery_left, RECOVERY_COUNT - 1);
	(void)rig_log_in(&f, 1000, "password", "10000007", &login);
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

/* Wrong codes that somebody tried before the import are not forgotten. */
Test(daemon_import, keeps_what_is_known_of_somebody_without_a_factor)
{
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};
	struct wire_confirm_request c = {.uid = 1000, .code = "000000"};
	struct wire_enroll_reply pending;
	struct wire_recovery_reply a;
	struct wire_status_reply status;
	struct wire_user_request u = {.uid = 1000};
	struct wire_import_record m = record_of(1000, 1);

	rig_connect(&f, 0);
	cr_assert_eq(send_enroll(&f, &q, &pending), STATUS_OK);
	cr_assert_eq(send_confirm(&f, &c, &a), STATUS_OK);
	m.spent = f.now / 30 - 1;
	m.scratch_count = 1;
	m.scratch[0].number = 12345678;
	put(&m);
	import_all();
	rig_connect(&f, 0);
	cr_assert_eq(send_status(&f, &u, &status), STATUS_OK);
	cr_expect_eq(status.device_count, 1, "what was pending is gone");
	cr_expect_eq(status.user.failed, 1);
	cr_expect_eq(status.user.recovery_left, 1);
	cr_expect_str_eq(status.user.name, "alice");
	cr_expect_eq(log_in(1000, 1, -1), REASON_CODE_USED);
	cr_expect_eq(log_in(1000, 1, 0), REASON_CODE_ACCEPTED);
}

Test(daemon_import, changes_nothing_of_who_has_this_very_secret)
{
	put_good(1000, 1);
	import_all();
	cr_assert_eq(log_in(1000, 1, 0), REASON_CODE_ACCEPTED);
	import_all();
	cr_expect_eq(reply.same, 1);
	cr_expect_eq(reply.users, 0);
	cr_expect_eq(log_in(1000, 1, 0), REASON_CODE_USED);
}

/* ---- bad records ---- */

/* One bad record: it is told with its number, and nobody comes. */
static void
expect_bad(const struct wire_import_record *m, enum import_why why)
{
	uint32_t known = users_known();

	writer_init(&file, bytes, sizeof bytes);
	records = 0;
	put_good(3000, 1);
	put(m);
	cr_assert_eq(begin(), STATUS_OK);
	cr_assert_eq(stage_all(), STATUS_OK);
	cr_expect_eq(reply.phase, PHASE_REFUSED);
	cr_expect_eq(refused[1], why, "%d, not %d", refused[1], why);
	cr_expect_eq(refused[0], 0);
	cr_expect_eq(reply.bad, 1);
	cr_expect_eq(take(), STATUS_REFUSED);
	cr_expect_eq(users_known(), known);
}

Test(daemon_import, refuses_numbers_that_no_code_can_have)
{
	static const struct {
		uint32_t uid;
		uint8_t digits, period;
		size_t secret_size;
		int64_t spent, used;
		const char *code;
		uint32_t scratch[2];
		enum import_why why;
	} rows[] = {
	    {UINT32_MAX, 6, 30, 20, 0, 0, "", {0, 0}, IMPORT_RANGE},
	    {1000, 5, 30, 20, 0, 0, "", {0, 0}, IMPORT_RANGE},
	    {1000, 9, 30, 20, 0, 0, "", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 45, 20, 0, 0, "", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 0, 20, 0, 0, "", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 30, 9, 0, 0, "", {0, 0}, IMPORT_SHORT},
	    {1000, 6, 30, 0, 0, 0, "", {0, 0}, IMPORT_SHORT},
	    {1000, 6, 30, 20, -1, 0, "", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 30, 20, RIG_NOW / 30 + 1501, 0, "", {0, 0}, IMPORT_AHEAD},
	    {1000, 6, 30, 20, INT64_MAX, 0, "", {0, 0}, IMPORT_AHEAD},
	    {1000, 6, 30, 20, 0, -1, "", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 30, 20, 0, 0, "12345", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 30, 20, 0, 0, "1234567", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 30, 20, 0, 0, "12345x", {0, 0}, IMPORT_RANGE},
	    {1000, 6, 30, 20, 0, 0, "", {9999999, 0}, IMPORT_SCRATCH},
	    {1000, 6, 30, 20, 0, 0, "", {100000000, 0}, IMPORT_SCRATCH},
	    {1000, 6, 30, 20, 0, 0, "", {12345678, 12345678}, IMPORT_SCRATCH},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct wire_import_record m = record_of(rows[i].uid, 1);

		m.digits = rows[i].digits;
		m.period = rows[i].period;
		m.secret_size = rows[i].secret_size;
		m.spent = rows[i].spent;
		m.used = rows[i].used;
		(void)text_copy(m.code, sizeof m.code, rows[i].code);
		while (m.scratch_count < 2 &&
		    rows[i].scratch[m.scratch_count] != 0) {
			m.scratch[m.scratch_count].number =
			    rows[i].scratch[m.scratch_count];
			m.scratch_count++;
		}
		expect_bad(&m, rows[i].why);
	}
}

Test(daemon_import, refuses_who_has_another_factor)
{
	const struct wire_import_record m = record_of(1000, 1);
	struct wire_enroll_reply phone;

	rig_enroll(&f, 1000, &phone);
	expect_bad(&m, IMPORT_GUARDED);
}

Test(daemon_import, refuses_one_secret_twice_and_a_ninth_device)
{
	for (uint8_t i = 0; i <= DEVICES_MAX; i++)
		put_good(1000, i);
	put_good(1000, 0);
	cr_assert_eq(begin(), STATUS_OK);
	cr_assert_eq(stage_all(), STATUS_OK);
	cr_expect_eq(refused[DEVICES_MAX], IMPORT_FULL);
	cr_expect_eq(refused[DEVICES_MAX + 1], IMPORT_TWICE);
	cr_expect_eq(reply.bad, 2);
}

/* Two records of one user share the ten places, and no code is there twice. */
Test(daemon_import, refuses_scratch_codes_beyond_ten_of_a_user)
{
	struct wire_import_record m = record_of(1000, 1);

	m.scratch_count = 6;
	for (uint32_t i = 0; i < 6; i++)
		m.scratch[i].number = 20000000 + i;
	put(&m);
	memset(m.secret, 2, SECRET_NEW);
	for (uint32_t i = 0; i < 6; i++)
		m.scratch[i].number = 30000000 + i;
	put(&m);
	memset(m.secret, 3, SECRET_NEW);
	m.scratch_count = 1;
	m.scratch[0].number = 20000003;
	put(&m);
	cr_assert_eq(begin(), STATUS_OK);
	cr_assert_eq(stage_all(), STATUS_OK);
	cr_expect_eq(refused[1], IMPORT_SCRATCH);
	cr_expect_eq(refused[2], IMPORT_SCRATCH);
	cr_expect_eq(reply.bad, 2);
}

Test(daemon_import, passes_over_bad_records_where_it_was_told_to)
{
	struct wire_import_record m = record_of(1000, 1);

	m.digits = 5;
	put(&m);
	put_good(1000, 2);
	skip_bad = true;
	import_all();
	cr_expect_eq(reply.bad, 1);
	cr_expect_eq(reply.users, 1);
	cr_expect_eq(log_in(1000, 2, 0), REASON_CODE_ACCEPTED);
}

/* ---- bytes that are no such file ---- */

Test(daemon_import, refuses_a_file_that_is_not_sealed_or_not_there)
{
	struct wire_import_request q = {.records = 1};

	put_good(1000, 1);
	cr_expect_eq(begin_with(false, 1), STATUS_MALFORMED);
	cr_expect_null(f.daemon.import);
	rig_connect(&f, 0);
	cr_expect_eq(send_import(&f, &q, &reply), STATUS_MALFORMED);
	cr_expect_eq(begin_with(true, 0), STATUS_RANGE);
	cr_expect_eq(begin_with(true, IMPORT_RECORDS_MAX + 1), STATUS_RANGE);
	cr_expect_eq(begin_with(true, 1), STATUS_OK);
}

Test(daemon_import, refuses_a_file_that_is_cut_off_anywhere_or_too_long)
{
	size_t whole;

	put_good(1000, 1);
	put_good(1001, 1);
	whole = file.used;
	for (file.used = 1; file.used < whole + 2; file.used++) {
		if (file.used == whole)
			continue;
		if (begin() == STATUS_OK)
			cr_expect_eq(
			    stage_all(), STATUS_MALFORMED, "%zu", file.used);
		cr_expect_null(f.daemon.import, "%zu", file.used);
	}
	cr_expect_eq(users_known(), 0);
}

/* ---- other people, and other times ---- */

Test(daemon_import, is_for_root_and_one_at_a_time)
{
	const struct wire_import_request q = {.records = 1};
	const struct wire_empty_request e = {0};
	struct caller first;

	put_good(1000, 1);
	rig_connect(&f, 1000);
	cr_expect_eq(send_import(&f, &q, &reply), STATUS_NOT_ALLOWED);
	cr_expect_eq(send_stage(&f, &e, &reply), STATUS_NOT_ALLOWED);
	cr_expect_eq(send_take(&f, &e, &reply), STATUS_NOT_ALLOWED);
	rig_connect(&f, 0);
	cr_expect_eq(send_stage(&f, &e, &reply), STATUS_ABSENT);
	cr_expect_eq(send_take(&f, &e, &reply), STATUS_ABSENT);
	cr_assert_eq(begin(), STATUS_OK);
	cr_expect_eq(take(), STATUS_REFUSED, "it was not looked at yet");
	cr_assert_eq(begin(), STATUS_OK);
	first = f.caller;
	f.caller.import = NULL;
	cr_expect_eq(begin(), STATUS_EXISTS);
	import_end(&first.import);
	cr_expect_eq(begin(), STATUS_OK);
}

/* A change between the look and the end is not written over. */
Test(daemon_import, brings_nobody_when_somebody_was_changed_meanwhile)
{
	struct wire_enroll_request q = {.uid = 1001, .account = "alice"};
	struct wire_enroll_reply pending;
	struct caller importing;

	put_good(1000, 1);
	put_good(1001, 1);
	for (int known = 0; known < 2; known++) {
		cr_assert_eq(begin(), STATUS_OK);
		cr_assert_eq(stage_all(), STATUS_OK);
		cr_assert_eq(reply.phase, PHASE_READY);
		importing = f.caller;
		rig_connect(&f, 0);
		cr_assert_eq(send_enroll(&f, &q, &pending), STATUS_OK);
		f.caller = importing;
		cr_expect_eq(take(), STATUS_EXISTS);
		cr_expect_eq(users_known(), 1);
	}
	import_all();
	cr_expect_eq(users_known(), 2);
}
