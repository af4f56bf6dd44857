/*
 * Users who come from another program, by files that those programs made, and
 * many who are enrolled at once.  There is one import at a time, so these cases
 * run one after the other.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "os/local_socket.h"
#include "peer.h"
#include "run.h"
#include "terminal.h"
#include "world.h"

TestSuite(import, .init = world_restore, .timeout = 120);

#define OATH "/etc/users.oath"
#define SECRET_HEX "3132333435363738393031323334353637383930"
#define SECRET_BASE32 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

/* ---- google-authenticator ---- */

/* Has google-authenticator(1) make a file, as u would; its path. */
static const char *
google_file(struct user *u)
{
	const char *path = text_format("%s/.google_authenticator", u->home);
	struct result r = run_as(u->uid,
	    COMMAND("env", text_format("HOME=%s", u->home),
		"google-authenticator", "-t", "-d", "-f", "-r", "3", "-R", "30",
		"-w", "3", "-q", "-s", path),
	    NULL);
	const char *text;

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	text = machine_get(path);
	(void)snprintf(u->phone.secret, sizeof u->phone.secret, "%.*s",
	    (int)strcspn(text, "\n"), text);
	u->phone.algorithm = "sha1";
	u->phone.digits = 6;
	u->phone.period = 30;
	return path;
}

/* The scratch code of that file's last line. */
static const char *
scratch_code(const char *path)
{
	const char *text = machine_get(path);

	cr_assert_geq(strlen(text), 9);
	return text_format("%.8s", text + strlen(text) - 9);
}

static void
import_google(const char *path)
{
	struct result r =
	    run(COMMAND("otpgate", "import", "google-authenticator", path));

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_empty(r.err->bytes);
}

Test(import, a_user_of_google_authenticator_keeps_his_phone)
{
	struct user u = user_new("/bin/bash");
	const char *path = google_file(&u);
	const char *code, *scratch = scratch_code(path);
	struct channel c;

	import_google(path);
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_refused(&c, "used already");
	c = ATTEMPT(.user = &u, .what = IN, .answers = {scratch});
	expect_in(&c);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {scratch});
	expect_refused(&c, "used already");
}

Test(import, a_step_that_google_authenticator_used_stays_used)
{
	struct user u = user_new("/bin/bash");
	const char *path = google_file(&u);
	long long now = (long long)time(NULL) / 30;
	struct channel c;

	run_fine(COMMAND("sed", "-i",
	    text_format("s/DISALLOW_REUSE/& %lld %lld/", now - 1, now + 1),
	    path));
	import_google(path);
	u.phone.next = now;
	c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {user_code(&u), user_code(&u)});
	cr_assert_eq(channel_prompts(&c), 3);
	expect_refused(&c, "used already");
}

