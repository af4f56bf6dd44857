#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/base32.h"
#include "unit/daemon/rig.h"

static struct rig f;
static struct wire_enroll_reply shown;
static struct wire_recovery_reply codes;
static struct wire_login_reply login;
static char code[CODE_TEXT_MAX];

static void
open_default(void)
{
	rig_open(&f, POLICY_ON);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer_enroll, .init = open_default, .fini = close_all);

static enum status
enroll(uint32_t peer, const char *label, const char *proof)
{
	struct wire_enroll_request q = {
	    .uid = 1000, .account = "alice", .host = "server"};

	(void)snprintf(q.label, sizeof q.label, "%s", label);
	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	return send_enroll(&f, &q, &shown);
}

static enum status
confirm(uint32_t peer, const char *text)
{
	struct wire_confirm_request q = {.uid = 1000};

	(void)snprintf(q.code, sizeof q.code, "%s", text);
	rig_connect(&f, peer);
	return send_confirm(&f, &q, &codes);
}

static enum status
recovery(uint32_t peer, const char *proof)
{
	struct wire_user_request q = {.uid = 1000};

	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	return send_recovery(&f, &q, &codes);
}

/* Enrolls and confirms, all as the user; code is the one of now. */
static void
set_up(void)
{
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	rig_code(&shown, f.now - 30, code);
	cr_assert_eq(confirm(1000, code), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
	rig_code(&shown, f.now, code);
}

Test(daemon_answer_enroll, a_first_set_up_needs_no_code_and_shows_the_key)
{
	uint8_t bytes[SECRET_MAX];
	size_t size;

	cr_assert_eq(enroll(1000, "phone", ""), STATUS_OK);
	cr_expect_str_eq(shown.device.label, "phone");
	cr_expect_not(shown.device.confirmed);
	cr_assert_eq(
	    base32_decode(bytes, sizeof bytes, &size, shown.secret), OK);
	cr_expect_eq(size, 20, "160 bits");
	cr_expect_not_null(strstr(shown.uri, "otpauth://totp/"));
	cr_expect_not_null(strstr(shown.uri, shown.secret));
	cr_expect_str_eq(shown.issuer, "server");
	cr_expect_gt(shown.qr_side, 20);
	cr_expect_eq(
	    shown.qr_size, ((size_t)shown.qr_side * shown.qr_side + 7) / 8);
}

Test(daemon_answer_enroll, a_secret_counts_only_after_a_code_confirmed_it)
{
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	rig_code(&shown, f.now, code);
	(void)rig_log_in(&f, 1000, "password", "", &login);
	cr_expect_eq(
	    login.verdict, VERDICT_OFFER, "pending counts for nothing");
	cr_assert_eq(confirm(1000, "000000"), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_WRONG);
	cr_expect_eq(codes.code_count, 0);
	(void)rig_log_in(&f, 1000, "password", "", &login);
	cr_expect_eq(login.verdict, VERDICT_OFFER);
	cr_assert_eq(confirm(1000, code), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_ACCEPTED);
	cr_expect_eq(codes.code_count, RECOVERY_COUNT);
	(void)rig_log_in(&f, 1000, "password", "", &login);
	cr_expect_eq(login.verdict, VERDICT_CHALLENGE);
}

Test(daemon_answer_enroll, the_code_that_confirmed_is_spent)
{
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	rig_code(&shown, f.now, code);
	cr_assert_eq(confirm(1000, code), STATUS_OK);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

Test(daemon_answer_enroll, a_new_pending_secret_takes_the_old_one_s_place)
{
	char first[CODE_TEXT_MAX];

	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	rig_code(&shown, f.now, first);
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	cr_assert_eq(confirm(1000, first), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_WRONG);
}

Test(daemon_answer_enroll, a_secret_that_waited_a_day_counts_no_more)
{
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	f.now += 86400;
	rig_code(&shown, f.now, code);
	cr_expect_eq(confirm(1000, code), STATUS_ABSENT);
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	f.now += 86399;
	rig_code(&shown, f.now, code);
	cr_assert_eq(confirm(1000, code), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_ACCEPTED);
}

Test(daemon_answer_enroll, no_flood_hides_that_a_factor_was_set_up)
{
	for (int i = 0; i <= LINES_SHOWN; i++)
		(void)recovery(1000, "");
	cr_assert_not(f.caller.logged);
	cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	cr_expect(f.caller.logged);
	rig_code(&shown, f.now, code);
	cr_assert_eq(confirm(1000, code), STATUS_OK);
	cr_expect(f.caller.logged);
	cr_assert_eq(recovery(1000, codes.code[0].text), STATUS_OK);
	cr_expect(f.caller.logged);
}

Test(daemon_answer_enroll, refused_ones_are_held_in_a_flood)
{
	for (int i = 0; i < ENROLLS + LINES_SHOWN; i++)
		(void)enroll(1000, "", "");
	cr_assert(f.caller.logged);
	cr_assert_eq(enroll(1000, "", ""), STATUS_TOO_MANY);
	cr_expect_not(f.caller.logged);
}

Test(daemon_answer_enroll, nobody_sets_up_secrets_without_end)
{
	for (int i = 0; i < ENROLLS; i++)
		cr_assert_eq(enroll(1000, "", ""), STATUS_OK);
	cr_expect_eq(enroll(1000, "", ""), STATUS_TOO_MANY);
	cr_expect_eq(enroll(0, "", ""), STATUS_OK, "root may");
	f.now += 60;
	cr_expect_eq(enroll(1000, "", ""), STATUS_OK);
}

Test(daemon_answer_enroll, nothing_to_confirm_is_absent)
{
	cr_expect_eq(confirm(1000, "123456"), STATUS_ABSENT);
	set_up();
	cr_expect_eq(confirm(1000, code), STATUS_ABSENT);
}

Test(daemon_answer_enroll, a_further_device_takes_a_code_in_that_request)
{
	set_up();
	cr_expect_eq(enroll(1000, "tablet", ""), STATUS_NEEDS_CODE);
	cr_assert_eq(enroll(1000, "tablet", "000000"), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_CODE_WRONG);
	cr_expect_str_eq(shown.secret, "", "nothing shown without a code");
	cr_assert_eq(enroll(1000, "tablet", code), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_CODE_ACCEPTED);
	cr_expect_str_neq(shown.secret, "");
	cr_assert_eq(enroll(1000, "tablet", code), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_CODE_USED, "the proof is spent");
}

Test(daemon_answer_enroll, a_recovery_code_is_a_proof_too)
{
	struct wire_recovery_reply kept;

	set_up();
	kept = codes;
	cr_assert_eq(enroll(1000, "tablet", kept.code[0].text), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_RECOVERY_ACCEPTED);
	cr_assert_eq(enroll(1000, "tablet", kept.code[0].text), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_CODE_USED);
}

Test(daemon_answer_enroll, root_needs_no_code)
{
	set_up();
	cr_expect_eq(enroll(0, "tablet", ""), STATUS_OK);
	cr_expect_str_neq(shown.secret, "");
}

Test(daemon_answer_enroll, wrong_proofs_spend_the_budget_of_logins)
{
	set_up();
	for (int i = 0; i < 10; i++)
		cr_assert_eq(enroll(1000, "tablet", "000000"), STATUS_OK);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.reason, REASON_BRAKED);
}

Test(daemon_answer_enroll, labels_are_unique_and_devices_bounded)
{
	set_up();
	cr_expect_eq(enroll(0, "app", ""), STATUS_EXISTS);
	for (int i = 1; i < DEVICES_MAX; i++) {
		cr_assert_eq(enroll(0, "", ""), STATUS_OK, "device %d", i);
		rig_code(&shown, f.now, code);
		cr_assert_eq(confirm(0, code), STATUS_OK);
	}
	cr_expect_str_eq(shown.device.label, "app-8");
	cr_expect_eq(enroll(0, "one-more", ""), STATUS_FULL);
}

Test(daemon_answer_enroll, a_proof_is_spent_also_when_the_change_fails)
{
	struct wire_enroll_request q = {.uid = 1000};

	set_up();
	/* Three bytes each in a URI: more than one holds. */
	memset(q.account, '%', sizeof q.account - 1);
	memset(q.host, '%', sizeof q.host - 1);
	(void)snprintf(q.proof, sizeof q.proof, "%s", code);
	rig_connect(&f, 1000);
	cr_assert_eq(send_enroll(&f, &q, &shown), STATUS_RANGE);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

Test(daemon_answer_enroll, a_proof_has_the_owners_half_of_the_budget)
{
	set_up();
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_assert_eq(login.verdict, VERDICT_PASS, "from a network");
	f.now += 30;
	for (int i = 0; i < 5; i++)
		cr_assert_eq(enroll(1000, "tablet", "000000"), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_CODE_WRONG);
	cr_assert_eq(enroll(1000, "tablet", "000000"), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_CODE_WRONG, "not braked");
}

Test(daemon_answer_enroll, what_cannot_be_does_not_tell_a_right_code)
{
	set_up();
	cr_expect_eq(enroll(1000, "app", code), STATUS_EXISTS);
	cr_expect_eq(enroll(1000, "app", "000000"), STATUS_EXISTS);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.verdict, VERDICT_PASS, "it was not looked at");
	cr_expect_eq(login.failed, 0, "neither was the wrong one");
}

Test(daemon_answer_enroll, forms_outside_the_range_are_refused)
{
	static const struct {
		uint8_t digits, period, algorithm;
		enum status want;
	} rows[] = {
	    {8, 60, 3, STATUS_OK},
	    {5, 0, 0, STATUS_RANGE},
	    {9, 0, 0, STATUS_RANGE},
	    {0, 45, 0, STATUS_RANGE},
	    {0, 0, 4, STATUS_RANGE},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct wire_enroll_request q = {.uid = 1000,
		    .account = "alice",
		    .digits = rows[i].digits,
		    .period = rows[i].period,
		    .algorithm = rows[i].algorithm};

		rig_connect(&f, 1000);
		cr_expect_eq(
		    send_enroll(&f, &q, &shown), rows[i].want, "row %zu", i);
	}
}

Test(daemon_answer_enroll, every_form_logs_in)
{
	for (uint8_t algorithm = 1; algorithm <= 3; algorithm++) {
		struct wire_enroll_request q = {.uid = 1000u + algorithm,
		    .account = "alice",
		    .digits = (uint8_t)(5 + algorithm),
		    .period = algorithm == 1 ? 30 : 60,
		    .algorithm = algorithm};
		struct wire_confirm_request c = {.uid = q.uid};

		rig_connect(&f, q.uid);
		cr_assert_eq(send_enroll(&f, &q, &shown), STATUS_OK);
		rig_code(&shown, f.now - q.period, c.code);
		cr_assert_eq(strlen(c.code), q.digits);
		cr_assert_eq(send_confirm(&f, &c, &codes), STATUS_OK);
		cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
		rig_code(&shown, f.now, code);
		(void)rig_log_in(&f, q.uid, "password", code, &login);
		cr_expect_eq(login.verdict, VERDICT_PASS);
	}
}

Test(daemon_answer_enroll, recovery_codes_open_once_each)
{
	set_up();
	for (int i = 0; i < RECOVERY_COUNT; i++) {
		(void)rig_log_in(
		    &f, 1000, "password", codes.code[i].text, &login);
		cr_expect_eq(login.verdict, VERDICT_PASS, "code %d", i);
		cr_expect_eq(login.recovery_left, RECOVERY_COUNT - 1 - i);
	}
	(void)rig_log_in(&f, 1000, "password", codes.code[3].text, &login);
	cr_expect_eq(login.verdict, VERDICT_CHALLENGE);
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

Test(daemon_answer_enroll, new_recovery_codes_end_the_old_ones)
{
	char old[RECOVERY_TEXT_MAX];

	cr_expect_eq(recovery(1000, ""), STATUS_ABSENT, "no factor yet");
	set_up();
	(void)snprintf(old, sizeof old, "%s", codes.code[0].text);
	cr_expect_eq(recovery(1000, ""), STATUS_NEEDS_CODE);
	cr_assert_eq(recovery(1000, "000000"), STATUS_OK);
	cr_expect_eq(codes.code_count, 0);
	cr_assert_eq(recovery(1000, code), STATUS_OK);
	cr_expect_eq(codes.code_count, RECOVERY_COUNT);
	(void)rig_log_in(&f, 1000, "password", old, &login);
	cr_expect_neq(login.verdict, VERDICT_PASS);
	(void)rig_log_in(&f, 1000, "password", codes.code[0].text, &login);
	cr_expect_eq(login.verdict, VERDICT_PASS);
}
