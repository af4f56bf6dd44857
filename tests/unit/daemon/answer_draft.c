/* Drafts, and each guard of the required policy. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/daemon/rig.h"

#define REQUIRED POLICY_ON "policy = \"required\";\n"
#define ADMIN 1000

static struct rig f;
static struct wire_enroll_reply phone;
static struct wire_draft_request q;
static struct wire_draft_reply a;
static char code[CODE_TEXT_MAX];
static char forced[8][128];
static size_t forced_lines;

static void
keep_forced(enum log_level level, const char *line)
{
	(void)level;
	if (strstr(line, "event=forced") != NULL && forced_lines < 8)
		(void)text_print(forced[forced_lines++], sizeof forced[0], "%s",
		    strstr(line, "event=forced"));
}

static void
open_enrolled(void)
{
	rig_open(&f, POLICY_ON);
	rig_enroll(&f, ADMIN, &phone);
	rig_code(&phone, f.now, code);
	log_open(keep_forced);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer_draft, .init = open_enrolled, .fini = close_all);

/* What otpgate.conf says from now on. */
static void
set_policy(const char *text)
{
	struct wire_reload_request again = {0};
	struct wire_reload_reply reload;

	rig_write(f.policy, text);
	rig_connect(&f, 0);
	cr_assert_eq(send_reload(&f, &again, &reload), STATUS_OK);
	cr_assert_str_eq(reload.complaint, "");
}

/* A request of root's; more can be put into it before it is sent. */
static void
prepare(const char *key, const char *value)
{
	memset(&q, 0, sizeof q);
	(void)snprintf(q.key, sizeof q.key, "%s", key);
	(void)snprintf(q.value, sizeof q.value, "%s", value);
}

static enum status
ask(void)
{
	rig_connect(&f, 0);
	return send_draft(&f, &q, &a);
}

static enum status
draft(const char *key, const char *value)
{
	prepare(key, value);
	return ask();
}

/* Tells that uid is the only administrator, who brings that code. */
static void
tell(uint32_t uid, const char *proof)
{
	q.told = 1;
	q.member_count = 1;
	q.member[0].value = uid;
	q.admin = uid;
	(void)snprintf(q.name, sizeof q.name, "root-said");
	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
}

static void
expect_good(const char *holds)
{
	cr_expect_eq(a.state, DRAFT_GOOD, "%d %s", a.state, a.complaint);
	cr_expect_str_eq(a.complaint, "");
	cr_expect_not_null(strstr(a.text, holds), "%s", a.text);
}

static void
expect_refused(const char *sentence)
{
	cr_expect_eq(a.state, DRAFT_REFUSED);
	cr_expect_str_eq(a.text, "");
	cr_expect_not_null(strstr(a.complaint, sentence), "%s", a.complaint);
}

static void
expect_state(enum draft_state state)
{
	cr_expect_eq(a.state, state, "%d %s", a.state, a.complaint);
	cr_expect_str_eq(a.text, "");
	cr_expect_str_eq(a.complaint, "");
}

/* ---- without guards ---- */

Test(daemon_answer_draft, is_vetted_and_changes_nothing)
{
	cr_assert_eq(draft("window", "3"), STATUS_OK);
	expect_good("window = 3;");
	cr_expect_eq(daemon_policy(&f.daemon)->window, 1);
	cr_assert_eq(draft("window", "30"), STATUS_OK);
	expect_refused("from 0 to 10");
	cr_expect_eq(draft("wind", "3"), STATUS_ABSENT);
}

Test(daemon_answer_draft, names_the_groups_that_are_to_be_looked_up)
{
	cr_assert_eq(draft("exempt_groups", "staff,!interns"), STATUS_OK);
	expect_good("exempt_groups");
	cr_assert_eq(a.exempt_count, 2);
	cr_expect_str_eq(a.exempt[0].name, "staff");
	cr_expect_str_eq(a.exempt[1].name, "interns");
	cr_assert_eq(a.admin_count, 3);
	cr_expect_str_eq(a.admin[0].name, "sudo");
	cr_expect_str_eq(a.admin[2].name, "root");
}

/* ---- required ---- */

