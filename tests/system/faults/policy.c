/*
 * A bad policy: at start password logins are refused with file and line, and
 * keys pass by the last good one; at a reload the one in force stays.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(policy_at_start, .init = world_restore, .timeout = 120);
TestSuite(policy_at_reload, .init = world_restore, .timeout = 120);
TestSuite(policy_check, .init = world_restore, .timeout = 120);

#define CONF MACHINE_POLICY

static void
reload(void)
{
	cr_assert_eq(kill(machine_daemon_pid(), SIGHUP), 0);
}

static void
expect_shut_at_start(const char *line, const char *complaint)
{
	struct pair p = pair_new();
	long from = machine_log_mark();
	struct result r;

	world_break_stopped(line);
	pair_expect_shut(&p, complaint);
	machine_log_await(from, "event=policy-refused", complaint);
	r = run(COMMAND("otpgate", "status"));
	cr_assert(text_has(r.out->bytes, complaint) ||
		text_has(r.err->bytes, complaint),
	    "%s%s", r.out->bytes, r.err->bytes);
	/* Mended, it is taken without a restart. */
	world_mend_policy();
	reload();
	pair_expect_served(&p);
}

static void
expect_kept_at_reload(const char *line, const char *complaint)
{
	struct pair p = pair_new();
	long from = machine_log_mark();

	world_break(line);
	reload();
	machine_log_await(from, "event=policy-refused", complaint);
	machine_log_await(from, "event=policy-refused", "stays in force");
	pair_expect_served(&p);
}

/* name, a line of sh(1) that breaks it, what is said of it */
#define BAD_POLICY(name, line, complaint)               \
	Test(policy_at_start, name)                     \
	{                                               \
		expect_shut_at_start(line, complaint);  \
	}                                               \
	Test(policy_at_reload, name)                    \
	{                                               \
		expect_kept_at_reload(line, complaint); \
	}

#define ADD(text) "echo '" text "' >>" CONF
#define LINE(n) CONF ":" #n

BAD_POLICY(missing, "rm " CONF, CONF)
BAD_POLICY(missing_conf_d, "rm -r /etc/otpgate/conf.d", "/etc/otpgate/conf.d")
BAD_POLICY(empty, ": >" CONF, CONF)
BAD_POLICY(unreadable, "chown root:root " CONF "; chmod 0600 " CONF, CONF)
BAD_POLICY(writable_by_others, "chmod 0666 " CONF, CONF)
BAD_POLICY(owned_by_somebody, "chown nobody " CONF, CONF)
BAD_POLICY(a_symbolic_link,
    "mv " CONF " " CONF ".real; ln -s " CONF ".real " CONF, CONF)
BAD_POLICY(a_directory, "rm " CONF "; mkdir " CONF, CONF)
BAD_POLICY(cut_off_behind_a_comment, "sed -i '/^enabled/,$d' " CONF, CONF)
BAD_POLICY(unknown_key, "echo 'colour = 1;' >" CONF, LINE(1))
BAD_POLICY(unknown_key_in_conf_d,
    "echo 'colour = 1;' >/etc/otpgate/conf.d/50-x.conf",
    "/etc/otpgate/conf.d/50-x.conf:1")
BAD_POLICY(value_out_of_range,
    "printf 'enabled = true;\\nssh = true;\\nwindow = 11;\\n' >" CONF, LINE(3))
BAD_POLICY(value_of_the_wrong_type,
    "printf 'enabled = \"yes\";\\nssh = true;\\n' >" CONF, LINE(1))
BAD_POLICY(word_that_is_none,
    "printf 'enabled = true;\\nssh = true;\\npolicy = \"maybe\";\\n' >" CONF,
    LINE(3))
BAD_POLICY(
    syntax_error, "printf 'enabled = true;\\nssh = = true;\\n' >" CONF, LINE(2))
BAD_POLICY(
    a_nul_byte, "printf 'enabled = true;\\n\\0ssh = true;\\n' >" CONF, CONF)
BAD_POLICY(too_long, "head -c 1000000 /dev/zero | tr '\\0' '#' >" CONF, CONF)
BAD_POLICY(an_include, "echo '@include \"/etc/passwd\"' >" CONF, CONF)

/* ---- checking it ---- */

#define BAD_FILE MACHINE_RUN "/bad.conf"
#define GOOD_FILE MACHINE_RUN "/good.conf"

