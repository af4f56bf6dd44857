/* Vouching for keys, and what ends that. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "core/throttle.h"
#include "unit/daemon/rig.h"
#include "vectors/keys.def"

#define KEYS 990 /* the account that runs `keys` */
#define HOME "192.0.2.7"
#define HOUR 3600

static struct rig f;
static struct wire_enroll_reply phone;
static struct wire_trust_request wish;
static struct wire_trust_reply trusted;
static struct wire_trusted_reply list;
static struct wire_emit_reply emitted;
static struct wire_empty_reply nothing;

static void
set_key(const char *text)
{
	cr_assert_eq(base64_decode(text, strlen(text), wish.key,
			 sizeof wish.key, &wish.key_size),
	    OK);
}

static void
open_with(const char *policy)
{
	rig_open(&f, policy);
	f.daemon.keys_uid = KEYS;
	rig_enroll(&f, 1000, &phone);
	wish = (struct wire_trust_request){
	    .uid = 1000, .name = "alice", .address = HOME};
	set_key(KEY_ONE);
}

static void
open_enrolled(void)
{
	open_with(POLICY_ON);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer_trust, .init = open_enrolled, .fini = close_all);
TestSuite(daemon_answer_trust_policy, .fini = close_all);

static enum status
vouch(uint32_t peer, const char *proof)
{
	(void)snprintf(wish.proof, sizeof wish.proof, "%s", proof);
	rig_connect(&f, peer);
	return send_trust(&f, &wish, &trusted);
}

/* With the code of now. */
static enum status
vouch_well(void)
{
	char code[CODE_TEXT_MAX];

	rig_code(&phone, f.now, code);
	return vouch(1000, code);
}

static void
must_vouch(void)
{
	cr_assert_eq(vouch_well(), STATUS_OK);
	cr_assert_eq(trusted.reason, REASON_CODE_ACCEPTED);
	cr_assert_gt(trusted.key.id, 0);
}

static enum status
ask_key(uint32_t peer, const char *name)
{
	struct wire_emit_request q = {.uid = 1000};

	(void)snprintf(q.name, sizeof q.name, "%s", name);
	memcpy(q.fingerprint, trusted.key.fingerprint, sizeof q.fingerprint);
	rig_connect(&f, peer);
	return send_emit(&f, &q, &emitted);
}

/* Whether sshd is handed the key. */
static int
is_handed(void)
{
	cr_assert_eq(ask_key(KEYS, "alice"), STATUS_OK);
	return emitted.found;
}

static enum status
list_of(uint32_t peer, uint8_t all)
{
	struct wire_trusted_request q = {.uid = 1000, .all = all};

	rig_connect(&f, peer);
	return send_trusted(&f, &q, &list);
}