Test(daemon_answer_draft, required_needs_both_switches)
{
	set_policy("enabled = true; ssh = false;");
	prepare("policy", "required");
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("while enabled or ssh is false");
	q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("while enabled or ssh is false");
}

Test(daemon_answer_draft, required_asks_who_the_administrators_are)
{
	cr_assert_eq(draft("policy", "required"), STATUS_OK);
	expect_state(DRAFT_MEMBERS);
	cr_assert_eq(a.admin_count, 3);
}

Test(daemon_answer_draft, required_needs_an_administrator_who_is_enrolled)
{
	prepare("policy", "required");
	q.told = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("before a member of admin_groups has a second factor");
	tell(ADMIN + 1, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("before a member of admin_groups has a second factor");
}

Test(daemon_answer_draft, a_secret_that_nobody_confirmed_makes_nobody_enrolled)
{
	struct wire_enroll_request enroll = {
	    .uid = ADMIN + 1, .account = "bob"};
	struct wire_enroll_reply pending;

	rig_connect(&f, 0);
	cr_assert_eq(send_enroll(&f, &enroll, &pending), STATUS_OK);
	prepare("policy", "required");
	tell(ADMIN + 1, "");
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("before a member of admin_groups has a second factor");
}

Test(daemon_answer_draft, required_needs_a_code)
{
	prepare("policy", "required");
	tell(ADMIN, "");
	cr_assert_eq(ask(), STATUS_OK);
	expect_state(DRAFT_CODE);
	cr_assert_eq(a.enrolled_count, 1);
	cr_expect_eq(a.enrolled[0].value, ADMIN);
	cr_expect_eq(a.reason, REASON_UNDECIDED);
}

Test(daemon_answer_draft, with_the_right_code_it_is_good_and_that_is_logged)
{
	prepare("policy", "required");
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("policy = \"required\";");
	cr_expect(f.caller.logged);
	cr_expect_str_eq(f.caller.line.text,
	    "event=policy-proof user=root-said uid=1000 name=verified by=0 "
	    "reason=code-accepted device=app status=ok");
}

Test(daemon_answer_draft, a_code_opens_once_and_not_a_login_after_it)
{
	struct wire_login_reply login;

	prepare("policy", "required");
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("required");
	cr_assert_eq(ask(), STATUS_OK);
	expect_state(DRAFT_CODE);
	cr_expect_eq(a.reason, REASON_CODE_USED);
	(void)rig_log_in(&f, ADMIN, "password", code, &login);
	cr_expect_eq(login.reason, REASON_CODE_USED);
}

Test(daemon_answer_draft, a_wrong_code_costs_as_a_logins_does)
{
	struct wire_login_reply login;

	prepare("policy", "required");
	tell(ADMIN, "000000");
	cr_assert_eq(ask(), STATUS_OK);
	expect_state(DRAFT_CODE);
	cr_expect_eq(a.reason, REASON_CODE_WRONG);
	(void)rig_log_in(&f, ADMIN, "password", code, &login);
	cr_assert_eq(login.verdict, VERDICT_PASS);
	cr_expect_eq(login.failed, 1);
}

Test(daemon_answer_draft, a_recovery_code_will_do)
{
	struct wire_user_request user = {.uid = ADMIN};
	struct wire_recovery_reply codes;

	rig_connect(&f, 0);
	cr_assert_eq(send_recovery(&f, &user, &codes), STATUS_OK);
	prepare("policy", "required");
	tell(ADMIN, codes.code[0].text);
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("required");
}

Test(daemon_answer_draft, a_code_of_somebody_else_is_not_looked_at)
{
	prepare("policy", "required");
	tell(ADMIN, code);
	q.admin = ADMIN + 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("has to come from an administrator");
	q.admin = ADMIN;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("required");
}

Test(daemon_answer_draft, a_code_is_not_spent_on_what_is_refused_anyway)
{
	prepare("policy", "requierd");
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("must be one word of");
	prepare("policy", "required");
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("required");
}

Test(daemon_answer_draft, a_store_that_is_broken_proves_nobody)
{
	f.daemon.store_good = false;
	prepare("policy", "required");
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("the store of second factors cannot be read");
	f.daemon.store_good = true;
}

/* Where a file that was edited by hand says so, and was not read yet. */
Test(daemon_answer_draft, any_change_that_would_make_it_required_needs_a_code)
{
	rig_write(f.policy, REQUIRED);
	cr_assert_eq(draft("window", "3"), STATUS_OK);
	expect_state(DRAFT_MEMBERS);
	tell(ADMIN, code);
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("window = 3;");
}

/* ---- while it is required ---- */

Test(daemon_answer_draft, the_switches_stay_while_it_is_required)
{
	static const char *const keys[] = {"enabled", "ssh"};

	set_policy(REQUIRED);
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(draft(keys[i], "false"), STATUS_OK);
		expect_refused("neither switch can be turned off");
		cr_assert_eq(draft(keys[i], "true"), STATUS_OK);
		expect_good(keys[i]);
	}
	cr_assert_eq(draft("window", "3"), STATUS_OK);
	expect_good("window = 3;");
}