Test(import, a_directory_of_homes_brings_all_who_have_a_file)
{
	struct user u = user_new("/bin/bash"), v = user_new("/bin/bash");
	struct user other = user_new("/bin/bash");
	struct channel c;

	google_file(&u);
	google_file(&v);
	import_google("/home");
	c = ATTEMPT(.user = &u, .what = IN, .answers = {user_code(&u)});
	expect_in(&c);
	c = ATTEMPT(.user = &v, .what = IN, .answers = {user_code(&v)});
	expect_in(&c);
	c = ATTEMPT(.user = &other, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
	run_fine(COMMAND("rm", text_format("%s/.google_authenticator", u.home),
	    text_format("%s/.google_authenticator", v.home)));
}

Test(import, files_named_for_users_are_roots_or_their_own)
{
	struct user u = user_new("/bin/bash"), v = user_new("/bin/bash");
	const char *path = google_file(&u);
	const char *named = text_format("/var/lib/google/%s", v.name);
	struct result r;
	struct channel c;

	run_fine(COMMAND("mkdir", "/var/lib/google"));
	run_fine(COMMAND("cp", "-p", path, named));
	r = run(COMMAND(
	    "otpgate", "import", "google-authenticator", "/var/lib/google"));
	cr_assert_eq(r.status, 1);
	cr_assert(
	    text_has(r.err->bytes, "belongs to another"), "%s", r.err->bytes);
	run_fine(COMMAND("chown", "root", named));
	import_google("/var/lib/google");
	v.phone = u.phone;
	c = ATTEMPT(.user = &v, .what = IN, .answers = {user_code(&v)});
	expect_in(&c);
}

/* A link in a home leads to what only root can read. */
Test(import, what_is_somebody_elses_in_a_home_is_not_taken)
{
	struct user u = user_new("/bin/bash"), v = user_new("/bin/bash");
	const char *link = text_format("%s/.google_authenticator", v.home);
	const char *path = google_file(&u);
	struct result r;

	run_fine(COMMAND("ln", "-s", path, link));
	r = run(COMMAND("otpgate", "import", "google-authenticator", "/home"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes,
		      text_format("%s: it is a symbolic link", link)),
	    "%s", r.err->bytes);
	run_fine(COMMAND("rm", link));
	run_fine(COMMAND("ln", path, link));
	r = run(COMMAND("otpgate", "import", "google-authenticator", "/home"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes,
		      text_format("%s: it belongs to another user", link)),
	    "%s", r.err->bytes);
	run_fine(COMMAND("rm", link, path));
}

/* ---- users.oath ---- */

static void
phone_set(struct user *u)
{
	u->phone = (struct phone){.secret = SECRET_BASE32,
	    .algorithm = "sha1",
	    .digits = 6,
	    .period = 30};
}

static struct result
import_oath(const char *text)
{
	machine_put(OATH, text, 0600);
	return run(COMMAND("otpgate", "import", "oath", OATH));
}

Test(import, a_user_of_pam_oath_keeps_his_phone_and_used_codes_stay_used)
{
	struct user u = user_new("/bin/bash");
	const char *code, *stamp;
	struct result r;
	struct channel c;

	phone_set(&u);
	u.phone.next = phone_step(&u.phone);
	code = user_code(&u);
	stamp = run_fine(COMMAND("date", "+%Y-%m-%dT%H:%M:%SL"));
	r = import_oath(
	    text_format("# users\nHOTP/T30/6 %s - " SECRET_HEX "\t0\t%s\t%s",
		u.name, code, stamp));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(
	    text_has(r.out->bytes, "1 user imported"), "%s", r.out->bytes);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, user_code(&u)});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 2, "the first one was used");
	/* Nothing of somebody who is there is changed. */
	r = run(COMMAND("otpgate", "import", "oath", OATH));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.out->bytes, "0 users"), "%s", r.out->bytes);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_refused(&c, "used already");
}

/* A line of each kind that cannot be taken, and what is said of it. */
static const struct {
	const char *line;
	const char *why;
} bad[] = {
    {"HOTP %s - " SECRET_HEX, "follow a counter"},
    {"HOTP/E/6 %s - " SECRET_HEX, "follow a counter"},
    {"HOTP/T90 %s - " SECRET_HEX, "no type of token"},
    {"HOTP/T30 %s 1234 " SECRET_HEX, "has a PIN"},
    {"HOTP/T30 %s - 313233", "shorter than 80 bits"},
    {"HOTP/T30 %s - 31x", "not hexadecimal"},
    {"HOTP/T30 %s -", "secret is missing"},
    {"HOTP/T30 nobody-of-%s - " SECRET_HEX, "no such user"},
    {"HOTP/T30 %s - " SECRET_HEX " 0 12345", "other digits"},
    {"HOTP/T30 %s - " SECRET_HEX " 0 123456 yesterday", "time"},
    {"HOTP/T30 %s - " SECRET_HEX " x", "no number"},
};

#define BAD (sizeof bad / sizeof bad[0])