Test(policy_check, anybody_may_check_and_every_error_is_listed)
{
	struct result r;

	machine_put(BAD_FILE,
	    "enabled = true;\nssh = true;\ncolour = 1;\nwindow = 11;\n"
	    "digits = \"six\";\n",
	    0644);
	r = run_as(65534, COMMAND("/usr/sbin/otpgated", "-t", BAD_FILE), NULL);
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, BAD_FILE ":3"), "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, BAD_FILE ":4"), "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, BAD_FILE ":5"), "%s", r.err->bytes);
	r = run_as(
	    65534, COMMAND("otpgate", "policy", "check", BAD_FILE), NULL);
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, BAD_FILE ":5"), "%s", r.err->bytes);
}

Test(policy_check, a_good_file_is_good_and_changes_nothing)
{
	struct result r;

	machine_put(GOOD_FILE, "enabled = false;\nssh = false;\n", 0644);
	r = run_as(65534, COMMAND("/usr/sbin/otpgated", "-t", GOOD_FILE), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(
	    text_json(run_fine(COMMAND("otpgate", "explain", "root", "--method",
			  "publickey", "--json")),
		"reason"),
	    "password-less");
}

Test(policy_check, the_shipped_policy_is_good)
{
	run_fine(COMMAND("otpgate", "policy", "check"));
	run_fine(COMMAND("/usr/sbin/otpgated", "-t"));
}

Test(policy_check, a_value_that_cannot_be_is_not_set)
{
	struct result r =
	    run(COMMAND("otpgate", "policy", "set", "window", "11"));

	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, "0 to 10"), "%s", r.err->bytes);
	r = run(COMMAND("otpgate", "policy", "set", "colour", "1"));
	cr_assert_neq(r.status, 0);
	cr_assert(text_has(r.err->bytes, "colour"), "%s", r.err->bytes);
	run_fine(COMMAND("otpgate", "policy", "check"));
}

/* sshd's drop-in lets keys in while otpgated is down: both cannot be. */
Test(policy_check, keys_cannot_be_asked_while_they_pass_without_otpgated)
{
	static const char *const set[][2] = {
	    {"challenge_methods", "publickey"}, {"passwordless", "hostbased"}};
	struct result r;

	for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
		r = run(
		    COMMAND("otpgate", "policy", "set", set[i][0], set[i][1]));
		cr_assert_eq(r.status, 1, "%s", set[i][0]);
		cr_assert(text_has(r.err->bytes, "--fallback=publickey"), "%s",
		    r.err->bytes);
	}
	run_fine(COMMAND(
	    "otpgate", "policy", "set", "passwordless", "publickey,hostbased"));
}

/* Drafts a policy, and is gone when it is to say whether it took it. */
static void
draft_and_go(int fd)
{
	const struct wire_draft_reply draft = {
	    .state = DRAFT_GOOD, .text = "window = 2;\n"};
	static uint8_t in[WIRE_REQUEST_MAX], out[WIRE_REPLY_MAX];
	struct writer w;
	struct reader r;
	enum verb verb;

	reader_init(&r, in, peer_receive(fd, in, sizeof in));
	if (get_request_header(&r, &verb) != STATUS_OK || verb != VERB_draft)
		return;
	writer_init(&w, out, sizeof out);
	put_reply_header(&w, verb, STATUS_OK);
	put_draft_reply(&w, &draft);
	(void)peer_send(fd, out, w.used);
	/* Until it is read: the end of a connection may overtake nothing. */
	(void)peer_receive(fd, in, sizeof in);
}

Test(policy_check, a_change_that_otpgated_does_not_answer_is_told_of)
{
	const char *own = "/etc/otpgate/conf.d/90-otpgate.conf";
	const char *before = machine_get(own);
	struct result r;
	pid_t pid;

	machine_daemon_stop("TERM");
	pid = peer_stand_in(draft_and_go);
	r = run(COMMAND("otpgate", "policy", "set", "window", "2"));
	(void)kill(pid, SIGKILL);
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert_str_eq(machine_get(own), before);
	cr_assert(text_has(r.err->bytes, "systemctl reload otpgated"), "%s",
	    r.err->bytes);
}

Test(policy_check, a_file_that_overrules_what_was_set_is_named)
{
	struct result r;

	machine_put("/etc/otpgate/conf.d/95-site.conf", "window = 2;\n", 0644);
	r = run(COMMAND("otpgate", "policy", "set", "window", "1"));
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, "/etc/otpgate/conf.d/95-site.conf:1"),
	    "%s", r.err->bytes);
}

/* ---- the switches ---- */

TestSuite(switches, .init = world_restore, .timeout = 120);

static void
expect_nobody_asked(const struct user *enrolled)
{
	struct channel c = ATTEMPT(.user = enrolled, .what = IN);

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(switches, while_all_is_off_nobody_is_asked)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("otpgate", "disable"));
	expect_nobody_asked(&u);
}