Test(daemon_answer_draft, optional_is_roots_to_set_at_any_time)
{
	set_policy(REQUIRED);
	cr_assert_eq(draft("policy", "optional"), STATUS_OK);
	expect_good("policy = \"optional\";");
}

Test(daemon_answer_draft, an_administrator_stays_while_it_is_required)
{
	set_policy(REQUIRED);
	cr_assert_eq(draft("admin_groups", "wheel"), STATUS_OK);
	expect_state(DRAFT_MEMBERS);
	cr_assert_eq(a.admin_count, 1);
	cr_expect_str_eq(a.admin[0].name, "wheel");
	tell(ADMIN + 1, "");
	cr_assert_eq(ask(), STATUS_OK);
	expect_refused("of these groups nobody has");
	tell(ADMIN, "");
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("admin_groups = ( \"wheel\" );");
}

Test(daemon_answer_draft, while_it_is_optional_admin_groups_are_free)
{
	cr_assert_eq(draft("admin_groups", ""), STATUS_OK);
	expect_good("admin_groups = ( );");
}

/* ---- forced ---- */

static void
expect_forced(const char *one, const char *two)
{
	const char *const words[] = {one, two};
	size_t count = one == NULL ? 0 : two == NULL ? 1 : 2;

	cr_assert_eq(a.forced_count, count, "%zu", a.forced_count);
	cr_assert_eq(forced_lines, count, "%zu", forced_lines);
	for (size_t i = 0; i < count; i++) {
		char want[128];

		cr_expect_str_eq(a.forced[i].word, words[i]);
		(void)snprintf(
		    want, sizeof want, "event=forced guard=%s ", words[i]);
		cr_expect_not_null(strstr(forced[i], want), "%s", forced[i]);
	}
}

Test(daemon_answer_draft, forced_it_needs_no_code_and_each_guard_is_logged)
{
	prepare("policy", "required");
	tell(ADMIN + 1, "");
	q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("required");
	expect_forced("administrator", "code");
}

Test(daemon_answer_draft, forced_only_what_barred_is_logged)
{
	prepare("policy", "required");
	tell(ADMIN, "");
	q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("required");
	expect_forced("code", NULL);
	forced_lines = 0;
	prepare("window", "3");
	q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("window = 3;");
	expect_forced(NULL, NULL);
}

Test(daemon_answer_draft, a_switch_that_is_forced_off_makes_it_optional)
{
	set_policy(REQUIRED);
	prepare("ssh", "false");
	q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("ssh = false;");
	expect_good("policy = \"optional\";");
	expect_forced("switches", NULL);
}

Test(daemon_answer_draft, a_switch_that_is_forced_on_leaves_it_required)
{
	set_policy(REQUIRED);
	prepare("ssh", "true");
	q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("ssh = true;");
	cr_expect_null(strstr(a.text, "optional"), "%s", a.text);
}

Test(daemon_answer_draft, administrators_can_be_forced_away)
{
	set_policy(REQUIRED);
	prepare("admin_groups", "");
	q.told = q.force = 1;
	cr_assert_eq(ask(), STATUS_OK);
	expect_good("admin_groups = ( );");
	expect_forced("admin-groups", NULL);
}