Test(import, one_bad_line_and_nobody_is_imported_but_all_are_named)
{
	struct user good = user_new("/bin/bash"), u = user_new("/bin/bash");
	const char *text =
	    text_format("HOTP/T30 %s - " SECRET_HEX "\n", good.name);
	struct result r;
	struct channel c;

	for (size_t i = 0; i < BAD; i++) {
		const char *percent = strchr(bad[i].line, '%');

		text = text_format("%s%.*s%s%s\n", text,
		    (int)(percent - bad[i].line), bad[i].line, u.name,
		    percent + 2);
	}
	r = import_oath(text);
	cr_assert_eq(r.status, 1);
	cr_assert(
	    text_has(r.err->bytes, "nothing was imported"), "%s", r.err->bytes);
	for (size_t i = 0; i < BAD; i++) {
		const char *line =
		    strstr(r.err->bytes, text_format(OATH ":%zu: ", i + 2));

		cr_assert_not_null(line, "%s\n%s", bad[i].line, r.err->bytes);
		line = text_format("%.*s", (int)strcspn(line, "\n"), line);
		cr_expect(
		    text_has(line, bad[i].why), "%s: %s", bad[i].line, line);
	}
	cr_assert_not(text_has(r.err->bytes, SECRET_HEX));
	c = ATTEMPT(.user = &good, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
	r = run(COMMAND("otpgate", "import", "oath", OATH, "--skip-bad"));
	cr_assert_eq(r.status, 1, "some were not taken");
	cr_assert(
	    text_has(r.out->bytes, "1 user imported"), "%s", r.out->bytes);
	phone_set(&good);
	c = ATTEMPT(.user = &good, .what = IN, .answers = {user_code(&good)});
	expect_in(&c);
}

Test(import, nobody_who_has_a_second_factor_gets_another_one)
{
	struct user u = user_enrolled();
	struct result r =
	    import_oath(text_format("HOTP/T30 %s - " SECRET_HEX "\n", u.name));
	struct channel c;

	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "has another second factor"), "%s",
	    r.err->bytes);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {user_code(&u)});
	expect_in(&c);
}

/* ---- the way to otpgated ---- */

static const char *
import_as(uid_t uid)
{
	struct user u = user_new("/bin/bash");
	struct result r;

	machine_put(
	    OATH, text_format("HOTP/T30 %s - " SECRET_HEX "\n", u.name), 0644);
	r = run_as(uid, COMMAND("otpgate", "import", "oath", OATH), NULL);
	cr_assert_eq(r.status, 1);
	return r.err->bytes;
}

Test(import, is_for_root_alone)
{
	cr_assert(text_has(import_as(SOME_UID), "only root"));
}

static int
descriptors_of(pid_t pid)
{
	DIR *d = opendir(text_format("/proc/%d/fd", pid));
	int count = 0;

	cr_assert_not_null(d);
	while (readdir(d) != NULL)
		count++;
	closedir(d);
	return count;
}

/* What comes with any other message, or from anybody else, is closed. */
static void
send_descriptors(uid_t uid, enum verb verb)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof bytes);
	int fd = peer_open(uid);

	bytes[1] = (uint8_t)verb;
	for (int i = 0; i < 5; i++) {
		/* From Linux 6.16 on, only root's are let through. */
		(void)socket_send_passed(fd, bytes, size, fd);
		(void)socket_send(fd, bytes, size);
		(void)peer_receive(fd, bytes + size, sizeof bytes - size);
	}
	(void)close(fd);
}

Test(import, no_descriptor_that_somebody_sends_stays)
{
	pid_t pid = machine_daemon_pid();
	int before, after;

	run_fine(COMMAND("otpgate", "users"));
	before = descriptors_of(pid);
	send_descriptors(SOME_UID, VERB_login);
	send_descriptors(SOME_UID, VERB_import);
	send_descriptors(0, VERB_login);
	send_descriptors(0, VERB_import);
	/* Served after the ends of those connections were seen. */
	run_fine(COMMAND("otpgate", "users"));
	after = descriptors_of(pid);
	cr_assert_leq(after, before);
}