static enum status
revoke(uint32_t peer, uint32_t uid, uint8_t all)
{
	struct wire_revoke_request q = {.uid = uid, .all = all};

	q.id = trusted.key.id;
	rig_connect(&f, peer);
	return send_revoke(&f, &q, &nothing);
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

/* ---- a code for each ---- */

Test(daemon_answer_trust, a_key_is_trusted_with_a_code_and_handed_to_sshd)
{
	must_vouch();
	cr_expect_eq(trusted.key.expires, f.now + 12 * HOUR);
	cr_expect_str_eq(trusted.key.source, HOME);
	cr_expect_str_eq(trusted.key.type, "ssh-ed25519");
	cr_assert(is_handed());
	cr_expect_str_eq(emitted.type, "ssh-ed25519");
	cr_expect_str_eq(emitted.source, HOME);
	cr_expect_eq(emitted.expires, f.now + 12 * HOUR);
	cr_expect_eq(emitted.key_size, wish.key_size);
	cr_expect_arr_eq(emitted.key, wish.key, wish.key_size);
}

Test(daemon_answer_trust, is_news_to_the_owner)
{
	struct wire_login_reply login;
	char code[CODE_TEXT_MAX];

	must_vouch();
	f.now += 30;
	rig_code(&phone, f.now, code);
	cr_assert_eq(rig_log_in(&f, 1000, "password", code, &login), STATUS_OK);
	cr_assert_eq(login.verdict, VERDICT_PASS);
	cr_assert_eq(login.news_count, 1);
	cr_expect_eq(login.news[0].kind, NEWS_TRUSTED);
}

Test(daemon_answer_trust, takes_a_code_in_that_request)
{
	cr_expect_eq(vouch(1000, ""), STATUS_NEEDS_CODE);
	cr_assert_eq(vouch(1000, "000000"), STATUS_OK);
	cr_expect_eq(trusted.reason, REASON_CODE_WRONG);
	cr_expect_eq(trusted.key.id, 0);
	cr_assert_eq(list_of(1000, 0), STATUS_OK);
	cr_expect_eq(list.key_count, 0);
	cr_assert_eq(vouch(0, ""), STATUS_OK, "root needs none");
	cr_expect_gt(trusted.key.id, 0);
}

Test(daemon_answer_trust, spends_the_code)
{
	must_vouch();
	set_key(KEY_TWO);
	cr_assert_eq(vouch_well(), STATUS_OK);
	cr_expect_eq(trusted.reason, REASON_CODE_USED);
	cr_expect_eq(trusted.key.id, 0);
}

Test(daemon_answer_trust, spends_the_budget_of_logins)
{
	for (int i = 0; i < THROTTLE_HALF * 2 / THROTTLE_TRY; i++)
		cr_assert_eq(vouch(1000, "000000"), STATUS_OK);
	cr_assert_eq(vouch_well(), STATUS_OK);
	cr_expect_eq(trusted.reason, REASON_BRAKED);
	cr_expect_eq(trusted.key.id, 0);
}

Test(daemon_answer_trust, is_nothing_without_a_second_factor)
{
	wish.uid = 1001;
	cr_expect_eq(vouch(1001, "123456"), STATUS_ABSENT);
	cr_expect_eq(vouch(0, ""), STATUS_ABSENT, "not for root either");
}

/* ---- what cannot be ---- */

static void
expect_vetted(const char *key, enum status want)
{
	set_key(key);
	cr_expect_eq(vouch_well(), want);
}

Test(daemon_answer_trust, refuses_weak_keys_and_certificates_before_the_code)
{
	expect_vetted(KEY_DSA, STATUS_KEY_WEAK);
	expect_vetted(KEY_RSA, STATUS_KEY_WEAK);
	expect_vetted(CERTIFICATE_PLAIN, STATUS_KEY_CERTIFICATE);
	wish.key_size--;
	cr_expect_eq(vouch_well(), STATUS_KEY_CERTIFICATE);
	set_key(KEY_ONE);
	wish.key_size--;
	cr_expect_eq(vouch_well(), STATUS_KEY_MALFORMED);
	wish.key[10] = '!';
	cr_expect_eq(vouch_well(), STATUS_KEY_UNKNOWN);
	set_key(KEY_ONE);
	must_vouch();
}

Test(daemon_answer_trust, binds_a_user_to_his_one_address)
{
	static const char *const wide[] = {"", "192.0.2.0/24", "0.0.0.0/0",
	    "192.0.2.7,192.0.2.8", "*", "!192.0.2.7", "fe80::1%eth0", "any",
	    "192.0.2.7\""};

	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		(void)snprintf(
		    wish.address, sizeof wish.address, "%s", wide[i]);
		cr_expect_eq(vouch_well(), STATUS_NEEDS_ADDRESS, "%s", wide[i]);
	}
	(void)snprintf(wish.address, sizeof wish.address, "2001:db8::1");
	must_vouch();
	cr_expect_str_eq(trusted.key.source, "2001:db8::1");
}

Test(daemon_answer_trust, lets_root_alone_name_networks)
{
	(void)snprintf(wish.source, sizeof wish.source, "192.0.2.0/24");
	cr_expect_eq(vouch_well(), STATUS_NOT_ALLOWED);
	cr_assert_eq(vouch(0, ""), STATUS_OK);
	cr_expect_str_eq(trusted.key.source, "192.0.2.0/24");
	(void)snprintf(wish.source, sizeof wish.source, "any");
	cr_expect_eq(vouch_well(), STATUS_NOT_ALLOWED);
	cr_assert_eq(vouch(0, ""), STATUS_OK);
	cr_expect_str_eq(trusted.key.source, "");
	(void)snprintf(wish.source, sizeof wish.source, "host.example");
	cr_expect_eq(vouch(0, ""), STATUS_RANGE);
}

Test(daemon_answer_trust, wants_the_name_of_the_user)
{
	wish.name[0] = '\0';
	cr_expect_eq(vouch_well(), STATUS_RANGE);
}