Test(switches, while_ssh_is_off_nobody_is_asked)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("otpgate", "disable", "ssh"));
	expect_nobody_asked(&u);
}

Test(switches, off_and_on_again_asks_again)
{
	struct pair p = pair_new();

	run_fine(COMMAND("otpgate", "disable"));
	run_fine(COMMAND("otpgate", "enable"));
	pair_expect_served(&p);
}

/*
 * Nor did somebody prove anything who waited at the prompt: where sshd does not
 * tell, that is not enough.
 */
Test(switches, turned_off_at_a_prompt_of_an_untold_login_lets_nobody_in)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD,
	    sshd_start(sshd_gate_changed(
		COMMAND("ExposeAuthInfo yes", "ExposeAuthInfo no"))));
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_await(&c, PROMPT);
	run_fine(COMMAND("otpgate", "disable"));
	channel_send(&c, "000000\n");
	channel_finish(&c);
	expect_refused(&c, "sshd did not tell");
	login_close(&l);
}

Test(switches, they_outlive_otpgated)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("otpgate", "disable"));
	world_break_stopped(":");
	expect_nobody_asked(&u);
}

Test(switches, as_shipped_both_are_off)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();

	world_break("rm -f /etc/otpgate/conf.d/*");
	reload();
	machine_log_await(from, "event=policy-turned-off", "enabled=false");
	expect_nobody_asked(&u);
}

/* ---- required ---- */

/* An administrator with a second factor, by the group that Debian has. */
static struct user
admin_new(void)
{
	struct user u = user_enrolled();

	run_fine(COMMAND("usermod", "-a", "-G", "sudo", u.name));
	return u;
}

/* `otpgate policy set KEY VALUE` with a code in the environment, and more. */
static struct result
set_with(const char *code, const char *key, const char *value,
    const char *option, const char *word)
{
	return run(COMMAND("env", text_format("OTPGATE_CODE=%s", code),
	    "otpgate", "policy", "set", key, value, option, word));
}

static void
require(struct user *admin)
{
	struct result r = set_with(
	    user_code(admin), "policy", "required", "--admin", admin->name);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.out->bytes, "policy is now \"required\""), "%s",
	    r.out->bytes);
}

static void
expect_refusal(const char *const command[], const char *sentence)
{
	struct result r = run(command);

	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, sentence), "%s", r.err->bytes);
}

#define EXPECT_REFUSAL(sentence, ...) \
	expect_refusal(COMMAND(__VA_ARGS__), sentence)

static void
expect_policy(const char *value)
{
	const char *shown =
	    run_fine(COMMAND("otpgate", "policy", "show", "--json"));
	const char *at = strstr(shown, "\"policy\"");

	cr_assert_not_null(at);
	cr_assert_str_eq(text_json(at, "value"), value);
}

Test(switches, required_shuts_out_who_has_no_secret_but_not_his_key)
{
	struct user u = user_new("/bin/bash"), admin = admin_new();
	struct channel c;

	require(&admin);
	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .what = IN);
	expect_refused(&c, "everybody needs a second factor");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = IN);
	expect_in(&c);
}

Test(switches, required_needs_both_switches)
{
	run_fine(COMMAND("otpgate", "disable", "ssh"));
	EXPECT_REFUSAL("while enabled or ssh is false", "otpgate", "policy",
	    "set", "policy", "required");
}

/* ---- the guards of required ---- */

TestSuite(guards, .init = world_restore, .timeout = 120);

Test(guards, required_needs_an_administrator_with_a_second_factor)
{
	struct user u = user_enrolled();
	struct result r;

	/* Enrolled, and no administrator; an administrator, not enrolled. */
	EXPECT_REFUSAL("before a member of admin_groups", "otpgate", "policy",
	    "set", "policy", "required");
	r = set_with(user_code(&u), "policy", "required", "--admin", u.name);
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "in none of the groups of"), "%s",
	    r.err->bytes);
	expect_policy("optional");
}

Test(guards, required_needs_a_code_and_a_code_opens_once)
{
	struct user admin = admin_new();
	const char *code = user_code(&admin);
	long from = machine_log_mark();
	struct channel c;
	struct result r;

	r = set_with(user_wrong_code(&admin), "policy", "required", NULL, NULL);
	cr_assert_eq(r.status, 1);
	cr_assert(
	    text_has(r.err->bytes, "this code is wrong"), "%s", r.err->bytes);
	machine_log_await(from, "event=policy-proof", "reason=code-wrong");
	expect_policy("optional");
	/* The only one who is enrolled: no name is needed. */
	r = set_with(code, "policy", "required", NULL, NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	machine_log_await(from, "event=policy-proof", "reason=code-accepted");
	expect_policy("required");
	c = ATTEMPT(.user = &admin, .what = IN, .answers = {code});
	expect_refused(&c, "used already");
}

Test(guards, without_a_terminal_and_without_a_code_it_says_what_is_needed)
{
	struct user admin = admin_new();
	struct result r = run(COMMAND("setsid", "-w", "otpgate", "policy",
	    "set", "policy", "required", "--admin", admin.name));

	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "OTPGATE_CODE"), "%s", r.err->bytes);
	expect_policy("optional");
}

