/* What the owner is told, once, of what happened since the last login. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "unit/daemon/rig.h"

static struct rig f;
static struct wire_enroll_reply phone;
static struct wire_login_reply login;

static void
close_all(void)
{
	rig_close(&f);
}

/* A login on a terminal, or by a program that brings its code. */
static void
log_in(uint8_t terminal, const char *code)
{
	struct wire_login_request q = {.uid = 1000,
	    .name = "alice",
	    .methods = "password",
	    .service = SERVICE_SSH,
	    .kind = terminal ? KIND_SHELL : KIND_COMMAND,
	    .terminal = terminal};

	(void)snprintf(q.code, sizeof q.code, "%s", code);
	rig_connect(&f, 1000);
	cr_assert_eq(send_login(&f, &q, &login), STATUS_OK);
}

/* With a code that was not used yet. */
static void
log_in_well(uint8_t terminal)
{
	char code[CODE_TEXT_MAX];

	f.now += 30;
	rig_code(&phone, f.now, code);
	log_in(terminal, code);
	cr_assert_eq(login.verdict, VERDICT_PASS);
}

static int
told(enum news_kind kind)
{
	for (size_t i = 0; i < login.news_count; i++)
		if (login.news[i].kind == kind)
			return login.news[i].count;
	return 0;
}

/* The news of that kind and no other, and no more the time after. */
static void
expect_once(enum news_kind kind, int count)
{
	log_in_well(1);
	cr_expect_eq(told(kind), count, "%d", (int)kind);
	cr_expect_eq(login.news_count, 1, "%d", (int)kind);
	log_in_well(1);
	cr_expect_eq(login.news_count, 0, "%d", (int)kind);
}

static void
open_enrolled(void)
{
	rig_open(&f, POLICY_ON "trust_max = 12;");
	rig_enroll(&f, 1000, &phone);
}

TestSuite(daemon_answer_news, .init = open_enrolled, .fini = close_all);

static struct wire_user_request
alice(void)
{
	return (struct wire_user_request){.uid = 1000, .name = "alice"};
}

/* A second device of root's making; renews: in the place of the first. */
static void
add_device(const char *renews, struct wire_enroll_reply *shown)
{
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};
	struct wire_confirm_request proof = {.uid = 1000};
	struct wire_recovery_reply codes;

	(void)snprintf(q.renews, sizeof q.renews, "%s", renews);
	rig_connect(&f, 0);
	cr_assert_eq(send_enroll(&f, &q, shown), STATUS_OK);
	rig_code(shown, f.now, proof.code);
	cr_assert_eq(send_confirm(&f, &proof, &codes), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
}

/* The first one is none: only who has it can log in. */
Test(daemon_answer_news, of_a_device_that_was_added)
{
	struct wire_enroll_reply second;

	log_in_well(1);
	cr_expect_eq(login.news_count, 0);
	add_device("", &second);
	expect_once(NEWS_ADDED, 1);
}

Test(daemon_answer_news, of_a_device_that_was_renewed_and_one_removed)
{
	struct wire_remove_request q = {.uid = 1000, .label = "app-2"};
	struct wire_enroll_reply second;
	struct wire_remove_reply gone;

	log_in_well(1);
	add_device("app", &phone);
	expect_once(NEWS_RENEWED, 1);
	add_device("", &second);
	log_in_well(1);
	rig_connect(&f, 0);
	cr_assert_eq(send_remove(&f, &q, &gone), STATUS_OK);
	expect_once(NEWS_REMOVED, 1);
}

static const char *
draw_codes(void)
{
	static struct wire_recovery_reply codes;
	struct wire_user_request q = alice();

	rig_connect(&f, 0);
	cr_assert_eq(send_recovery(&f, &q, &codes), STATUS_OK);
	return codes.code[0].text;
}

/* Whoever uses one is not told of that one. */
Test(daemon_answer_news, of_recovery_codes)
{
	const char *recovery;

	log_in_well(1);
	recovery = draw_codes();
	expect_once(NEWS_RECOVERY_DRAWN, 1);
	log_in(1, recovery);
	cr_assert_eq(login.reason, REASON_RECOVERY_ACCEPTED);
	cr_expect_eq(login.news_count, 0);
	expect_once(NEWS_RECOVERY_USED, 1);
}

