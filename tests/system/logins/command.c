/* otpgate, the command, as users and root have it. */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(command, .timeout = 120);

/* Runs words of the command as u does. */
static struct result
as_user(const struct user *u, const char *const argv[])
{
	return run_as(u->uid, argv, NULL);
}

/* ---- set-up on a terminal ---- */

/* The secret as the terminal shows it, in groups of four, as one word. */
static void
read_secret(const char *seen, struct phone *phone)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t groups = 0, n = 0;

	for (; groups < 8; seen++) {
		cr_assert_neq(*seen, '\0', "no key in groups of four");
		groups = 0;
		while (strspn(seen + groups * 5, letters) == 4)
			groups++;
	}
	for (seen--; n < 32; seen++)
		if (*seen != ' ')
			phone->secret[n++] = *seen;
	phone->algorithm = "sha1";
	phone->digits = 6;
	phone->period = 30;
}

Test(command, enroll_in_a_login_shows_all_and_counts_after_a_code)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	struct channel c;
	const char *code;

	terminal_ssh(&t, &u, SSHD_GUARDED, COMMAND("-t", "otpgate", "enroll"));
	terminal_await(&t, "Code from your app: ");
	read_secret(t.seen->bytes, &u.phone);
	terminal_type(&t, text_format("%s\n", user_wrong_code(&u)));
	terminal_await(&t, "Code from your app: ");
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	/* Half blocks, or ##: a QR code; and the recovery codes. */
	cr_assert(text_has(t.seen->bytes, "\342\226\200") ||
	    text_has(t.seen->bytes, "##") || text_has(t.seen->bytes, "\033[4"));
	cr_assert_geq(text_count(t.seen->bytes, "-"), 30);
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(command, a_set_up_that_is_broken_off_does_not_count)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	struct channel c;

	terminal_ssh(&t, &u, SSHD_GUARDED, COMMAND("-t", "otpgate", "enroll"));
	terminal_await(&t, "Code from your app: ");
	terminal_type(&t, "\003");
	cr_assert_neq(terminal_finish(&t), 0);
	c = ATTEMPT(.user = &u, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

/* ---- what needs a code, and whose ---- */

Test(command, new_recovery_codes_need_a_code)
{
	struct user u = user_enrolled();
	const char *code = text_format("OTPGATE_CODE=%s", user_code(&u));
	struct result r = as_user(&u, COMMAND("otpgate", "recovery"));

	cr_assert_eq(r.status, 1, "%s", r.err->bytes);
	r = as_user(&u, COMMAND("env", code, "otpgate", "recovery"));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_geq(text_count(r.out->bytes, "-"), 30);
	/* It is spent. */
	r = as_user(&u, COMMAND("env", code, "otpgate", "recovery"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "used already"), "%s", r.err->bytes);
}

Test(command, a_second_device_needs_a_code)
{
	struct user u = user_enrolled();
	struct result r = as_user(
	    &u, COMMAND("otpgate", "enroll", "--label", "second", "--json"));

	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert_not(text_has(r.out->bytes, "secret"));
}

Test(command, a_user_may_not_touch_another)
{
	struct user u = user_new("/bin/bash"), other = user_enrolled();
	const char *const words[][5] = {
	    {"otpgate", "enroll", other.name, "--json", NULL},
	    {"otpgate", "clear", other.name, "--yes", NULL},
	    {"otpgate", "unlock", other.name, NULL},
	    {"otpgate", "show", other.name, NULL}, {"otpgate", "users", NULL},
	    {"otpgate", "disable", NULL},
	    {"otpgate", "policy", "set", "window", "10"}};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]) - 1; i++) {
		struct result r = as_user(&u, words[i]);

		cr_assert_eq(r.status, 1, "%s %s: %d: %s", words[i][0],
		    words[i][1], r.status, r.err->bytes);
		cr_assert_str_not_empty(r.err->bytes);
	}
}

/* ---- listings ---- */

Test(command, users_lists_those_who_have_a_record)
{
	struct user u = user_enrolled();
	const char *json = run_fine(COMMAND("otpgate", "users", "--json"));
	const char *table = run_fine(COMMAND("otpgate", "users"));

	cr_assert(text_has(json, text_format("\"%s\"", u.name)), "%s", json);
	cr_assert(text_has(table, u.name), "%s", table);
}

/* Uses all tries of u up, at his own command. */
static void
use_all_tries(const struct user *u)
{
	const char *code = text_format("OTPGATE_CODE=%s", user_wrong_code(u));
	struct result r;

	do {
		r = as_user(u, COMMAND("env", code, "otpgate", "recovery"));
		cr_assert_eq(r.status, 1, "%s", r.err->bytes);
	} while (text_has(r.err->bytes, "this code is wrong"));
	cr_assert(
	    text_has(r.err->bytes, "too many wrong codes"), "%s", r.err->bytes);
}

/* The line of u in the listing. */
static const char *
users_line(const struct user *u)
{
	const char *line = strstr(run_fine(COMMAND("otpgate", "users")),
	    text_format("\n%s ", u->name));

	cr_assert_not_null(line);
	line++;
	return text_format("%.*s", (int)strcspn(line, "\n"), line);
}

Test(command, users_shows_who_has_no_tries_left)
{
	struct user u = user_enrolled();
	const char *line = users_line(&u);

	cr_assert(text_has(line, " good "), "%s", line);
	use_all_tries(&u);
	line = users_line(&u);
	cr_assert(text_has(line, " no tries "), "%s", line);
}