#define MANY 5000

/* As many users as there can be numbers: none of them logs in. */
static void
make_many(void)
{
	run_fine(COMMAND("awk",
	    "BEGIN { for (i = 0; i < 5000; i++) {"
	    " printf \"many%d:x:%d:100::/:/bin/false\\n\", i, 300000 + i"
	    " >>\"/etc/passwd\"; printf \"HOTP/T30 many%d - %040x\\n\", i, i"
	    " >\"" OATH "\" } }"));
	run_fine(COMMAND("chmod", "600", OATH));
}

static uint32_t
users_known(void)
{
	const struct wire_empty_request q = {0};
	struct wire_health_reply a;
	enum status s;
	struct ask ask = peer_ask(0);

	cr_assert_eq(ask_health(&ask, &q, &a, &s), OK);
	cr_assert_eq(s, STATUS_OK);
	ask_close(&ask);
	return a.users;
}

/* Imports while otpgated dies at that of its writes, if it comes so far. */
static void
import_and_kill(unsigned int write)
{
	pid_t pid = machine_daemon_pid();
	struct terminal strace;

	terminal_start(&strace,
	    COMMAND("strace", "-o", "/dev/null", "-e",
		text_format("inject=pwrite64:signal=KILL:when=%u", write), "-p",
		text_format("%d", pid)));
	terminal_await(&strace, "attached");
	run(COMMAND("otpgate", "import", "oath", OATH));
	/* It may be dead already. */
	(void)kill(pid, SIGKILL);
	run_await_death(pid);
	terminal_finish(&strace);
	machine_daemon_start(COMMAND("env"));
}

Test(import, an_otpgated_that_is_killed_meanwhile_has_all_or_nobody)
{
	static const unsigned int writes[] = {1, 30, 200, 400, 60000};
	uint32_t before, known;

	make_many();
	before = users_known();
	for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
		import_and_kill(writes[i]);
		known = users_known();
		cr_assert(known == before || known == before + MANY, "%u of %u",
		    known - before, MANY);
		cr_assert(i > 0 || known == before, "it was not killed");
	}
	cr_assert_eq(known, before + MANY);
}

/* ---- many at once ---- */

Test(import, many_are_enrolled_whom_standard_input_names)
{
	struct user u = user_new("/bin/bash"), v = user_new("/bin/bash");
	struct result r = run_input(
	    COMMAND("otpgate", "enroll", "--stdin", "--json", "--digits", "8"),
	    text_format(
		"%s\nno-such-user\n\n%s\n%s\n", u.name, v.name, u.name));
	const char *second;
	struct channel c;

	cr_assert_eq(r.status, 1, "two names cannot be enrolled");
	cr_assert(text_has(r.err->bytes, "no-such-user: there is no such user"),
	    "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, "named before"), "%s", r.err->bytes);
	cr_assert_eq(r.out->bytes[0], '[');
	cr_assert_eq(text_count(r.out->bytes, "\"secret\""), 2);
	second = strstr(r.out->bytes, text_format("\"%s\"", v.name));
	cr_assert_not_null(second);
	(void)snprintf(u.phone.secret, sizeof u.phone.secret, "%s",
	    text_json(r.out->bytes, "secret"));
	u.phone.algorithm = "sha1";
	u.phone.digits = 8;
	u.phone.period = 30;
	c = ATTEMPT(.user = &u, .what = IN);
	cr_assert_eq(channel_prompts(&c), 0, "pending");
	run_fine(COMMAND("otpgate", "confirm", u.name, user_code(&u)));
	c = ATTEMPT(.user = &u, .what = IN, .answers = {user_code(&u)});
	expect_in(&c);
}