/* ---- who may ask ---- */

Test(daemon_answer_trust, the_account_of_keys_may_ask_for_keys_and_no_more)
{
	struct wire_login_reply login;
	struct wire_user_request about = {.uid = KEYS};
	struct wire_status_reply status;

	must_vouch();
	cr_expect_eq(ask_key(KEYS, "alice"), STATUS_OK);
	cr_expect_eq(list_of(KEYS, 0), STATUS_NOT_ALLOWED);
	cr_expect_eq(vouch(KEYS, ""), STATUS_NOT_ALLOWED);
	cr_expect_eq(revoke(KEYS, 1000, 0), STATUS_NOT_ALLOWED);
	rig_connect(&f, KEYS);
	cr_expect_eq(send_status(&f, &about, &status), STATUS_NOT_ALLOWED,
	    "not even about itself");
	cr_expect_eq(
	    rig_log_in(&f, KEYS, "password", "", &login), STATUS_NOT_ALLOWED);
}

Test(daemon_answer_trust, nobody_else_is_handed_a_key)
{
	must_vouch();
	cr_expect_eq(ask_key(1000, "alice"), STATUS_NOT_ALLOWED);
	cr_expect_eq(ask_key(1001, "alice"), STATUS_NOT_ALLOWED);
	cr_expect_eq(ask_key(0, "alice"), STATUS_OK);
	f.daemon.keys_uid = PEER_NOBODY;
	cr_expect_eq(ask_key(KEYS, "alice"), STATUS_NOT_ALLOWED);
}

Test(daemon_answer_trust, nobody_sees_or_ends_what_is_another_s)
{
	must_vouch();
	cr_expect_eq(list_of(1001, 0), STATUS_NOT_ALLOWED);
	cr_expect_eq(list_of(1000, 1), STATUS_NOT_ALLOWED);
	cr_expect_eq(revoke(1001, 1000, 0), STATUS_NOT_ALLOWED);
	cr_expect_eq(revoke(1001, 1001, 0), STATUS_ABSENT);
	cr_expect_eq(revoke(1001, 1001, 1), STATUS_NOT_ALLOWED);
	cr_expect(is_handed());
	cr_assert_eq(list_of(0, 1), STATUS_OK);
	cr_assert_eq(list.key_count, 1);
	cr_expect_eq(list.key[0].id, trusted.key.id);
	cr_expect_str_eq(list.key[0].name, "alice");
	cr_expect_eq(revoke(1000, 1000, 0), STATUS_OK);
	cr_expect_not(is_handed());
}

/* The gate asks with the key itself: it computes no fingerprints. */
Test(daemon_answer_trust, tells_the_gate_of_the_user_s_own_keys)
{
	struct wire_vouched_request q = {.uid = 1000, .name = "alice"};
	struct wire_vouched_reply a;

	must_vouch();
	memcpy(q.key, wish.key, wish.key_size);
	q.key_size = wish.key_size;
	rig_connect(&f, 1000);
	cr_assert_eq(send_vouched(&f, &q, &a), STATUS_OK);
	cr_expect(a.vouched);
	rig_connect(&f, 1001);
	cr_expect_eq(send_vouched(&f, &q, &a), STATUS_NOT_ALLOWED);
	q.key[q.key_size - 1] ^= 1;
	rig_connect(&f, 1000);
	cr_assert_eq(send_vouched(&f, &q, &a), STATUS_OK);
	cr_expect_not(a.vouched);
}

/* ---- what ends it ---- */

Test(daemon_answer_trust, ends_with_its_time)
{
	wish.seconds = 60;
	must_vouch();
	f.now += 59;
	cr_expect(is_handed());
	f.now++;
	cr_expect_not(is_handed());
	cr_assert_eq(list_of(1000, 0), STATUS_OK);
	cr_expect_eq(list.key_count, 0);
}

Test(daemon_answer_trust, is_not_handed_out_under_another_name)
{
	must_vouch();
	cr_assert_eq(ask_key(KEYS, "bob"), STATUS_OK);
	cr_expect_not(emitted.found);
	cr_expect_not_null(strstr(f.caller.line.text, "trusted-key-withheld"));
	cr_assert_eq(ask_key(KEYS, ""), STATUS_OK);
	cr_expect_not(emitted.found);
}

