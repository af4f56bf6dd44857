/*
 * Exemptions by group and by network.  They are everybody's policy, so these
 * cases run one after the other.
 */
#include <criterion/criterion.h>
#include <signal.h>

#include "machine.h"
#include "run.h"
#include "world.h"

TestSuite(exempt, .init = world_restore, .timeout = 120);

#define CONF "/etc/otpgate/conf.d/50-site.conf"

/* A group that is new; the same name in all cases would meet old members. */
static const char *
group_new(void)
{
	static int made;
	const char *name = text_format("og%d-%d", (int)getpid(), made++);

	run_fine(COMMAND("groupadd", name));
	return name;
}

static void
join(const struct user *u, const char *group)
{
	run_fine(COMMAND("usermod", "-a", "-G", group, u->name));
}

static void
set(const char *key, const char *value)
{
	run_fine(COMMAND("otpgate", "policy", "set", key, value));
}

/* In with the password alone, and told nothing; the log line. */
static const char *
expect_exempt(const struct user *u, const char *by)
{
	long from = machine_log_mark();
	struct channel c = ATTEMPT(.user = u, .what = IN);

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
	cr_assert_str_eq(c.err->bytes, "");
	return machine_log_await(from, "event=login", by);
}

static void
expect_asked(struct user *u)
{
	const char *code = user_code(u);
	struct channel c = ATTEMPT(.user = u, .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

Test(exempt, a_member_passes_with_the_password_alone_and_is_logged)
{
	struct user member = user_enrolled(), other = user_enrolled();
	const char *group = group_new();
	const char *line;

	join(&member, group);
	set("exempt_groups", group);
	line = expect_exempt(&member, text_format("group=%s", group));
	cr_assert(text_has(line, "verdict=pass reason=exempt"), "%s", line);
	cr_assert(text_has(line, member.name), "%s", line);
	expect_asked(&other);
}

Test(exempt, a_member_of_an_excluded_group_is_asked)
{
	struct user u = user_enrolled();
	const char *group = group_new(), *excluded = group_new();

	join(&u, group);
	set("exempt_groups", text_format("!%s,%s", excluded, group));
	expect_exempt(&u, "reason=exempt");
	join(&u, excluded);
	expect_asked(&u);
}

Test(exempt, a_primary_group_counts)
{
	struct user u = user_enrolled();

	set("exempt_groups", u.name);
	expect_exempt(&u, text_format("group=%s", u.name));
}

Test(exempt, under_the_required_policy_a_member_needs_no_secret)
{
	struct user u = user_new("/bin/bash"), other = user_new("/bin/bash");
	const char *group = group_new();
	struct channel c;

	join(&u, group);
	set("exempt_groups", group);
	world_break("printf 'policy = \"required\";\\n' >" CONF);
	cr_assert_eq(kill(machine_daemon_pid(), SIGHUP), 0);
	expect_exempt(&u, "reason=exempt");
	c = ATTEMPT(.user = &other, .what = IN);
	expect_refused(&c, "everybody needs a second factor");
}

Test(exempt, a_network_passes_in_both_families)
{
	struct user u = user_enrolled();

	set("exempt_networks", "127.0.0.0/8,::1/128");
	expect_exempt(&u, "network=");
	set("exempt_networks", "127.0.0.0/8,::1/128,!127.0.0.1,!::1");
	expect_asked(&u);
}

Test(exempt, a_network_elsewhere_does_not)
{
	struct user u = user_enrolled();

	set("exempt_networks", "192.0.2.0/24,2001:db8::/32");
	expect_asked(&u);
}

Test(exempt, groups_are_known_after_a_restart)
{
	struct user u = user_enrolled();
	const char *group = group_new();

	join(&u, group);
	set("exempt_groups", group);
	world_break_stopped(":");
	expect_exempt(&u, "reason=exempt");
}

/* A reload by the signal looks nothing up, and says so. */
Test(exempt, a_group_that_nobody_looked_up_exempts_nobody)
{
	struct user u = user_enrolled();
	const char *group = group_new();
	long from = machine_log_mark();

	join(&u, group);
	machine_put(
	    CONF, text_format("exempt_groups = ( \"%s\" );\n", group), 0644);
	cr_assert_eq(kill(machine_daemon_pid(), SIGHUP), 0);
	machine_log_await(from, "event=group-unknown", group);
	expect_asked(&u);
	set("window", text_format("%d", MACHINE_WINDOW));
	expect_exempt(&u, "reason=exempt");
}

Test(exempt, a_group_that_is_not_there_is_not_set_and_refuses_nobody)
{
	struct pair p = pair_new();
	long from = machine_log_mark();
	struct result r =
	    run(COMMAND("otpgate", "policy", "set", "exempt_groups", "nix-da"));

	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, "there is no group \"nix-da\""), "%s",
	    r.err->bytes);
	machine_put(CONF, "exempt_groups = ( \"nix-da\" );\n", 0644);
	world_break_stopped(":");
	machine_log_await(from, "event=group-unknown", "nix-da");
	pair_expect_served(&p);
}

Test(exempt, explain_tells_which_one_fits_with_file_and_line)
{
	struct user u = user_enrolled();
	const char *group = group_new(), *said;

	join(&u, group);
	set("exempt_groups", group);
	said = run_fine(COMMAND(
	    "otpgate", "explain", u.name, "--method", "password", "--json"));
	cr_assert_str_eq(text_json(said, "verdict"), "pass");
	cr_assert_str_eq(text_json(said, "reason"), "exempt");
	cr_assert(
	    text_has(said, text_format("\"group=%s\"", group)), "%s", said);
	cr_assert(text_has(said, "90-otpgate.conf:"), "%s", said);
	set("exempt_groups", "");
	set("exempt_networks", "192.0.2.0/24");
	said = run_fine(COMMAND("otpgate", "explain", u.name, "--method",
	    "password", "--from", "192.0.2.7", "--json"));
	cr_assert_str_eq(text_json(said, "reason"), "exempt");
	said = run_fine(COMMAND("otpgate", "explain", u.name, "--method",
	    "password", "--from", "192.0.3.7", "--json"));
	cr_assert_str_eq(text_json(said, "reason"), "has-secret");
}

Test(exempt, lists_that_cannot_be_are_complained_of_with_file_and_line)
{
	struct result r;

	machine_put("/etc/otpgate/conf.d/50-site.conf",
	    "exempt_networks = ( \"10.1.0.0/8\" );\n"
	    "exempt_groups = ( \"!staff\" );\n",
	    0644);
	r = run(COMMAND("otpgate", "policy", "check"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, CONF ":1: exempt_networks"), "%s",
	    r.err->bytes);
	cr_assert(text_has(r.err->bytes, CONF ":2: exempt_groups"), "%s",
	    r.err->bytes);
	r = run(COMMAND("otpgate", "policy", "set", "exempt_groups", "!root"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "only excludes"), "%s", r.err->bytes);
}
