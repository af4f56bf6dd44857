/*
 * What the seed's description says of codes, devices and logins: doc/SEED
 * names a case for each of its sentences.  Both switches are on here; those
 * that turn them are in faults/seed.c, set-up at a login in seed_setup.c.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "screen.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(seed, .timeout = 120);

#define HOUR 120 /* steps */

/* What u runs, with a code in the environment. */
static struct result
as_user(const struct user *u, const char *code, const char *const words[])
{
	const char *argv[12] = {"env", text_format("OTPGATE_CODE=%s", code)};

	for (size_t i = 0; words[i] != NULL && i < 9; i++)
		argv[2 + i] = words[i];
	return run_as(u->uid, argv, NULL);
}

#define AS_USER(u, code, ...) as_user(u, code, COMMAND(__VA_ARGS__))

/* The command on a terminal of u's. */
static void
on_terminal(struct terminal *t, const struct user *u, const char *words)
{
	terminal_start(t,
	    COMMAND("setpriv", text_format("--reuid=%u", u->uid),
		"--clear-groups", "sh", "-c", text_format("exec %s", words)));
}

static const char *
state_of(const struct user *u)
{
	return text_json(
	    run_fine(COMMAND("otpgate", "show", u->name, "--json")), "state");
}

/* A device of u's as JSON tells it, on a phone. */
static struct phone
phone_of(const char *json, int digits, int period)
{
	struct phone p = {
	    .algorithm = "sha1", .digits = digits, .period = period};

	(void)strncpy(p.secret, text_json(json, "secret"), sizeof p.secret - 1);
	return p;
}

/* ---- About TrueNAS 2FA ---- */

/* oathtool and otpauth of npm were not written with us in mind. */
Test(seed, any_totp_app_gives_the_codes)
{
	struct user u = user_new("/bin/bash");
	const char *json =
	    run_fine(COMMAND("otpgate", "enroll", u.name, "--json"));
	const char *uri = text_json(json, "uri");
	int64_t step;

	phone_scan(&u.phone, uri);
	run_fine(COMMAND("otpgate", "confirm", u.name, user_code(&u)));
	expect_in_with(&u, user_code(&u));
	step = u.phone.next++;
	expect_in_with(&u, app_code(uri, &u.phone, step));
}

/* The vector of RFC 6238's appendix B, on a phone that has its secret. */
Test(seed, codes_are_those_of_rfc_6238)
{
	struct phone p = {.secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
	    .algorithm = "sha1",
	    .digits = 8,
	    .period = 30};
	struct user u = user_enrolled();

	cr_assert_str_eq(phone_code(&p, 59 / 30), "94287082");
	/* The same app's codes are those that count here. */
	expect_in_with(&u, user_code(&u));
}

Test(seed, a_phone_with_a_wrong_clock_shows_wrong_codes)
{
	struct user u = user_enrolled();
	int64_t now = phone_step(&u.phone);
	const char *behind = phone_code(&u.phone, now - HOUR);
	const char *ahead = phone_code(&u.phone, now + HOUR);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {behind, ahead, behind});

	expect_refused(&c, "this code is wrong");
	expect_in_with(&u, user_present_code(&u));
}

Test(seed, codes_have_six_digits_and_last_30_seconds_unless_modified)
{
	struct user plain = user_new("/bin/bash"), other = plain;
	const char *json =
	    run_fine(COMMAND("otpgate", "enroll", plain.name, "--json"));

	plain.phone = phone_of(json, 6, 30);
	run_fine(COMMAND("otpgate", "confirm", plain.name, user_code(&plain)));
	cr_assert_eq(strlen(user_wrong_code(&plain)), 6);
	expect_in_with(&plain, user_code(&plain));
	other = user_new("/bin/bash");
	json = run_fine(COMMAND("otpgate", "enroll", other.name, "--digits",
	    "8", "--period", "60", "--json"));
	other.phone = phone_of(json, 8, 60);
	run_fine(COMMAND("otpgate", "confirm", other.name, user_code(&other)));
	expect_in_with(&other, user_code(&other));
}

/* ---- Benefits, drawbacks ---- */

Test(seed, a_stolen_password_alone_lets_nobody_in)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, wrong, wrong});

	expect_refused(&c, "this code is wrong");
	expect_out_without(&u);
}

/* The real ssh on a terminal, from an address or to a name. */
static void
log_in_by_ssh(struct user *u, const char *option)
{
	struct terminal t;

	terminal_ssh(&t, u, SSHD_GUARDED, COMMAND("-t", option, "echo", "in"));
	terminal_await(&t, PROMPT);
	terminal_type(&t, text_format("%s\n", user_code(u)));
	terminal_await(&t, "in\r\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
}

Test(seed, a_code_opens_from_any_place)
{
	struct user u = user_enrolled();

	log_in_by_ssh(&u, "-b127.0.0.77");
	log_in_by_ssh(&u, "-b127.7.7.7");
}

Test(seed, no_internet_is_needed)
{
	struct user u = user_enrolled();

	cr_assert_str_empty(run_fine(COMMAND("ip", "route", "show")));
	expect_in_with(&u, user_code(&u));
}

Test(seed, root_can_unlock_by_command)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	struct result r;
	struct channel c;

	do
		r = AS_USER(&u, wrong, "otpgate", "recovery");
	while (text_has(r.err->bytes, "this code is wrong"));
	cr_assert(text_has(r.err->bytes, "too many"), "%s", r.err->bytes);
	c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {phone_code(&u.phone, phone_step(&u.phone))});
	expect_refused(&c, "too many wrong codes");
	run_fine(COMMAND("otpgate", "unlock", u.name));
	expect_in_with(&u, user_present_code(&u));
}

