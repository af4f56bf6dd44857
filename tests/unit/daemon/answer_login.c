#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "unit/daemon/rig.h"

static struct rig f;
static struct wire_enroll_reply phone;
static struct wire_login_reply a;
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

TestSuite(daemon_answer_login, .init = open_enrolled, .fini = close_all);

static enum status
answer_prompt(const char *text)
{
	struct wire_code_request q;

	memset(&q, 0, sizeof q);
	(void)snprintf(q.code, sizeof q.code, "%s", text);
	return send_code(&f, &q, &a);
}

/* Puts another policy in force, as a reload does. */
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

Test(daemon_answer_login, a_password_and_the_right_code_pass)
{
	cr_assert_eq(rig_log_in(&f, 1000, "password", "", &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_CHALLENGE);
	cr_expect_eq(a.reason, REASON_HAS_SECRET);
	cr_expect_eq(a.tries, TRIES);
	cr_expect_eq(a.deadline, 60);
	cr_assert_eq(answer_prompt(code), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_PASS);
	cr_expect_eq(a.reason, REASON_CODE_ACCEPTED);
	cr_expect_eq(a.recovery_left, RECOVERY_COUNT);
}

Test(daemon_answer_login, a_code_that_comes_with_the_login_counts)
{
	cr_assert_eq(rig_log_in(&f, 1000, "password", code, &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_PASS);
}

Test(daemon_answer_login, a_used_code_is_refused_and_says_so)
{
	(void)rig_log_in(&f, 1000, "password", code, &a);
	cr_assert_eq(rig_log_in(&f, 1000, "password", code, &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_CHALLENGE);
	cr_expect_eq(a.reason, REASON_CODE_USED);
	cr_expect_eq(a.wait, 30 - RIG_NOW % 30);
}

Test(daemon_answer_login, three_wrong_codes_end_the_login)
{
	(void)rig_log_in(&f, 1000, "password", "", &a);
	for (int left = TRIES - 1; left >= 0; left--) {
		cr_assert_eq(answer_prompt("abcdef"), STATUS_OK);
		cr_expect_eq(a.tries, left);
	}
	cr_expect_eq(a.verdict, VERDICT_DENY);
	cr_expect_eq(answer_prompt(code), STATUS_NO_CHALLENGE,
	    "no fourth answer, not even a right one");
}

Test(daemon_answer_login, an_empty_answer_uses_up_a_try)
{
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_assert_eq(answer_prompt(""), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_CHALLENGE);
	cr_expect_eq(a.reason, REASON_CODE_MALFORMED);
	cr_expect_eq(a.tries, TRIES - 1);
}

Test(daemon_answer_login, one_connection_is_one_login)
{
	struct wire_login_request q = {.uid = 1000,
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .methods = "password"};

	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(send_login(&f, &q, &a), STATUS_REFUSED);
}

Test(daemon_answer_login, a_code_without_a_challenge_is_refused)
{
	rig_connect(&f, 1000);
	cr_expect_eq(answer_prompt(code), STATUS_NO_CHALLENGE);
	(void)rig_log_in(&f, 1000, "publickey", "", &a);
	cr_expect_eq(a.verdict, VERDICT_PASS);
	cr_expect_eq(answer_prompt(code), STATUS_NO_CHALLENGE);
}

Test(daemon_answer_login, an_unknown_kind_is_malformed)
{
	struct wire_login_request q = {
	    .uid = 1000, .service = SERVICE_SSH, .methods = "password"};

	rig_connect(&f, 1000);
	q.kind = KIND_UNKNOWN;
	cr_expect_eq(send_login(&f, &q, &a), STATUS_MALFORMED);
	q.kind = KIND_COUNT;
	cr_expect_eq(send_login(&f, &q, &a), STATUS_MALFORMED);
}

Test(daemon_answer_login, the_switches_the_methods_and_the_record_decide)
{
	static const struct {
		const char *policy, *methods;
		uint32_t uid;
		enum verdict verdict;
		enum reason reason;
	} rows[] = {
	    {"enabled = false; ssh = true;", "password", 1000, VERDICT_PASS,
		REASON_GLOBAL_OFF},
	    {"enabled = true; ssh = false;", "password", 1000, VERDICT_PASS,
		REASON_SERVICE_OFF},
	    {POLICY_ON, "publickey", 1000, VERDICT_PASS, REASON_PASSWORDLESS},
	    {POLICY_ON, "publickey,password", 1000, VERDICT_CHALLENGE,
		REASON_HAS_SECRET},
	    {POLICY_ON, "keyboard-interactive/pam", 1000, VERDICT_CHALLENGE,
		REASON_HAS_SECRET},
	    {POLICY_ON, "", 1000, VERDICT_CHALLENGE, REASON_HAS_SECRET},
	    {POLICY_ON, "none", 1000, VERDICT_CHALLENGE, REASON_HAS_SECRET},
	    {POLICY_ON, "publickey,", 1000, VERDICT_CHALLENGE,
		REASON_HAS_SECRET},
	    {POLICY_ON, "password", 1001, VERDICT_OFFER, REASON_NO_SECRET},
	    {POLICY_ON "policy = \"required\";", "password", 1001,
		VERDICT_SETUP, REASON_SETUP_REQUIRED},
	    {POLICY_ON "policy = \"required\";", "publickey", 1001,
		VERDICT_PASS, REASON_PASSWORDLESS},
	    {POLICY_ON "policy = \"required\"; "
		       "challenge_methods = ( \"publickey\" );",
		"publickey", 1000, VERDICT_CHALLENGE, REASON_HAS_SECRET},
	    {POLICY_ON "challenge_methods = ( \"publickey\" );", "publickey",
		1000, VERDICT_PASS, REASON_PASSWORDLESS},
	    {POLICY_ON, "hostbased", 1000, VERDICT_CHALLENGE,
		REASON_HAS_SECRET},
	    {POLICY_ON, "publickey,gssapi-with-mic", 1000, VERDICT_CHALLENGE,
		REASON_HAS_SECRET},
	    {POLICY_ON "passwordless = ( \"publickey\", \"hostbased\" );",
		"hostbased", 1000, VERDICT_PASS, REASON_PASSWORDLESS},
	    {POLICY_ON "passwordless = ( );", "publickey", 1000,
		VERDICT_CHALLENGE, REASON_HAS_SECRET},
	    {POLICY_ON "passwordless = ( \"password\" );", "password", 1000,
		VERDICT_CHALLENGE, REASON_HAS_SECRET},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		set_policy(rows[i].policy);
		cr_assert_eq(
		    rig_log_in(&f, rows[i].uid, rows[i].methods, "", &a),
		    STATUS_OK);
		cr_expect_eq(a.verdict, rows[i].verdict, "row %zu: %s", i,
		    verdict_word((enum verdict)a.verdict));
		cr_expect_eq(a.reason, rows[i].reason, "row %zu: %s", i,
		    reason_word((enum reason)a.reason));
	}
}

Test(daemon_answer_login, a_lost_store_denies_passwords_and_lets_keys_in)
{
	store_close(&f.daemon.store);
	daemon_refuse_store(&f.daemon, f.store, ERR_ABSENT);
	cr_assert_eq(rig_log_in(&f, 1000, "password", "", &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_DENY);
	cr_expect_eq(a.reason, REASON_STORE_BROKEN);
	cr_expect_str_eq(a.detail, "", "its path is root's to know");
	(void)rig_log_in(&f, 0, "password", "", &a);
	cr_expect_not_null(strstr(a.detail, "is not there"));
	(void)rig_log_in(&f, 1001, "password", "", &a);
	cr_expect_eq(a.verdict, VERDICT_DENY, "nobody known to have none");
	(void)rig_log_in(&f, 1000, "publickey", "", &a);
	cr_expect_eq(a.verdict, VERDICT_PASS);
}

Test(daemon_answer_login, a_store_without_a_turn_does_too)
{
	f.no_turn = true;
	cr_assert_eq(rig_log_in(&f, 1000, "password", code, &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_DENY);
	cr_expect_eq(a.reason, REASON_STORE_BROKEN);
	cr_expect_str_eq(a.detail, "");
	cr_assert_eq(rig_log_in(&f, 1000, "publickey", "", &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_PASS);
	f.no_turn = false;
	cr_assert_eq(rig_log_in(&f, 1000, "password", code, &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_PASS, "it was not spent");
}

Test(daemon_answer_login, only_what_needs_no_store_stands_without_a_commit)
{
	(void)rig_log_in(&f, 1000, "publickey", "", &a);
	cr_expect(f.caller.stands);
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_not(f.caller.stands);
	(void)rig_log_in(&f, 1000, "password", code, &a);
	cr_assert_eq(a.verdict, VERDICT_PASS);
	cr_expect_not(f.caller.stands);
	(void)rig_log_in(&f, 1001, "password", "", &a);
	cr_assert_eq(a.verdict, VERDICT_OFFER);
	cr_expect_not(f.caller.stands);
	set_policy("enabled = false; ssh = true;\n");
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect(f.caller.stands);
}

Test(daemon_answer_login, a_flood_of_logins_shows_so_many_lines)
{
	for (int i = 0; i < LINES_SHOWN; i++) {
		(void)rig_log_in(&f, 1001, "password", "", &a);
		cr_assert(f.caller.logged, "%d", i);
	}
	(void)rig_log_in(&f, 1001, "password", "", &a);
	cr_expect_not(f.caller.logged);
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect(f.caller.logged, "somebody else's");
}

Test(daemon_answer_login, uids_that_a_user_invents_are_one_in_a_flood)
{
	struct wire_login_request q = {
	    .service = SERVICE_SSH, .kind = KIND_SHELL};

	for (uint32_t i = 0; i <= LINES_SHOWN; i++) {
		q.uid = 100000 + i;
		rig_connect(&f, q.uid);
		f.caller.peer.pid = 0;
		(void)send_login(&f, &q, &a);
	}
	cr_expect_not(f.caller.logged);
	(void)rig_log_in(&f, 1001, "password", "", &a);
	cr_expect(f.caller.logged, "somebody of this machine");
}

Test(daemon_answer_login, a_code_that_opened_or_cost_is_always_logged)
{
	for (int i = 0; i <= LINES_SHOWN; i++)
		(void)rig_log_in(&f, 1000, "publickey", "", &a);
	cr_expect_not(f.caller.logged);
	(void)rig_log_in(&f, 1000, "password", "000000", &a);
	cr_expect(f.caller.logged);
	(void)rig_log_in(&f, 1000, "password", code, &a);
	cr_assert_eq(a.verdict, VERDICT_PASS);
	cr_expect(f.caller.logged);
}

Test(daemon_answer_login, a_bad_policy_at_the_start_denies_passwords)
{
	struct rig g;

	rig_open(&g, "enabled = true;\nssh = maybe;\n");
	cr_expect_not(g.daemon.policy_good);
	cr_assert_eq(rig_log_in(&g, 1001, "password", "", &a), STATUS_OK);
	cr_expect_eq(a.verdict, VERDICT_DENY);
	cr_expect_eq(a.reason, REASON_POLICY_BROKEN);
	cr_expect_not_null(strstr(a.detail, "otpgate.conf:2:"));
	(void)rig_log_in(&g, 1001, "publickey", "", &a);
	cr_expect_eq(a.verdict, VERDICT_PASS);
	rig_close(&g);
}

Test(daemon_answer_login, a_bad_policy_at_a_reload_changes_nothing)
{
	struct wire_reload_request q = {0};
	struct wire_reload_reply reload;

	rig_write(f.policy, "enabled = perhaps;");
	rig_connect(&f, 0);
	cr_assert_eq(send_reload(&f, &q, &reload), STATUS_OK);
	cr_expect_not_null(strstr(reload.complaint, "otpgate.conf:1:"));
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(a.verdict, VERDICT_CHALLENGE);
}

Test(daemon_answer_login, keys_follow_the_last_good_policy_while_it_is_bad)
{
	set_policy(POLICY_ON "policy = \"required\"; "
			     "challenge_methods = ( \"publickey\" );");
	/* What a restart on a bad policy does. */
	rig_write(f.policy, "enabled = perhaps;");
	f.daemon.policy_good = false;
	option_defaults(&f.daemon.config.policy);
	cr_assert_eq(store_begin(f.daemon.store), OK);
	cr_expect_eq(daemon_read_policy(&f.daemon, true, NULL), ERR_REFUSED);
	cr_assert_eq(store_commit(f.daemon.store), OK);
	(void)rig_log_in(&f, 1000, "publickey", "", &a);
	cr_expect_eq(a.verdict, VERDICT_CHALLENGE);
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(a.verdict, VERDICT_DENY);
}

Test(daemon_answer_login, what_is_left_is_told_before_and_after_a_code)
{
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(a.left, 10);
	(void)answer_prompt("000000");
	cr_expect_eq(a.left, 9);
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(a.left, 9);
	(void)answer_prompt(code);
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(a.left, 10, "a right code gives them back");
}

Test(daemon_answer_login, the_brake_is_told_before_the_prompt)
{
	/* Ten wrong tries empty the budget, also over several connections. */
	for (int i = 0; i < 10; i++) {
		(void)rig_log_in(&f, 1000, "password", "", &a);
		(void)answer_prompt("000000");
		(void)answer_prompt("000001");
	}
	(void)rig_log_in(&f, 1000, "password", "", &a);
	cr_expect_eq(
	    a.verdict, VERDICT_CHALLENGE, "a recovery code still opens");
	cr_expect_eq(a.reason, REASON_BRAKED);
	cr_expect_gt(a.wait, 0);
	(void)answer_prompt(code);
	cr_expect_neq(a.verdict, VERDICT_PASS, "right, but not looked at");
	cr_expect_eq(a.reason, REASON_BRAKED);
}

Test(daemon_answer_login, a_success_tells_how_many_tries_failed)
{
	(void)rig_log_in(&f, 1000, "password", "", &a);
	(void)answer_prompt("000000");
	(void)answer_prompt(code);
	cr_expect_eq(a.verdict, VERDICT_PASS);
	cr_expect_eq(a.failed, 1);
	f.now += 30;
	rig_code(&phone, f.now, code);
	(void)rig_log_in(&f, 1000, "password", code, &a);
	cr_expect_eq(a.failed, 0, "counted from the last success on");
}

Test(daemon_answer_login, the_log_has_one_line_with_every_key_and_no_code)
{
	(void)rig_log_in(&f, 1000, "password", code, &a);
	cr_expect(f.caller.logged);
	cr_expect_str_eq(f.caller.line.text,
	    "event=login user=alice uid=1000 name=claimed by=1000 service=ssh "
	    "address=192.0.2.7 methods=password kind=shell terminal=yes "
	    "verdict=pass reason=code-accepted device=app");
	cr_expect_null(strstr(f.caller.line.text, code));
}

Test(daemon_answer_login, a_name_in_the_log_cannot_forge_a_field)
{
	struct wire_login_request q = {.uid = 1000,
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .methods = "password"};

	(void)snprintf(q.name, sizeof q.name, "x verdict=pass\nevent=login");
	rig_connect(&f, 1000);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	cr_expect_not_null(strstr(f.caller.line.text,
	    "user=\"x verdict=pass\\x0aevent=login\" uid=1000 name=claimed"));
}

/* The name that the store has for uid 1000. */
static void
expect_stored_name(const char *name)
{
	struct record r;

	cr_assert_eq(store_begin(f.daemon.store), OK);
	answer_load(&f.daemon, 1000, &r);
	cr_assert_eq(store_commit(f.daemon.store), OK);
	cr_expect_str_eq(r.name, name);
	record_wipe(&r);
}

Test(daemon_answer_login, a_name_is_kept_only_when_root_brings_it)
{
	struct wire_login_request q = {.uid = 1000,
	    .name = "alice",
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .methods = "password"};

	(void)rig_log_in(&f, 1000, "password", code, &a);
	cr_assert_eq(a.verdict, VERDICT_PASS);
	expect_stored_name("");
	rig_connect(&f, 0);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	expect_stored_name("");
	rig_code(&phone, f.now + 30, q.code);
	rig_connect(&f, 0);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	cr_assert_eq(a.verdict, VERDICT_PASS);
	expect_stored_name("alice");
}
