/* What the log says of a change of a factor. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "unit/daemon/rig.h"
#include "vectors/keys.def"

#define HOME "192.0.2.7"

static struct rig f;
static struct wire_enroll_reply phone, shown;
static struct wire_recovery_reply codes;
static struct wire_remove_reply gone;
static struct wire_trust_reply trusted;
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

TestSuite(daemon_answer_note, .init = open_enrolled, .fini = close_all);
TestSuite(daemon_answer_note_first, .fini = close_all);

/* The caller's line is this one, and is to be written. */
static void
expect_line(const char *text)
{
	cr_expect(f.caller.logged);
	cr_expect_str_eq(f.caller.line.text, text);
}

/* Each change of alice's factor, as peer, with that code. */
static void
enroll(uint32_t peer, const char *proof)
{
	struct wire_enroll_request q = {.uid = 1000,
	    .name = "alice",
	    .address = HOME,
	    .account = "alice",
	    .label = "tablet"};

	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	cr_assert_eq(send_enroll(&f, &q, &shown), STATUS_OK);
}

static void
remove_device(uint32_t peer, const char *label, const char *proof)
{
	struct wire_remove_request q = {.uid = 1000, .address = HOME};

	(void)snprintf(q.label, sizeof q.label, "%s", label);
	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	cr_assert_eq(send_remove(&f, &q, &gone), STATUS_OK);
}

static void
draw_recovery(uint32_t peer, const char *proof)
{
	struct wire_user_request q = {.uid = 1000, .address = HOME};

	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	cr_assert_eq(send_recovery(&f, &q, &codes), STATUS_OK);
}

static void
vouch(uint32_t peer, const char *proof)
{
	struct wire_trust_request q = {
	    .uid = 1000, .name = "alice", .address = HOME};

	cr_assert_eq(base64_decode(KEY_ONE, strlen(KEY_ONE), q.key,
			 sizeof q.key, &q.key_size),
	    OK);
	(void)snprintf(q.proof, sizeof q.proof, "%s", proof);
	rig_connect(&f, peer);
	cr_assert_eq(send_trust(&f, &q, &trusted), STATUS_OK);
}

/* ---- whether a code was given ---- */

Test(daemon_answer_note, root_gives_no_code_and_the_line_says_so)
{
	enroll(0, "");
	cr_expect_eq(shown.reason, REASON_NOT_NEEDED);
	expect_line("event=enroll user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 reason=not-needed new=tablet status=ok");
	draw_recovery(0, "");
	cr_expect_eq(codes.code_count, RECOVERY_COUNT);
	expect_line("event=recovery user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 reason=not-needed status=ok");
	vouch(0, "");
	cr_expect_gt(trusted.key.id, 0);
	cr_expect_not_null(
	    strstr(f.caller.line.text, " reason=not-needed key=SHA256:"));
	remove_device(0, "app", "");
	cr_expect_eq(gone.reason, REASON_NOT_NEEDED);
	expect_line("event=remove user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 reason=not-needed removed=app "
		    "status=ok");
}

Test(daemon_answer_note, a_code_is_told_with_the_device_that_it_was_of)
{
	enroll(1000, code);
	expect_line("event=enroll user=alice uid=1000 name=claimed by=1000 "
		    "address=192.0.2.7 reason=code-accepted device=app "
		    "new=tablet status=ok");
	f.now += 30;
	rig_code(&phone, f.now, code);
	draw_recovery(1000, code);
	expect_line("event=recovery uid=1000 by=1000 address=192.0.2.7 "
		    "reason=code-accepted device=app status=ok");
	remove_device(1000, "app", codes.code[0].text);
	expect_line("event=remove uid=1000 by=1000 address=192.0.2.7 "
		    "reason=recovery-code-accepted removed=app status=ok");
}

/* Its own code takes a device away: the line was begun before. */
Test(daemon_answer_note, a_device_that_its_own_code_removes_is_named)
{
	remove_device(1000, "app", code);
	expect_line("event=remove uid=1000 by=1000 address=192.0.2.7 "
		    "reason=code-accepted device=app removed=app status=ok");
}

Test(daemon_answer_note, what_a_wrong_code_asked_for_is_refused)
{
	remove_device(1000, "app", "000000");
	expect_line("event=remove uid=1000 by=1000 address=192.0.2.7 "
		    "reason=code-wrong removed=app status=refused");
	vouch(1000, "000000");
	cr_expect_not_null(strstr(f.caller.line.text, " reason=code-wrong "));
	cr_expect_not_null(strstr(f.caller.line.text, " status=refused"));
	cr_expect(f.caller.kept, "none of these may be missing");
}

/* It does not count yet, so that no code is asked for. */
Test(daemon_answer_note, a_pending_device_goes_without_a_code)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_empty_reply nothing;

	rig_connect(&f, 0);
	cr_assert_eq(send_clear(&f, &q, &nothing), STATUS_OK);
	enroll(1000, "");
	expect_line("event=enroll user=alice uid=1000 name=claimed by=1000 "
		    "address=192.0.2.7 reason=not-needed new=tablet status=ok");
	remove_device(1000, "tablet", "");
	expect_line("event=remove uid=1000 by=1000 address=192.0.2.7 "
		    "reason=not-needed removed=tablet status=ok");
}

