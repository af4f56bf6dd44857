#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "unit/daemon/rig.h"

static struct rig f;
static struct wire_enroll_reply phone;
static struct wire_login_reply login;
static char code[CODE_TEXT_MAX];

static void
open_enrolled(void)
{
	rig_open(&f, POLICY_ON);
	rig_enroll(&f, 1000, &phone);
	rig_code(&phone, f.now, code);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer_admin, .init = open_enrolled, .fini = close_all);

static enum status
clear(uint32_t uid)
{
	struct wire_user_request q = {.uid = uid};
	struct wire_empty_reply a;

	rig_connect(&f, 0);
	return send_clear(&f, &q, &a);
}

static struct wire_unlock_reply unlocked;

static enum status
unlock(uint32_t uid)
{
	struct wire_unlock_request q = {.uid = uid};

	rig_connect(&f, 0);
	return send_unlock(&f, &q, &unlocked);
}

Test(daemon_answer_admin, status_tells_the_state_and_no_secret)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_status_reply a;

	(void)rig_log_in(&f, 1000, "password", code, &login);
	rig_connect(&f, 1000);
	cr_assert_eq(send_status(&f, &q, &a), STATUS_OK);
	cr_expect(a.enabled);
	cr_expect(a.ssh);
	cr_expect_not(a.required);
	cr_expect_eq(a.user.state, RECORD_GOOD);
	cr_expect_eq(a.user.devices, 1);
	cr_expect_eq(a.user.recovery_left, RECOVERY_COUNT);
	cr_expect_eq(a.user.last, f.now);
	cr_expect_str_eq(a.user.last_from, "192.0.2.7");
	cr_expect_eq(a.device_count, 1);
	cr_expect(a.device[0].confirmed);
	cr_expect_eq(a.device[0].last, f.now);
}

Test(daemon_answer_admin, clear_forgets_and_is_refused_with_nothing_there)
{
	cr_expect_eq(clear(1001), STATUS_ABSENT);
	cr_assert_eq(clear(1000), STATUS_OK);
	(void)rig_log_in(&f, 1000, "password", "", &login);
	cr_expect_eq(login.verdict, VERDICT_OFFER);
	cr_expect_eq(clear(1000), STATUS_ABSENT);
}

Test(daemon_answer_admin, unlock_refills_the_budget)
{
	for (int i = 0; i < 10; i++)
		(void)rig_log_in(&f, 1000, "password", "000000", &login);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_assert_eq(login.reason, REASON_BRAKED);
	cr_assert_eq(unlock(1000), STATUS_OK);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.verdict, VERDICT_PASS);
	cr_expect_eq(unlock(1001), STATUS_ABSENT);
}

Test(daemon_answer_admin, unlock_by_the_clock_opens_the_present_again)
{
	struct wire_unlock_request q = {.uid = 1000, .clock = 1};
	char ahead[CODE_TEXT_MAX];

	f.now += 7 * 24 * 3600;
	rig_code(&phone, f.now, ahead);
	(void)rig_log_in(&f, 1000, "password", ahead, &login);
	cr_assert_eq(login.verdict, VERDICT_PASS);
	f.now -= 7 * 24 * 3600;
	rig_code(&phone, f.now, code);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_assert_eq(login.reason, REASON_CODE_USED);
	cr_assert_eq(unlock(1000), STATUS_OK);
	cr_expect_gt(unlocked.ahead, 6 * 24 * 3600);
	cr_assert_eq(send_unlock(&f, &q, &unlocked), STATUS_OK);
	cr_expect_eq(unlocked.changed, 1);
	cr_expect_eq(unlocked.ahead, 0);
	cr_assert_eq(send_unlock(&f, &q, &unlocked), STATUS_OK);
	cr_expect_eq(unlocked.changed, 0);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.verdict, VERDICT_PASS);
	f.now += 7 * 24 * 3600;
	(void)rig_log_in(&f, 1000, "password", ahead, &login);
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