/* By root's door, under another name, with the code of the next step. */
static void
log_in_as_bob(bool with_code)
{
	struct wire_login_request q = {.uid = 1000,
	    .name = "bob",
	    .kind = KIND_LOGIN,
	    .methods = "password",
	    .service = SERVICE_SSH};
	struct wire_login_reply a;

	if (with_code)
		rig_code(&phone, f.now + 30, q.code);
	rig_connect(&f, 0);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	cr_assert_eq(a.verdict, with_code ? VERDICT_PASS : VERDICT_CHALLENGE);
}

/* Root's door brought another name since: the account was made anew. */
Test(daemon_answer_trust, is_not_handed_out_once_root_knows_another_name)
{
	must_vouch();
	log_in_as_bob(true);
	cr_expect_not(is_handed());
}

/* Else a stranger could take keys away: PAM asks before the password is. */
Test(daemon_answer_trust, stays_when_somebody_without_a_code_comes_as_another)
{
	must_vouch();
	log_in_as_bob(false);
	cr_expect(is_handed());
}

Test(daemon_answer_trust, is_withheld_from_a_clock_that_was_set_back)
{
	must_vouch();
	f.now -= 300;
	cr_expect(is_handed(), "a small step");
	f.now--;
	cr_expect_not(is_handed());
}

static void
expect_ended(void)
{
	cr_expect_not(is_handed());
	cr_assert_eq(list_of(1000, 0), STATUS_OK);
	cr_expect_eq(list.key_count, 0);
}

Test(daemon_answer_trust, ends_with_clear)
{
	struct wire_user_request q = {.uid = 1000};

	must_vouch();
	rig_connect(&f, 0);
	cr_assert_eq(send_clear(&f, &q, &nothing), STATUS_OK);
	rig_enroll(&f, 1000, &phone);
	expect_ended();
}

/* A second device, confirmed; a renewal of it where renews says so. */
static void
add_device(const char *label, const char *renews)
{
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};
	struct wire_confirm_request confirm = {.uid = 1000};
	struct wire_enroll_reply fresh;
	struct wire_recovery_reply codes;

	(void)snprintf(q.label, sizeof q.label, "%s", label);
	(void)snprintf(q.renews, sizeof q.renews, "%s", renews);
	rig_connect(&f, 0);
	cr_assert_eq(send_enroll(&f, &q, &fresh), STATUS_OK);
	cr_assert(is_handed(), "what waits for its code ends nothing");
	rig_code(&fresh, f.now, confirm.code);
	rig_connect(&f, 0);
	cr_assert_eq(send_confirm(&f, &confirm, &codes), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
}

Test(daemon_answer_trust, ends_with_the_removal_of_a_device_that_counts)
{
	struct wire_enroll_request waits = {
	    .uid = 1000, .account = "alice", .label = "waits"};
	struct wire_enroll_reply fresh;
	struct wire_remove_request q = {.uid = 1000, .label = "waits"};
	struct wire_remove_reply a;

	must_vouch();
	add_device("spare", "");
	cr_expect(is_handed(), "one more device ends nothing");
	rig_connect(&f, 0);
	cr_assert_eq(send_enroll(&f, &waits, &fresh), STATUS_OK);
	cr_assert_eq(send_remove(&f, &q, &a), STATUS_OK);
	cr_expect(is_handed(), "nor one that did not count");
	(void)snprintf(q.label, sizeof q.label, "spare");
	rig_connect(&f, 0);
	cr_assert_eq(send_remove(&f, &q, &a), STATUS_OK);
	cr_assert_eq(a.devices, 1);
	expect_ended();
}

Test(daemon_answer_trust, ends_with_a_renewal)
{
	must_vouch();
	add_device("", "app");
	expect_ended();
}

Test(daemon_answer_trust, ends_with_new_recovery_codes)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_recovery_reply a;

	must_vouch();
	rig_connect(&f, 1000);
	cr_assert_eq(send_recovery(&f, &q, &a), STATUS_NEEDS_CODE);
	cr_expect(is_handed(), "nothing was changed");
	rig_connect(&f, 0);
	cr_assert_eq(send_recovery(&f, &q, &a), STATUS_OK);
	expect_ended();
}