Test(daemon_answer_news, of_an_unlock)
{
	struct wire_unlock_request q = {.uid = 1000};
	struct wire_unlock_reply a;

	log_in_well(1);
	log_in(1, "000000");
	rig_connect(&f, 0);
	cr_assert_eq(send_unlock(&f, &q, &a), STATUS_OK);
	cr_assert_eq(send_unlock(&f, &q, &a), STATUS_OK);
	cr_expect_eq(a.changed, 0);
	expect_once(NEWS_UNLOCKED, 1);
}

static void
clear(const char *name, enum status want)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_empty_reply a;

	(void)snprintf(q.name, sizeof q.name, "%s", name);
	rig_connect(&f, 0);
	cr_assert_eq(send_clear(&f, &q, &a), want);
}

/* The note is no factor, and nothing to clear. */
Test(daemon_answer_news, of_a_clear)
{
	clear("alice", STATUS_OK);
	clear("alice", STATUS_ABSENT);
	log_in(0, "");
	cr_expect_eq(login.verdict, VERDICT_OFFER);
	cr_expect_eq(login.news_count, 0, "nobody sees it");
	log_in(1, "");
	cr_expect_eq(login.verdict, VERDICT_OFFER);
	cr_expect_eq(told(NEWS_CLEARED), 1);
	cr_expect_eq(login.news_count, 1);
	log_in(1, "");
	cr_expect_eq(login.news_count, 0);
	clear("alice", STATUS_ABSENT);
}

/* The next account of that number is somebody else's. */
Test(daemon_answer_news, none_for_a_number_without_a_name)
{
	clear("", STATUS_OK);
	clear("", STATUS_ABSENT);
	log_in(1, "");
	cr_expect_eq(login.news_count, 0);
}

/* A program that brings its code shows nobody anything: they wait. */
Test(daemon_answer_news, wait_for_a_login_that_shows_them)
{
	struct wire_code_request q = {.code = ""};
	struct wire_enroll_reply second;

	add_device("", &second);
	log_in_well(0);
	cr_expect_eq(login.news_count, 0);
	log_in(0, "");
	cr_assert_eq(login.verdict, VERDICT_CHALLENGE);
	cr_expect_eq(login.news_count, 0, "before the code");
	f.now += 30;
	rig_code(&phone, f.now, q.code);
	cr_assert_eq(send_code(&f, &q, &login), STATUS_OK);
	cr_expect_eq(told(NEWS_ADDED), 1);
}

Test(daemon_answer_news, are_not_told_to_who_gave_no_code)
{
	struct wire_enroll_reply second;

	add_device("", &second);
	log_in(1, "000000");
	cr_assert_eq(login.verdict, VERDICT_CHALLENGE);
	cr_expect_eq(login.news_count, 0);
	expect_once(NEWS_ADDED, 1);
}

/* A required set-up tells until it is done, and says nothing of itself. */
Test(daemon_answer_news, end_with_a_set_up_in_a_login)
{
	struct wire_enroll_request wish = {.uid = 1000, .account = "alice"};
	struct wire_confirm_request proof = {.uid = 1000};
	struct wire_recovery_reply codes;

	rig_close(&f);
	rig_open(&f, POLICY_ON "policy = \"required\";");
	rig_enroll(&f, 1000, &phone);
	clear("alice", STATUS_OK);
	for (int i = 0; i < 2; i++) {
		log_in(1, "");
		cr_expect_eq(login.verdict, VERDICT_SETUP);
		cr_expect_eq(told(NEWS_CLEARED), 1);
	}
	cr_assert_eq(send_enroll(&f, &wish, &phone), STATUS_OK);
	rig_code(&phone, f.now, proof.code);
	cr_assert_eq(send_confirm(&f, &proof, &codes), STATUS_OK);
	cr_assert_eq(codes.verdict, VERDICT_PASS);
	log_in_well(1);
	cr_expect_eq(login.news_count, 0);
}