Test(daemon_answer_admin, three_hundred_units_in_a_row_lock_the_factor)
{
	int tries = 0;

	do {
		f.now += 7 * 24 * 3600;
		(void)rig_log_in(&f, 1000, "password", "000000", &login);
		tries++;
	} while (login.reason == REASON_CODE_WRONG && tries < 200);
	cr_expect_eq(login.reason, REASON_LOCKED);
	cr_expect_eq(tries, 101, "a hundred tries of three units");
	f.now += INT64_C(365) * 24 * 3600;
	rig_code(&phone, f.now, code);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.reason, REASON_LOCKED, "no wait opens a lock");
	cr_assert_eq(unlock(1000), STATUS_OK);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.verdict, VERDICT_PASS);
}

Test(daemon_answer_admin, a_listing_goes_through_its_pages)
{
	struct wire_list_request q = {.from = 0};
	struct wire_list_reply a;
	struct wire_enroll_reply device;
	uint32_t seen = 0, last = 0;

	for (uint32_t uid = 2000; uid < 2000 + 40; uid++)
		rig_enroll(&f, uid, &device);
	do {
		rig_connect(&f, 0);
		cr_assert_eq(send_list(&f, &q, &a), STATUS_OK);
		for (size_t i = 0; i < a.user_count; i++) {
			cr_expect_gt(a.user[i].uid, last);
			last = a.user[i].uid;
			seen++;
		}
		q.from = a.next;
	} while (a.next != 0);
	cr_expect_eq(seen, 41);
}

Test(daemon_answer_admin, health_tells_numbers_and_troubles)
{
	struct wire_empty_request q = {0};
	struct wire_health_reply a;

	rig_connect(&f, 0);
	cr_assert_eq(send_health(&f, &q, &a), STATUS_OK);
	cr_expect_eq(a.users, 1);
	cr_expect_eq(a.enrolled, 1);
	cr_expect(a.policy_good);
	cr_expect(a.store_good);
	store_close(&f.daemon.store);
	daemon_refuse_store(&f.daemon, f.store, ERR_FOREIGN);
	cr_assert_eq(send_health(&f, &q, &a), STATUS_OK);
	cr_expect_not(a.store_good);
	cr_expect_not_null(strstr(a.store_detail, "seal key"));
}

static const char *
explain_from(const char *address, const char *fact)
{
	struct wire_explain_request q = {.uid = 1000, .methods = "password"};
	static struct wire_explain_reply a;

	(void)snprintf(q.address, sizeof q.address, "%s", address);
	rig_connect(&f, 0);
	cr_assert_eq(send_explain(&f, &q, &a), STATUS_OK);
	for (size_t i = 0; i < a.link_count; i++)
		if (strcmp(a.link[i].fact, fact) == 0)
			return a.link[i].value;
	return "";
}

Test(daemon_answer_admin, explain_tells_the_tries_of_a_network)
{
	struct wire_explain_request q = {.uid = 1000, .address = "here"};
	struct wire_explain_reply a;

	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_assert_eq(login.verdict, VERDICT_PASS);
	cr_expect_str_eq(explain_from("192.0.2.99", "tries from there"), "10");
	cr_expect_str_eq(explain_from("192.0.3.7", "tries from there"), "5");
	cr_expect_str_eq(explain_from("", "tries from there"), "");
	cr_expect_eq(send_explain(&f, &q, &a), STATUS_RANGE);
}

Test(daemon_answer_admin, explain_says_what_a_login_gets_and_why)
{
	static const struct {
		uint32_t uid;
		const char *methods;
	} rows[] = {
	    {1000, "password"},
	    {1000, "publickey"},
	    {1001, "password"},
	    {1000, "nonsense,"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct wire_explain_request q = {.uid = rows[i].uid};
		struct wire_explain_reply a;

		(void)snprintf(
		    q.methods, sizeof q.methods, "%s", rows[i].methods);
		rig_connect(&f, 0);
		cr_assert_eq(send_explain(&f, &q, &a), STATUS_OK);
		(void)rig_log_in(&f, rows[i].uid, rows[i].methods, "", &login);
		cr_expect_eq(a.verdict, login.verdict, "row %zu", i);
		cr_expect_eq(a.reason, login.reason, "row %zu", i);
		cr_assert_geq(a.link_count, 6);
		cr_expect_str_eq(a.link[0].fact, "enabled");
		cr_expect_str_eq(a.link[0].value, "true");
		cr_expect_not_null(strstr(a.link[0].source, "otpgate.conf:1"));
	}
}
