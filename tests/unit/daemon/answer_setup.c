/* Set-up in the course of a login: on the login's own connection. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "unit/daemon/rig.h"

#define REQUIRED POLICY_ON "policy = \"required\";"

static struct rig f;
static struct wire_login_reply login;
static struct wire_enroll_reply shown;
static struct wire_recovery_reply codes;

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer_setup, .fini = close_all);

static void
log_in(enum kind kind, uint8_t terminal)
{
	struct wire_login_request q = {.uid = 1000,
	    .name = "alice",
	    .methods = "password",
	    .service = SERVICE_SSH,
	    .kind = (uint8_t)kind,
	    .terminal = terminal};

	rig_connect(&f, 1000);
	cr_assert_eq(send_login(&f, &q, &login), STATUS_OK);
}

static enum status
enroll(uint32_t uid)
{
	struct wire_enroll_request q = {.uid = uid, .account = "alice"};

	return send_enroll(&f, &q, &shown);
}

/* With the code of the secret that was shown, so many steps back. */
static enum status
confirm(int64_t back)
{
	struct wire_confirm_request q = {.uid = 1000};

	rig_code(&shown, f.now - 30 * back, q.code);
	return send_confirm(&f, &q, &codes);
}

static int
users(void)
{
	struct wire_list_request q = {0};
	struct wire_list_reply all;

	rig_connect(&f, 0);
	cr_assert_eq(send_list(&f, &q, &all), STATUS_OK);
	return (int)all.user_count;
}

Test(daemon_answer_setup, a_right_code_lets_the_login_in)
{
	rig_open(&f, REQUIRED);
	log_in(KIND_SHELL, 1);
	cr_assert_eq(login.verdict, VERDICT_SETUP);
	cr_assert_eq(login.offer, 1);
	cr_expect_eq(login.deadline, SETUP_TIME);
	cr_assert_eq(enroll(1000), STATUS_OK);
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_ACCEPTED);
	cr_expect_eq(codes.verdict, VERDICT_PASS);
	cr_expect_eq(codes.code_count, RECOVERY_COUNT);
	cr_expect_eq(codes.devices, 1);
	cr_expect_eq(confirm(0), STATUS_ABSENT, "it is over");
	cr_expect_neq(codes.verdict, VERDICT_PASS);
	log_in(KIND_SHELL, 1);
	cr_expect_eq(login.verdict, VERDICT_CHALLENGE);
}

Test(daemon_answer_setup, a_wrong_code_lets_nobody_in_and_keeps_nothing)
{
	struct wire_confirm_request q = {.uid = 1000, .code = "000000"};
	struct wire_user_request about = {.uid = 1000};
	struct wire_status_reply state;

	rig_open(&f, REQUIRED);
	log_in(KIND_SHELL, 1);
	cr_assert_eq(enroll(1000), STATUS_OK);
	cr_assert_eq(send_confirm(&f, &q, &codes), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_WRONG);
	cr_expect_eq(codes.verdict, VERDICT_DENY);
	cr_assert_eq(send_status(&f, &about, &state), STATUS_OK);
	cr_expect_eq(state.device_count, 0);
	cr_assert_eq(confirm(0), STATUS_OK, "the same secret is tried again");
	cr_expect_eq(codes.verdict, VERDICT_PASS);
}

Test(daemon_answer_setup, what_was_only_shown_is_nowhere)
{
	rig_open(&f, POLICY_ON);
	log_in(KIND_SHELL, 1);
	cr_assert_eq(login.verdict, VERDICT_OFFER);
	cr_assert_eq(enroll(1000), STATUS_OK);
	rig_connect(&f, 1000);
	cr_expect_eq(confirm(0), STATUS_ABSENT, "another connection");
	cr_expect_eq(users(), 0);
}

Test(daemon_answer_setup, is_offered_to_a_shell_on_a_terminal_alone)
{
	rig_open(&f, POLICY_ON);
	for (int kind = KIND_SHELL; kind < KIND_COUNT; kind++) {
		log_in((enum kind)kind, 0);
		cr_expect_eq(login.verdict, VERDICT_OFFER);
		cr_expect_eq(login.offer, 0, "kind %d", kind);
		log_in((enum kind)kind, 1);
		cr_expect_eq(login.offer, kind == KIND_SHELL, "kind %d", kind);
	}
}

Test(daemon_answer_setup, takes_any_terminal_where_it_is_required)
{
	rig_open(&f, REQUIRED);
	log_in(KIND_COMMAND, 1);
	cr_expect_eq(login.offer, 1);
	log_in(KIND_COMMAND, 0);
	cr_expect_eq(login.verdict, VERDICT_SETUP);
	cr_expect_eq(login.offer, 0);
}

/* Of a login that was not offered it, a confirmation is no way in. */
Test(daemon_answer_setup, no_other_login_passes_by_a_confirmation)
{
	rig_open(&f, REQUIRED);
	log_in(KIND_COMMAND, 0);
	cr_assert_eq(enroll(1000), STATUS_OK);
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(codes.reason, REASON_CODE_ACCEPTED);
	cr_expect_neq(codes.verdict, VERDICT_PASS);
}

/* What was set up meanwhile decides, not what was shown before. */
Test(daemon_answer_setup, ends_when_another_session_was_faster)
{
	struct wire_enroll_request q = {
	    .uid = 1000, .account = "alice", .label = "mine"};
	struct caller first;
	struct wire_enroll_reply mine, other;

	rig_open(&f, REQUIRED);
	log_in(KIND_SHELL, 1);
	cr_assert_eq(send_enroll(&f, &q, &mine), STATUS_OK);
	first = f.caller;
	rig_enroll(&f, 1000, &other);
	f.caller = first;
	shown = mine;
	cr_expect_eq(confirm(0), STATUS_EXISTS);
	cr_expect_eq(enroll(1000), STATUS_NEEDS_CODE);
}

Test(daemon_answer_setup, ends_with_its_time_however_long_it_is_kept_open)
{
	rig_open(&f, REQUIRED);
	log_in(KIND_SHELL, 1);
	cr_assert_eq(enroll(1000), STATUS_OK);
	f.now += SETUP_TIME;
	cr_expect_eq(confirm(0), STATUS_ABSENT);
	cr_expect_neq(codes.verdict, VERDICT_PASS);
	cr_assert_eq(enroll(1000), STATUS_OK, "it can be begun anew");
	cr_assert_eq(confirm(0), STATUS_OK);
	cr_expect_eq(codes.verdict, VERDICT_PASS);
}

/* A code of a login without a factor has nothing to open. */
Test(daemon_answer_setup, a_code_is_no_confirmation)
{
	struct wire_code_request q = {.code = "123456"};

	rig_open(&f, REQUIRED);
	log_in(KIND_SHELL, 1);
	cr_assert_eq(enroll(1000), STATUS_OK);
	cr_expect_eq(send_code(&f, &q, &login), STATUS_NO_CHALLENGE);
}

/* The secret is for the user who logged in, whoever holds the connection. */
Test(daemon_answer_setup, is_for_the_user_who_logs_in)
{
	struct wire_login_request q = {.uid = 1000,
	    .name = "alice",
	    .methods = "password",
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .terminal = 1};

	rig_open(&f, REQUIRED);
	rig_connect(&f, 0);
	cr_assert_eq(send_login(&f, &q, &login), STATUS_OK);
	cr_assert_eq(login.offer, 1);
	cr_assert_eq(enroll(1001), STATUS_OK);
	cr_expect_eq(confirm(0), STATUS_ABSENT, "1000 was shown nothing");
	cr_expect_eq(users(), 1, "1001 waits, as by any enroll of root");
}