/* That somebody is asked is half of it: he may have no tries for an answer. */
Test(command, explain_tells_the_tries)
{
	struct user u = user_enrolled();
	const char *const words[] = {
	    "otpgate", "explain", u.name, "--method", "password", NULL};
	const char *const json[] = {"otpgate", "explain", u.name, "--method",
	    "password", "--json", NULL};
	const char *text = run_fine(words);

	cr_assert(text_has(text, "is asked for a code"), "%s", text);
	cr_assert(text_has(text, "Tries left:"), "%s", text);
	cr_assert_not(text_has(text, "none;"), "%s", text);
	use_all_tries(&u);
	text = run_fine(words);
	cr_assert(text_has(text, "none; the next one comes in"), "%s", text);
	text = run_fine(json);
	cr_assert(text_has(text, "\"tries\": 0,"), "%s", text);
	cr_assert_not(text_has(text, "\"wait\": 0"), "%s", text);
	text = run_fine(COMMAND("otpgate", "explain", u.name, "--method",
	    "password", "--from", "192.0.2.1"));
	cr_assert(text_has(text, "tries from there"), "%s", text);
	cr_assert_eq(run(COMMAND("otpgate", "explain", u.name, "--method",
			     "password", "--from", "here"))
			 .status,
	    1);
}

Test(command, show_tells_of_a_user_and_never_the_secret)
{
	struct user u = user_enrolled();
	const char *text = run_fine(COMMAND("otpgate", "show", u.name));
	const char *json =
	    run_fine(COMMAND("otpgate", "show", u.name, "--json"));

	cr_assert(text_has(text, u.name));
	cr_assert(text_has(json, u.name));
	cr_assert_not(text_has(text, u.phone.secret));
	cr_assert_not(text_has(json, u.phone.secret));
}

Test(command, status_tells_a_user_of_himself)
{
	struct user u = user_enrolled();
	struct result r = as_user(&u, COMMAND("otpgate", "status"));

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_not_empty(r.out->bytes);
	r = as_user(&u, COMMAND("otpgate", "status", "--json"));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_eq(r.out->bytes[0], '{', "%s", r.out->bytes);
}

Test(command, policy_show_tells_each_value_and_where_it_comes_from)
{
	const char *text = run_fine(COMMAND("otpgate", "policy", "show"));
	const char *json =
	    run_fine(COMMAND("otpgate", "policy", "show", "--json"));

	cr_assert(text_has(text, "window"), "%s", text);
	cr_assert(
	    text_has(text, "/etc/otpgate/conf.d/90-otpgate.conf"), "%s", text);
	cr_assert(text_has(json, "\"window\""), "%s", json);
}

/* ---- words ---- */

Test(command, a_wrong_word_is_answered_with_what_is_possible)
{
	struct result r = run(COMMAND("otpgate", "enrol"));

	cr_assert_eq(r.status, 2);
	cr_assert_str_empty(r.out->bytes);
	cr_assert(text_has(r.err->bytes, "enroll"), "%s", r.err->bytes);
	r = run(COMMAND("otpgate", "policy", "frobnicate"));
	cr_assert_eq(r.status, 2);
	cr_assert(text_has(r.err->bytes, "check"), "%s", r.err->bytes);
}

Test(command, somebody_who_does_not_exist_is_refused)
{
	struct result r = run(COMMAND("otpgate", "show", "no-such-user"));

	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "no-such-user"), "%s", r.err->bytes);
}

Test(command, init_a_second_time_refuses_and_changes_nothing)
{
	const char *before = run_fine(COMMAND("sha256sum", MACHINE_SEAL_KEY));
	struct result r = run(COMMAND("otpgate", "init"));

	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert_str_not_empty(r.err->bytes);
	cr_assert_str_eq(
	    before, run_fine(COMMAND("sha256sum", MACHINE_SEAL_KEY)));
}

Test(command, what_init_made_only_its_owners_can_read)
{
	cr_assert_str_eq(
	    run_fine(COMMAND("stat", "-c", "%a %U %F", MACHINE_SEAL_KEY,
		MACHINE_STORE, "/var/lib/otpgate", "/run/otpgate",
		MACHINE_SOCKET)),
	    "600 root regular file\n"
	    "600 otpgate regular file\n"
	    "700 otpgate directory\n"
	    "755 root directory\n"
	    "666 root socket\n");
}

/* There is no set-uid and no set-gid file anywhere. */
Test(command, nothing_that_is_installed_is_set_uid)
{
	cr_assert_str_empty(run_fine(COMMAND("find", "/usr/bin/otpgate",
	    "/usr/sbin/otpgated", "/usr/libexec/otpgate", "/usr/share/otpgate",
	    "-perm", "/6000")));
}

/* otpgated: no root, no way back to it, no core, no tracing. */
Test(command, otpgated_has_given_root_up)
{
	const char *status =
	    machine_get(text_format("/proc/%d/status", machine_daemon_pid()));
	const char *uid = run_fine(COMMAND("id", "-u", "otpgate"));
	const char *id = text_format("%.*s", (int)strcspn(uid, "\n"), uid);

	cr_assert(text_has(
	    status, text_format("Uid:\t%s\t%s\t%s\t%s\n", id, id, id, id)));
	cr_assert(
	    text_has(status, "Groups:\t \n") || text_has(status, "Groups:\t\n"),
	    "%s", status);
	cr_assert(text_has(status, "CapPrm:\t0000000000000000\n"));
	cr_assert(text_has(status, "CapEff:\t0000000000000000\n"));
	cr_assert(text_has(status, "NoNewPrivs:\t1\n"), "%s", status);
}
