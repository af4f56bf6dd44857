/* Exemptions, from a login's facts to the verdict, the log and explain. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/daemon/rig.h"

#define POLICY                                                              \
	POLICY_ON "exempt_groups = ( \"staff\", \"!interns\" );\n"          \
		  "exempt_networks = ( \"10.0.0.0/8\", \"!10.1.0.0/16\" );" \
		  "\n"

static struct rig f;
static struct wire_enroll_reply phone;
static struct wire_login_reply a;

static void
open_enrolled(void)
{
	rig_open(&f, POLICY);
	rig_enroll(&f, 1000, &phone);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_judge, .init = open_enrolled, .fini = close_all);

/* A number that is none of this process's groups. */
static gid_t
foreign_group(void)
{
	gid_t mine[256], gid = 60000;
	int count = getgroups(256, mine);

	cr_assert_geq(count, 0);
	for (int i = 0; i < count; i++)
		if (mine[i] >= gid)
			gid = mine[i] + 1;
	return gid == getegid() ? gid + 1 : gid;
}

/* Reads the policy again; what staff and interns are comes with it. */
static const char *
reload(uint32_t staff, uint32_t interns)
{
	const struct wire_reload_request q = {.group_count = 2,
	    .group = {{"staff", staff}, {"interns", interns}}};
	static struct wire_reload_reply reply;

	rig_connect(&f, 0);
	cr_assert_eq(send_reload(&f, &q, &reply), STATUS_OK);
	return reply.complaint;
}

/* A login of peer as uid, over a socket of this process. */
static void
log_in(uint32_t peer, uint32_t uid, const char *address)
{
	struct wire_login_request q = {.uid = uid,
	    .name = "alice",
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .methods = "password"};
	int fd[2];

	(void)snprintf(q.address, sizeof q.address, "%s", address);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	rig_connect(&f, peer);
	f.caller.fd = fd[0];
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	close(fd[0]);
	close(fd[1]);
}

static void
expect(enum verdict verdict, enum reason reason)
{
	cr_expect_eq(a.verdict, verdict, "%s", verdict_word(a.verdict));
	cr_expect_eq(a.reason, reason, "%s", reason_word(a.reason));
}

Test(daemon_judge, a_member_passes_and_the_log_says_by_which_group)
{
	cr_assert_str_eq(reload(getegid(), foreign_group()), "");
	log_in(1000, 1000, "192.0.2.7");
	expect(VERDICT_PASS, REASON_EXEMPT);
	cr_expect(f.caller.logged);
	cr_expect(f.caller.stands, "no store is needed for it");
	cr_expect_str_eq(f.caller.line.text,
	    "event=login user=alice uid=1000 name=claimed by=1000 service=ssh "
	    "address=192.0.2.7 methods=password kind=shell terminal=no "
	    "verdict=pass reason=exempt group=staff");
}

Test(daemon_judge, who_is_in_no_listed_group_is_challenged)
{
	cr_assert_str_eq(reload(foreign_group(), foreign_group()), "");
	log_in(1000, 1000, "192.0.2.7");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	cr_expect_null(strstr(f.caller.line.text, "group="));
}