/* Wrong codes of logins, as fast as the budget has them, until it locks. */
static void
lock(void)
{
	struct wire_login_reply a = {.reason = REASON_CODE_WRONG};

	for (int i = 0; i < 1000 && a.reason != REASON_LOCKED; i++) {
		cr_assert_eq(
		    rig_log_in(&f, 1000, "password", "000000", &a), STATUS_OK);
		if (a.reason == REASON_BRAKED)
			f.now += 2 * THROTTLE_FILL;
	}
	cr_assert_eq(a.reason, REASON_LOCKED);
}

/* Long enough for all the wrong codes. */
static void
vouch_for_long(void)
{
	set_policy(POLICY_ON "trust_max = 8760;\n");
	must_vouch();
}

Test(daemon_answer_trust, ends_with_a_lock)
{
	vouch_for_long();
	lock();
	expect_ended();
}

Test(daemon_answer_trust, does_not_come_back_with_an_unlock)
{
	struct wire_unlock_request q = {.uid = 1000};
	struct wire_unlock_reply unlocked;

	vouch_for_long();
	lock();
	rig_connect(&f, 0);
	cr_assert_eq(send_unlock(&f, &q, &unlocked), STATUS_OK);
	expect_ended();
}

/* A policy under which a try costs more makes a lock without a try. */
Test(daemon_answer_trust, a_lock_by_the_policy_holds_keys_back_and_ends_them)
{
	struct wire_unlock_request q = {.uid = 1000};
	struct wire_unlock_reply unlocked;
	struct wire_login_reply a;

	vouch_for_long();
	for (int i = 0; i < 98; i++) { /* 294 of 300 */
		f.now += 2 * THROTTLE_FILL;
		cr_assert_eq(
		    rig_log_in(&f, 1000, "password", "000000", &a), STATUS_OK);
		cr_assert_eq(a.reason, REASON_CODE_WRONG);
	}
	cr_assert(is_handed());
	set_policy(POLICY_ON "trust_max = 8760; window = 10;\n");
	cr_expect_not(is_handed());
	rig_connect(&f, 0);
	cr_assert_eq(send_unlock(&f, &q, &unlocked), STATUS_OK);
	expect_ended();
}

Test(daemon_answer_trust, an_unlock_of_what_is_not_locked_ends_nothing)
{
	struct wire_unlock_request q = {.uid = 1000};
	struct wire_unlock_reply unlocked;

	must_vouch();
	rig_connect(&f, 0);
	cr_assert_eq(send_unlock(&f, &q, &unlocked), STATUS_OK);
	cr_expect(is_handed());
}

Test(daemon_answer_trust, fails_without_a_store_and_for_a_broken_record)
{
	must_vouch();
	f.daemon.store_good = false;
	cr_expect_eq(ask_key(KEYS, "alice"), STATUS_STORE);
	f.daemon.store_good = true;
}

/* ---- the policy ---- */

Test(daemon_answer_trust_policy, bounds_the_time)
{
	open_with(POLICY_ON "trust_max = 2;\n");
	wish.seconds = 2 * HOUR + 1;
	cr_expect_eq(vouch_well(), STATUS_TOO_LONG);
	wish.seconds = 0;
	must_vouch();
	cr_expect_eq(trusted.key.expires, f.now + 2 * HOUR);
}

Test(daemon_answer_trust_policy, bounds_the_time_of_keys_that_are_there)
{
	open_with(POLICY_ON "trust_max = 2;\n");
	must_vouch();
	f.now += HOUR;
	cr_expect(is_handed());
	set_policy(POLICY_ON "trust_max = 1;\n");
	cr_expect_not(is_handed());
	set_policy(POLICY_ON "trust_max = 0;\n");
	cr_expect_not(is_handed());
}

Test(daemon_answer_trust_policy, can_let_nobody_vouch)
{
	open_with(POLICY_ON "trust_max = 0;\n");
	cr_expect_eq(vouch_well(), STATUS_TRUST_OFF);
	cr_expect_eq(vouch(0, ""), STATUS_TRUST_OFF);
}

Test(daemon_answer_trust_policy, can_leave_keys_unbound)
{
	open_with(POLICY_ON "trust_from = false;\n");
	wish.address[0] = '\0';
	must_vouch();
	cr_expect_str_eq(trusted.key.source, "");
	(void)snprintf(wish.source, sizeof wish.source, "192.0.2.7");
	cr_expect_eq(vouch_well(), STATUS_NOT_ALLOWED);
}