/* ---- Enabling ---- */

Test(seed, a_second_device_is_a_backup)
{
	struct user u = user_enrolled(), second = u;
	struct result r = AS_USER(&u, user_code(&u), "otpgate", "enroll",
	    "--label", "backup", "--json");

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	second.phone = phone_of(r.out->bytes, 6, 30);
	r = AS_USER(&u, "", "otpgate", "confirm", user_code(&second), "--label",
	    "backup");
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_in_with(&second, user_code(&second));
	expect_in_with(&u, user_code(&u));
}

Test(seed, ssh_applies_to_a_secret_and_a_password_only)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	struct channel c;

	expect_out_without(&u);
	expect_in_unasked(&plain);
	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

/* ---- Reactivating: another secret; Setting up: a new QR code ---- */

Test(seed, renewing_shows_a_new_qr_code_and_changes_the_secret)
{
	struct user u = user_enrolled();
	struct phone old = u.phone;
	const char *lost;
	struct terminal t;
	struct channel c;

	on_terminal(&t, &u, "otpgate renew");
	terminal_await(&t, PROMPT);
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	terminal_await(&t, DEMAND);
	phone_scan(&u.phone, screen_scan(&t));
	cr_assert_str_neq(u.phone.secret, old.secret);
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	expect_in_with(&u, user_code(&u));
	lost = phone_code(&old, phone_step(&old));
	c = ATTEMPT(.user = &u, .what = IN, .answers = {lost, lost, lost});
	expect_refused(&c, "this code is wrong");
}

/* ---- Removing ---- */

Test(seed, users_remove_their_own_and_others_stay_as_they_are)
{
	struct user u = user_enrolled(), other = user_enrolled();
	struct result r =
	    AS_USER(&u, user_code(&u), "otpgate", "remove", "--yes");

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(state_of(&u), "absent");
	expect_in_unasked(&u);
	expect_in_with(&other, user_code(&other));
}

Test(seed, removing_asks_first)
{
	struct user u = user_enrolled();
	struct terminal t;

	on_terminal(&t, &u, "otpgate remove");
	terminal_await(&t, "[y/N] ");
	terminal_type(&t, "n\n");
	cr_assert_neq(terminal_finish(&t), 0);
	cr_assert_str_eq(state_of(&u), "good");
	on_terminal(&t, &u, "otpgate remove");
	terminal_await(&t, "[y/N] ");
	terminal_type(&t, "y\n");
	terminal_await(&t, PROMPT);
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert_str_eq(state_of(&u), "absent");
}

/* ---- Clearing ---- */

Test(seed, root_clears_a_user_without_being_him)
{
	struct user u = user_enrolled();

	expect_out_without(&u);
	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	expect_in_unasked(&u);
}

Test(seed, clearing_helps_who_is_locked_out)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	struct result r;

	do
		r = AS_USER(&u, wrong, "otpgate", "recovery");
	while (text_has(r.err->bytes, "this code is wrong"));
	cr_assert(text_has(r.err->bytes, "too many"), "%s", r.err->bytes);
	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	expect_in_unasked(&u);
	user_enroll(&u);
	expect_in_with(&u, user_code(&u));
}

Test(seed, clearing_asks_first)
{
	struct user u = user_enrolled();
	struct terminal t;

	terminal_start(&t, COMMAND("otpgate", "clear", u.name));
	terminal_await(&t, "[y/N] ");
	terminal_type(&t, "n\n");
	cr_assert_neq(terminal_finish(&t), 0);
	cr_assert_str_eq(state_of(&u), "good");
	terminal_start(&t, COMMAND("otpgate", "clear", u.name));
	terminal_await(&t, "[y/N] ");
	terminal_type(&t, "y\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert_str_eq(state_of(&u), "absent");
}

Test(seed, clearing_is_refused_where_nothing_is_set_up)
{
	struct user u = user_new("/bin/bash");
	struct result r = run(COMMAND("otpgate", "clear", u.name, "--yes"));

	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(
	    text_has(r.err->bytes, "has no second factor"), "%s", r.err->bytes);
}

/* ---- Using it ---- */

Test(seed, a_code_goes_without_the_space_and_with_it)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);

	cr_assert_null(strchr(code, ' '));
	expect_in_with(&u, code);
	code = user_code(&u);
	expect_in_with(&u, text_format("%.3s %s", code, code + 3));
}

Test(seed, after_an_expired_code_the_new_one_opens)
{
	struct user u = user_enrolled();
	const char *old =
	    phone_code(&u.phone, phone_step(&u.phone) - MACHINE_WINDOW - 1);
	const char *code = user_present_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {old, code});

	cr_assert(
	    text_has(c.err->bytes, "this code is wrong"), "%s", c.err->bytes);
	expect_in(&c);
}

Test(seed, ssh_takes_an_address_or_a_name_a_password_and_a_code)
{
	struct user u = user_enrolled();

	log_in_by_ssh(&u, "-oHostName=127.0.0.1");
	log_in_by_ssh(&u, "-oHostName=localhost");
}

Test(seed, users_without_a_secret_log_in_with_the_password)
{
	struct user u = user_new("/bin/bash");

	expect_in_unasked(&u);
}
