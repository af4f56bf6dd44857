/* Renewing and removing devices, and tickets. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "unit/daemon/rig.h"

#define DAY 86400

static struct rig f;
static struct wire_enroll_reply phone, shown;
static struct wire_recovery_reply codes;
static struct wire_remove_reply gone;
static struct wire_login_reply login;
static struct wire_ticket_reply ticket;
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

TestSuite(daemon_answer_renew, .init = open_enrolled, .fini = close_all);
TestSuite(daemon_answer_remove, .init = open_enrolled, .fini = close_all);
TestSuite(daemon_answer_ticket, .fini = close_all);

static enum status
wish(uint32_t peer, const char *label, const char *renews, const char *proof)
{
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};

	(void)snprintf(q.label, sizeof q.label, "%s", label);
	(void)snprintf(q.renews, sizeof q.renews, "%s", renews);
	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	return send_enroll(&f, &q, &shown);
}

/* With the code of the device that was shown last, one step back. */
static enum status
confirm(uint32_t peer)
{
	struct wire_confirm_request q = {.uid = 1000};

	rig_code(&shown, f.now - 30, q.code);
	rig_connect(&f, peer);
	return send_confirm(&f, &q, &codes);
}

static enum status
take_away(uint32_t peer, const char *label, const char *proof)
{
	struct wire_remove_request q = {.uid = 1000};

	(void)snprintf(q.label, sizeof q.label, "%s", label);
	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	return send_remove(&f, &q, &gone);
}

static void
set_policy(const char *text)
{
	struct wire_reload_request q = {0};
	struct wire_reload_reply reload;

	rig_write(f.policy, text);
	rig_connect(&f, 0);
	cr_assert_eq(send_reload(&f, &q, &reload), STATUS_OK);
	cr_assert_str_eq(reload.complaint, "");
}

/* The verdict on a login with that code. */
static int
opens(const char *text)
{
	cr_assert_eq(rig_log_in(&f, 1000, "password", text, &login), STATUS_OK);
	return login.verdict == VERDICT_PASS;
}

/* ---- renew ---- */

