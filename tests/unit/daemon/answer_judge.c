/* What a door that takes codes off other text is told, and what it leaves. */
#include <criterion/criterion.h>

#include "base/text.h"
#include "unit/daemon/rig.h"

static struct rig f;
static struct wire_enroll_reply phone;

static void
open_enrolled(void)
{
	rig_open(&f, POLICY_ON "exempt_networks = (\"192.0.2.0/24\");");
	rig_enroll(&f, 1000, &phone);
	rig_connect(&f, 0);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer_judge, .init = open_enrolled, .fini = close_all);

static struct wire_digits_reply
ask(uint32_t uid, const char *methods, const char *address)
{
	struct wire_login_request q = {
	    .uid = uid, .service = SERVICE_SSH, .kind = KIND_LOGIN};
	struct wire_digits_reply a;

	(void)text_copy(q.name, sizeof q.name, "somebody");
	(void)text_copy(q.methods, sizeof q.methods, methods);
	(void)text_copy(q.address, sizeof q.address, address);
	cr_assert_eq(send_digits(&f, &q, &a), STATUS_OK);
	return a;
}

Test(daemon_answer_judge, how_long_a_code_is_that_would_be_asked_for)
{
	struct wire_digits_reply a = ask(1000, "password", "198.51.100.1");

	cr_expect(a.challenged);
	cr_expect_eq(a.digits, 6);
}

Test(daemon_answer_judge, nothing_of_who_would_not_be_asked)
{
	struct wire_digits_reply a = ask(1000, "password", "192.0.2.1");

	cr_expect_not(a.challenged, "exempt");
	cr_expect_eq(a.digits, 0);
	cr_expect_not(ask(1001, "password", "").challenged, "no secret");
	cr_expect_not(ask(1000, "publickey", "").challenged, "a key");
}

Test(daemon_answer_judge, devices_that_differ_have_no_one_length)
{
	struct wire_enroll_request q = {.uid = 1000, .digits = 8};
	struct wire_confirm_request c = {.uid = 1000};
	struct wire_enroll_reply second;
	struct wire_recovery_reply end;
	struct wire_digits_reply a;

	(void)text_copy(q.label, sizeof q.label, "other");
	cr_assert_eq(send_enroll(&f, &q, &second), STATUS_OK);
	cr_expect_eq(ask(1000, "password", "").digits, 6, "not confirmed");
	rig_code(&second, f.now, c.code);
	(void)text_copy(c.label, sizeof c.label, "other");
	cr_assert_eq(send_confirm(&f, &c, &end), STATUS_OK);
	a = ask(1000, "password", "");
	cr_expect(a.challenged);
	cr_expect_eq(a.digits, 0);
}

/* Who asks has shown no password yet. */
Test(daemon_answer_judge, it_leaves_nothing_behind)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_code_request code = {.code = "123456"};
	struct wire_login_reply login;
	struct wire_status_reply before, after;

	cr_assert_eq(send_status(&f, &q, &before), STATUS_OK);
	(void)ask(1000, "password", "");
	cr_expect_not(f.caller.logged);
	cr_expect_eq(send_code(&f, &code, &login), STATUS_NO_CHALLENGE);
	cr_assert_eq(send_status(&f, &q, &after), STATUS_OK);
	cr_expect_str_eq(before.user.name, after.user.name);
	cr_expect_eq(before.user.tries, after.user.tries);
}

Test(daemon_answer_judge, root_alone_asks)
{
	struct wire_login_request q = {
	    .uid = 1000, .service = SERVICE_SSH, .kind = KIND_LOGIN};
	struct wire_digits_reply a;

	rig_connect(&f, 1000);
	cr_expect_eq(send_digits(&f, &q, &a), STATUS_NOT_ALLOWED);
}