Test(daemon_judge, who_is_in_an_excluded_group_is_challenged)
{
	cr_assert_str_eq(reload(getegid(), getegid()), "");
	log_in(1000, 1000, "192.0.2.7");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_judge, groups_that_the_kernel_does_not_tell_exempt_nobody)
{
	cr_assert_str_eq(reload(getegid(), foreign_group()), "");
	(void)close(f.socket[0]);
	f.socket[0] = -1;
	cr_assert_eq(rig_log_in(&f, 1000, "password", "", &a), STATUS_OK);
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

/* The groups of root's process are not those of the user. */
Test(daemon_judge, roots_groups_exempt_nobody_else)
{
	cr_assert_str_eq(reload(getegid(), foreign_group()), "");
	log_in(0, 1000, "192.0.2.7");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_judge, names_that_nobody_looked_up_exempt_nobody)
{
	log_in(1000, 1000, "192.0.2.7");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_judge, names_keep_their_meaning_when_a_policy_is_refused)
{
	cr_assert_str_eq(reload(getegid(), foreign_group()), "");
	rig_write(f.policy, "enabled = perhaps;");
	cr_assert_str_not_empty(reload(foreign_group(), foreign_group()));
	log_in(1000, 1000, "192.0.2.7");
	expect(VERDICT_PASS, REASON_EXEMPT);
}

Test(daemon_judge, an_exempt_network_passes_and_the_log_says_which)
{
	log_in(1000, 1000, "::ffff:10.2.0.7");
	expect(VERDICT_PASS, REASON_EXEMPT);
	cr_expect_not_null(
	    strstr(f.caller.line.text, "reason=exempt network=10.0.0.0/8"));
	log_in(1000, 1000, "10.1.0.7");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	log_in(1000, 1000, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_judge, without_a_secret_it_passes_also_where_one_is_required)
{
	rig_write(f.policy, POLICY "policy = \"required\";");
	cr_assert_str_eq(reload(foreign_group(), foreign_group()), "");
	log_in(1001, 1001, "10.2.0.7");
	expect(VERDICT_PASS, REASON_EXEMPT);
	log_in(1001, 1001, "192.0.2.7");
	expect(VERDICT_SETUP, REASON_SETUP_REQUIRED);
}

Test(daemon_judge, a_store_that_is_broken_does_not_end_an_exemption)
{
	f.daemon.store_good = false;
	log_in(1000, 1000, "10.2.0.7");
	expect(VERDICT_PASS, REASON_EXEMPT);
	log_in(1000, 1000, "192.0.2.7");
	expect(VERDICT_DENY, REASON_STORE_BROKEN);
	f.daemon.store_good = true;
}

Test(daemon_judge, a_policy_that_is_bad_at_the_start_exempts_nobody)
{
	f.daemon.policy_good = false;
	log_in(1000, 1000, "10.2.0.7");
	expect(VERDICT_DENY, REASON_POLICY_BROKEN);
}

Test(daemon_judge, no_other_lines_of_a_user_hide_an_exemption)
{
	for (int i = 0; i <= LINES_SHOWN; i++)
		log_in(1000, 1000, "192.0.2.7");
	cr_assert_not(f.caller.logged);
	log_in(1000, 1000, "10.2.0.7");
	cr_expect(f.caller.logged);
}

/* Anybody can claim an address. */
Test(daemon_judge, a_flood_of_exemptions_shows_so_many_lines)
{
	for (int i = 0; i < 2 * LINES_SHOWN; i++)
		log_in(1000, 1000, "10.2.0.7");
	cr_assert(f.caller.logged);
	log_in(1000, 1000, "10.2.0.7");
	cr_expect_not(f.caller.logged);
	log_in(1001, 1001, "10.2.0.7");
	cr_expect(f.caller.logged, "somebody else's");
}

/* ---- explain ---- */

static const struct wire_link *
explain(uint32_t gid, const char *address, const char *fact)
{
	struct wire_explain_request q = {.uid = 1000,
	    .methods = "password",
	    .gid = {{77}, {gid}},
	    .gid_count = 2};
	static struct wire_explain_reply reply;

	(void)snprintf(q.address, sizeof q.address, "%s", address);
	rig_connect(&f, 0);
	cr_assert_eq(send_explain(&f, &q, &reply), STATUS_OK);
	a.verdict = reply.verdict;
	a.reason = reply.reason;
	for (size_t i = 0; i < reply.link_count; i++)
		if (strcmp(reply.link[i].fact, fact) == 0)
			return &reply.link[i];
	return NULL;
}

Test(daemon_judge, explain_tells_which_exemption_fits_and_what_set_it)
{
	const struct wire_link *l;

	cr_assert_str_eq(reload(50, 60), "");
	l = explain(50, "", "exempt by");
	expect(VERDICT_PASS, REASON_EXEMPT);
	cr_assert_not_null(l);
	cr_expect_str_eq(l->value, "group=staff");
	cr_expect_not_null(strstr(l->source, "otpgate.conf:2"));
	l = explain(51, "10.2.0.7", "exempt by");
	cr_assert_not_null(l);
	cr_expect_str_eq(l->value, "network=10.0.0.0/8");
	cr_expect_not_null(strstr(l->source, "otpgate.conf:3"));
	cr_expect_null(explain(60, "", "exempt by"));
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	l = explain(60, "", "exempt_groups");
	cr_assert_not_null(l);
	cr_expect_str_eq(l->value, "staff,!interns");
}