Test(daemon_answer_renew, the_old_secret_works_until_the_new_one_is_confirmed)
{
	char fresh[CODE_TEXT_MAX];

	cr_assert_eq(wish(1000, "", "app", code), STATUS_OK);
	cr_assert_str_eq(shown.device.label, "app");
	cr_assert_str_neq(shown.secret, phone.secret);
	f.now += 30;
	rig_code(&shown, f.now, fresh);
	cr_expect_not(opens(fresh), "not confirmed yet");
	rig_code(&phone, f.now, code);
	cr_expect(opens(code));
	cr_assert_eq(confirm(1000), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
	cr_expect_eq(codes.devices, 1);
	cr_expect_eq(codes.code_count, 0, "the recovery codes stay");
	f.now += 30;
	rig_code(&phone, f.now, code);
	cr_expect_not(opens(code), "the old one ended");
	rig_code(&shown, f.now, code);
	cr_expect(opens(code));
}

Test(daemon_answer_renew, takes_a_code_in_that_request)
{
	cr_expect_eq(wish(1000, "", "app", ""), STATUS_NEEDS_CODE);
	cr_assert_eq(wish(1000, "", "app", "000000"), STATUS_OK);
	cr_expect_str_eq(shown.secret, "");
	cr_expect_eq(wish(0, "", "app", ""), STATUS_OK, "root needs none");
}

Test(daemon_answer_renew, only_of_a_device_that_counts)
{
	cr_expect_eq(wish(1000, "", "tablet", code), STATUS_ABSENT);
	cr_assert_eq(wish(1000, "tablet", "", code), STATUS_OK);
	cr_expect_eq(wish(0, "", "tablet", ""), STATUS_ABSENT, "pending");
	rig_code(&phone, f.now, code);
	(void)rig_log_in(&f, 1000, "password", code, &login);
	cr_expect_eq(login.reason, REASON_CODE_USED,
	    "refused before the code was looked at");
}

Test(daemon_answer_renew, can_give_another_name_but_no_other_device_s)
{
	cr_assert_eq(wish(0, "tablet", "", ""), STATUS_OK);
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(wish(0, "tablet", "app", ""), STATUS_EXISTS);
	cr_assert_eq(wish(0, "watch", "app", ""), STATUS_OK);
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(codes.devices, 2);
	cr_expect_eq(take_away(0, "app", ""), STATUS_ABSENT);
}

/* ---- remove ---- */

Test(daemon_answer_remove, takes_a_code_and_spends_it)
{
	cr_assert_eq(wish(0, "tablet", "", ""), STATUS_OK);
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(take_away(1000, "tablet", ""), STATUS_NEEDS_CODE);
	cr_assert_eq(take_away(1000, "tablet", "000000"), STATUS_OK);
	cr_expect_eq(gone.reason, REASON_CODE_WRONG);
	cr_expect_eq(gone.devices, 2, "nothing went");
	cr_assert_eq(take_away(1000, "tablet", code), STATUS_OK);
	cr_expect_eq(gone.reason, REASON_CODE_ACCEPTED);
	cr_expect_eq(gone.devices, 1);
	cr_expect_not(opens(code), "spent");
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

Test(daemon_answer_remove, of_the_last_one_ends_all_that_belongs_to_it)
{
	struct wire_user_request about = {.uid = 1000};
	struct wire_status_reply state;

	cr_assert_eq(wish(0, "tablet", "", ""), STATUS_OK, "pending");
	cr_assert_eq(take_away(1000, "app", code), STATUS_OK);
	cr_expect_eq(gone.devices, 0);
	cr_assert_eq(send_status(&f, &about, &state), STATUS_OK);
	cr_expect_eq(state.user.state, RECORD_ABSENT);
	cr_expect_eq(state.user.recovery_left, 0);
	cr_expect_eq(state.device_count, 0, "no pending one is left");
	(void)opens("");
	cr_expect_eq(login.verdict, VERDICT_OFFER, "the next login offers");
	cr_expect_eq(login.offer, 1);
}

Test(daemon_answer_remove, of_the_last_one_is_refused_where_it_is_required)
{
	set_policy(POLICY_ON "policy = \"required\";");
	cr_expect_eq(take_away(1000, "app", code), STATUS_LAST);
	cr_expect_eq(take_away(0, "app", ""), STATUS_LAST, "root's too");
	cr_expect(opens(code), "the code was not looked at");
	cr_assert_eq(wish(0, "tablet", "", ""), STATUS_OK);
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(take_away(0, "app", ""), STATUS_OK, "one is left");
	cr_expect_eq(take_away(0, "tablet", ""), STATUS_LAST);
}

Test(daemon_answer_remove, knows_no_device_of_another_name)
{
	cr_expect_eq(take_away(1000, "tablet", code), STATUS_ABSENT);
	cr_expect_eq(take_away(1000, "", code), STATUS_ABSENT);
	cr_expect_eq(take_away(1001, "app", code), STATUS_NOT_ALLOWED);
	cr_expect(opens(code), "none of these spent it");
}

/* ---- tickets ---- */

static void
open_with_tickets(void)
{
	rig_open(&f, POLICY_ON "setup = \"ticket\";");
}

static enum status
make_ticket(uint32_t peer, uint32_t uid)
{
	struct wire_user_request q = {.uid = uid, .name = "alice"};

	rig_connect(&f, peer);
	return send_ticket(&f, &q, &ticket);
}

static enum status
set_up(uint32_t uid, const char *word)
{
	struct wire_enroll_request q = {.uid = uid, .account = "alice"};

	(void)snprintf(q.ticket, sizeof q.ticket, "%s", word);
	rig_connect(&f, uid);
	return send_enroll(&f, &q, &shown);
}

Test(daemon_answer_ticket, opens_one_set_up)
{
	open_with_tickets();
	cr_expect_eq(set_up(1000, ""), STATUS_NEEDS_TICKET);
	cr_assert_eq(make_ticket(0, 1000), STATUS_OK);
	cr_expect_eq(set_up(1000, ""), STATUS_NEEDS_TICKET);
	cr_assert_eq(set_up(1000, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX"), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_TICKET_WRONG);
	cr_expect_str_eq(shown.secret, "");
	cr_assert_eq(set_up(1000, ticket.ticket), STATUS_OK);
	cr_assert_str_neq(shown.secret, "");
	cr_assert_eq(confirm(1000), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
	rig_code(&shown, f.now, code);
	cr_assert_eq(take_away(1000, "app", code), STATUS_OK);
	cr_assert_eq(set_up(1000, ticket.ticket), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_TICKET_WRONG, "it was good once");
}

/* Made while a login was enough, by whoever had the password then. */
Test(daemon_answer_ticket, is_asked_of_what_was_pending_before_the_switch)
{
	rig_open(&f, POLICY_ON);
	cr_assert_eq(wish(1000, "", "", ""), STATUS_OK);
	set_policy(POLICY_ON "setup = \"ticket\";");
	cr_expect_eq(confirm(1000), STATUS_NEEDS_TICKET);
	cr_expect_eq(confirm(0), STATUS_OK, "root may");
}

Test(daemon_answer_ticket, what_root_has_begun_needs_none)
{
	rig_open(&f, POLICY_ON "setup = \"ticket\";");
	cr_assert_eq(wish(0, "", "", ""), STATUS_OK);
	cr_expect_eq(confirm(1000), STATUS_OK);
}

Test(daemon_answer_ticket, ends_with_its_day)
{
	open_with_tickets();
	cr_assert_eq(make_ticket(0, 1000), STATUS_OK);
	f.now += DAY;
	cr_assert_eq(set_up(1000, ticket.ticket), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_TICKET_WRONG);
}

Test(daemon_answer_ticket, is_one_user_s_and_root_s_to_make)
{
	open_with_tickets();
	cr_expect_eq(make_ticket(1000, 1000), STATUS_NOT_ALLOWED);
	cr_assert_eq(make_ticket(0, 1000), STATUS_OK);
	cr_assert_eq(set_up(1001, ticket.ticket), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_TICKET_WRONG);
}

Test(daemon_answer_ticket, is_no_use_to_who_has_a_factor)
{
	open_with_tickets();
	rig_enroll(&f, 1000, &phone);
	cr_expect_eq(make_ticket(0, 1000), STATUS_EXISTS);
}

/* What a set-up is offered to, it must be able to finish. */
Test(daemon_answer_ticket, no_set_up_is_offered_without_one)
{
	open_with_tickets();
	(void)opens("");
	cr_expect_eq(login.verdict, VERDICT_OFFER);
	cr_expect_eq(login.offer, 0);
	cr_assert_eq(make_ticket(0, 1000), STATUS_OK);
	(void)opens("");
	cr_expect_eq(login.offer, 1);
	cr_expect_eq(login.ticket, 1);
	f.now += DAY;
	(void)opens("");
	cr_expect_eq(login.offer, 0);
}

/* On the connection of root's door, for whoever logs in by it. */
static enum status
set_up_here(const char *word)
{
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};

	(void)snprintf(q.ticket, sizeof q.ticket, "%s", word);
	return send_enroll(&f, &q, &shown);
}

/* It is PAM's, and asks for somebody who has shown a password alone. */
Test(daemon_answer_ticket, is_asked_of_who_logs_in_by_root_s_door)
{
	struct wire_login_request q = {.uid = 1000,
	    .name = "alice",
	    .methods = "password,keyboard-interactive/pam",
	    .service = SERVICE_SSH,
	    .kind = KIND_LOGIN,
	    .terminal = 1};

	rig_open(&f, POLICY_ON "policy = \"required\"; setup = \"ticket\";");
	cr_assert_eq(make_ticket(0, 1000), STATUS_OK);
	rig_connect(&f, 0);
	cr_assert_eq(send_login(&f, &q, &login), STATUS_OK);
	cr_assert_eq(login.verdict, VERDICT_SETUP);
	cr_expect_eq(login.ticket, 1);
	cr_expect_eq(set_up_here(""), STATUS_NEEDS_TICKET);
	cr_assert_eq(set_up_here("ABCD-EFGH-IJKL-MNOP-QRST-UVWX"), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_TICKET_WRONG);
	cr_expect_str_eq(shown.secret, "");
	cr_assert_eq(set_up_here(ticket.ticket), STATUS_OK);
	cr_expect_str_neq(shown.secret, "");
	cr_expect_eq(set_up(1000, ""), STATUS_NEEDS_TICKET);
}