Test(guards, a_recovery_code_counts)
{
	struct user admin = user_new("/bin/bash");
	const char *codes = user_enroll(&admin);
	struct result r;

	run_fine(COMMAND("usermod", "-a", "-G", "sudo", admin.name));
	r = set_with(
	    user_recovery_code(codes), "policy", "required", NULL, NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_policy("required");
}

Test(guards, of_two_administrators_the_terminal_says_whose_code_it_is)
{
	struct user one = admin_new(), two = admin_new();
	struct terminal t;

	terminal_start(&t,
	    COMMAND("env", "-u", "SUDO_UID", "otpgate", "policy", "set",
		"policy", "required"));
	terminal_await(&t, "Administrator: ");
	terminal_type(&t, text_format("%s\n", two.name));
	terminal_await(&t, text_format("code of %s", two.name));
	terminal_await(&t, PROMPT);
	terminal_type(&t, text_format("%s\n", user_wrong_code(&two)));
	terminal_await(&t, "wrong");
	terminal_await(&t, PROMPT);
	terminal_type(&t, text_format("%s\n", user_code(&two)));
	cr_assert_eq(terminal_finish(&t), 0);
	expect_policy("required");
	(void)one;
}

Test(guards, who_runs_it_by_sudo_proves_his_own_code)
{
	struct user one = admin_new(), two = admin_new();
	struct result r =
	    run(COMMAND("env", text_format("SUDO_UID=%d", (int)two.uid),
		text_format("OTPGATE_CODE=%s", user_code(&two)), "otpgate",
		"policy", "set", "policy", "required"));

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_policy("required");
	(void)one;
}

Test(guards, a_primary_group_makes_an_administrator_too)
{
	struct user admin = user_enrolled();
	struct result r;

	run_fine(
	    COMMAND("otpgate", "policy", "set", "admin_groups", admin.name));
	r = set_with(user_code(&admin), "policy", "required", NULL, NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_policy("required");
}

Test(guards, while_required_the_switches_and_an_administrator_stay)
{
	struct user admin = admin_new();

	require(&admin);
	EXPECT_REFUSAL(
	    "neither switch can be turned off", "otpgate", "disable");
	EXPECT_REFUSAL(
	    "neither switch can be turned off", "otpgate", "disable", "ssh");
	run_fine(COMMAND("otpgate", "enable"));
	EXPECT_REFUSAL("neither switch can be turned off", "otpgate", "policy",
	    "set", "ssh", "false");
	EXPECT_REFUSAL("of these groups nobody has", "otpgate", "policy", "set",
	    "admin_groups", "daemon");
	expect_policy("required");
	run_fine(COMMAND("otpgate", "policy", "set", "admin_groups", "sudo"));
}

Test(guards, optional_is_set_without_a_code_and_logged)
{
	struct user admin = admin_new();
	long from = machine_log_mark();

	require(&admin);
	run_fine(COMMAND("otpgate", "policy", "set", "policy", "optional"));
	machine_log_await(from, "event=policy-relaxed", "policy=optional");
	expect_policy("optional");
	run_fine(COMMAND("otpgate", "disable"));
}

Test(guards, forced_it_passes_and_each_guard_is_logged)
{
	long from = machine_log_mark();
	struct result r = run(COMMAND(
	    "otpgate", "policy", "set", "policy", "required", "--force"));

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, "past the guard \"administrator\""),
	    "%s", r.err->bytes);
	machine_log_await(from, "event=forced", "guard=administrator");
	machine_log_await(from, "event=forced", "guard=code");
	expect_policy("required");
}

Test(guards, forced_off_two_factor_is_off_and_the_policy_optional)
{
	struct user admin = admin_new(), plain = user_new("/bin/bash");
	long from = machine_log_mark();
	struct channel c;

	require(&admin);
	run_fine(COMMAND("otpgate", "disable", "--force"));
	machine_log_await(from, "event=forced", "guard=switches");
	expect_policy("optional");
	c = ATTEMPT(.user = &plain, .what = IN);
	expect_in(&c);
	run_fine(COMMAND("otpgate", "enable"));
}