Test(daemon_answer_note, a_confirmation_has_its_code_whoever_asks)
{
	struct wire_confirm_request q = {.uid = 1000, .address = HOME};

	enroll(0, "");
	rig_code(&shown, f.now, q.code);
	rig_connect(&f, 0);
	cr_assert_eq(send_confirm(&f, &q, &codes), STATUS_OK);
	expect_line("event=confirm user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 reason=code-accepted device=tablet "
		    "new=tablet status=ok");
}

Test(daemon_answer_note, root_clears_and_unlocks_by_name_and_address)
{
	struct wire_user_request q = {
	    .uid = 1000, .name = "alice", .address = HOME};
	struct wire_unlock_request u = {
	    .uid = 1000, .name = "alice", .address = HOME};
	struct wire_unlock_reply unlocked;
	struct wire_empty_reply nothing;

	rig_connect(&f, 0);
	cr_assert_eq(send_unlock(&f, &u, &unlocked), STATUS_OK);
	expect_line("event=unlock user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 status=ok");
	cr_assert_eq(send_clear(&f, &q, &nothing), STATUS_OK);
	expect_line("event=clear user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 status=ok");
	cr_assert_eq(send_clear(&f, &q, &nothing), STATUS_ABSENT);
	expect_line("event=clear user=alice uid=1000 name=verified by=0 "
		    "address=192.0.2.7 status=nothing-there");
}

/* ---- the first set-up ---- */

Test(daemon_answer_note_first, a_ticket_is_no_code)
{
	struct wire_user_request about = {.uid = 1000, .name = "alice"};
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};
	struct wire_ticket_reply ticket;

	rig_open(&f, POLICY_ON "setup = \"ticket\";");
	rig_connect(&f, 0);
	cr_assert_eq(send_ticket(&f, &about, &ticket), STATUS_OK);
	expect_line("event=ticket user=alice uid=1000 name=verified by=0 "
		    "status=ok");
	(void)snprintf(q.ticket, sizeof q.ticket, "%s", ticket.ticket);
	rig_connect(&f, 1000);
	cr_assert_eq(send_enroll(&f, &q, &shown), STATUS_OK);
	cr_expect_eq(shown.reason, REASON_TICKET_ACCEPTED);
	expect_line("event=enroll user=alice uid=1000 name=verified by=1000 "
		    "reason=ticket-accepted new=app status=ok");
}

/* The user's own words for it, on that connection, are not asked for. */
Test(daemon_answer_note_first, a_set_up_of_a_login_has_the_address_of_it)
{
	struct wire_enroll_request q = {
	    .uid = 1000, .address = "198.51.100.1", .account = "alice"};
	struct wire_confirm_request answer = {.uid = 1000};

	rig_open(&f, POLICY_ON);
	cr_assert_eq(rig_log_in(&f, 1000, "password", "", &login), STATUS_OK);
	cr_assert_eq(login.offer, 1);
	cr_assert_eq(send_enroll(&f, &q, &shown), STATUS_OK);
	expect_line("event=enroll uid=1000 by=1000 address=192.0.2.7 "
		    "reason=not-needed new=app status=ok");
	rig_code(&shown, f.now, answer.code);
	cr_assert_eq(send_confirm(&f, &answer, &codes), STATUS_OK);
	expect_line("event=confirm uid=1000 by=1000 address=192.0.2.7 "
		    "reason=code-accepted device=app new=app methods=password "
		    "verdict=pass status=ok");
}

/* ---- names ---- */

Test(daemon_answer_note, a_name_is_one_field_and_its_worth_another)
{
	struct wire_user_request q = {.uid = 1000, .name = "mallory"};

	rig_connect(&f, 1000);
	cr_assert_eq(send_recovery(&f, &q, &codes), STATUS_NEEDS_CODE);
	(void)snprintf(q.proof, sizeof q.proof, "000000");
	cr_assert_eq(send_recovery(&f, &q, &codes), STATUS_OK);
	cr_expect_not_null(strstr(f.caller.line.text,
	    "event=recovery user=mallory uid=1000 name=claimed by=1000 "));
	enroll(0, ""); /* root brings it */
	rig_connect(&f, 1000);
	cr_assert_eq(send_recovery(&f, &q, &codes), STATUS_OK);
	cr_expect_not_null(strstr(f.caller.line.text,
	    "event=recovery user=alice uid=1000 name=verified by=1000 "));
}

Test(daemon_answer_note, a_recovery_code_at_a_login_is_of_no_device)
{
	draw_recovery(0, "");
	cr_assert_eq(
	    rig_log_in(&f, 1000, "password", codes.code[0].text, &login),
	    STATUS_OK);
	cr_expect_not_null(strstr(
	    f.caller.line.text, "verdict=pass reason=recovery-code-accepted"));
	cr_expect_null(strstr(f.caller.line.text, "device="));
}
