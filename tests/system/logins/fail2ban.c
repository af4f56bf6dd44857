/*
 * The filter for fail2ban, by fail2ban's own fail2ban-regex, on what otpgated
 * wrote of real logins: in the forms of syslog's files and of the journal.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "peer.h"
#include "run.h"

#define SHIPPED "/usr/share/otpgate/fail2ban/filter.d/otpgate.conf"
#define ADDRESS "127.0.0.1"

TestSuite(fail2ban, .timeout = 120);

/* A form of the log: what stands before "otpgated[PID]: ". */
static const char *const forms[] = {
    "Nov 25 00:58:49 host ",		      /* rsyslog's, as ever */
    "2026-11-25T00:58:49.123456+00:00 host ", /* Debian 12's */
    "host ",				      /* the journal's */
};

/* The lines of otpgated about uid after from, each behind form. */
static const char *
lines_of(long from, uid_t uid, const char *form)
{
	const char *line = machine_log_since(from);
	const char *mark = text_format(" uid=%u ", uid);
	struct text *out = text_new();

	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		const char *whole = text_format("%.*s", (int)length, line);
		const char *said = strstr(whole, " otpgated[");

		if (said != NULL && text_has(said, mark)) {
			text_add(out, form, strlen(form));
			text_add(out, said + 1, strlen(said + 1));
			text_add(out, "\n", 1);
		}
		line += length;
		line += *line == '\n';
	}
	return out->bytes;
}

/* What the filter, with these options, finds in lines: addresses. */
static const char *
found_in(const char *lines, const char *options, uid_t uid)
{
	const char *file = text_format("/tmp/fail2ban.%u", uid);

	machine_put(file, lines, 0600);
	return run_fine(COMMAND("fail2ban-regex", "-o", "ip", file,
	    text_format("%s%s", SHIPPED, options)));
}

/* Fails unless it finds so many in each form, and no other address. */
static void
expect_found(long from, const struct user *u, size_t count)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		const char *lines = lines_of(from, u->uid, forms[i]);
		const char *found = found_in(lines, "", u->uid);

		cr_assert(text_has(lines, "event=login"), "%s", lines);
		cr_assert_eq(text_count(found, ADDRESS "\n"), count, "%s%s",
		    lines, found);
		cr_assert_eq(
		    text_count(found, "\n"), count, "%s%s", lines, found);
	}
}

Test(fail2ban, wrong_codes_and_the_refusal)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	long from = machine_log_mark();
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, wrong, wrong});

	expect_refused(&c, "wrong");
	machine_log_await(from, text_format(" uid=%u ", u.uid), "verdict=deny");
	expect_found(from, &u, 3);
	/* The gate runs as the user: its address is not sshd's word. */
	cr_assert_str_eq(
	    found_in(lines_of(from, u.uid, forms[0]), "[by=0]", u.uid), "");
}

Test(fail2ban, a_refusal_for_a_code_that_was_used)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	long from = machine_log_mark();
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	expect_found(from, &u, 0);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, "no", "no"});
	cr_assert_eq(c.status, GATE_REFUSED);
	machine_log_await(from, text_format(" uid=%u ", u.uid), "verdict=deny");
	expect_found(from, &u, 1);
}

Test(fail2ban, questions_keys_and_codes_that_open_are_nothing)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	long from = machine_log_mark();
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = IN);
	expect_in(&c);
	machine_log_await(
	    from, text_format(" uid=%u ", u.uid), "reason=password-less");
	expect_found(from, &u, 0);
}

/* ---- what a peer of the socket can say ---- */

/* Three wrong codes in a login of u that describes itself so. */
static void
guess(const struct user *u, const char *name, const char *methods,
    const char *address)
{
	struct wire_login_request login = peer_login(u->uid, "");
	struct wire_code_request code = {.code = "no code"};
	struct wire_login_reply reply;
	struct ask a = peer_ask(u->uid);
	enum status status;

	(void)snprintf(login.name, sizeof login.name, "%s", name);
	(void)snprintf(login.methods, sizeof login.methods, "%s", methods);
	(void)snprintf(login.address, sizeof login.address, "%s", address);
	cr_assert_eq(ask_login(&a, &login, &reply, &status), OK);
	while (reply.verdict == VERDICT_CHALLENGE)
		cr_assert_eq(ask_code(&a, &code, &reply, &status), OK);
	ask_close(&a);
}

/* Fails unless after guess() nothing, or ADDRESS alone, is found. */
static void
expect_no_other(
    const char *name, const char *methods, const char *address, size_t count)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();

	guess(&u, name, methods, address);
	machine_log_await(from, text_format(" uid=%u ", u.uid), "verdict=deny");
	expect_found(from, &u, count);
}

#define FORGED                                                    \
	"x by=0 service=ssh address=192.0.2.66 methods=password " \
	"kind=shell terminal=no verdict=deny reason=code-wrong "
#define LINE "otpgated[1]: event=login user=x uid=0 by=0 " FORGED

Test(fail2ban, a_name_reaches_out_of_no_field)
{
	expect_no_other(FORGED, "password", ADDRESS, 1);
	expect_no_other("\"" FORGED "\"", "password", ADDRESS, 1);
	expect_no_other("x\" " FORGED, "password", ADDRESS, 1);
	expect_no_other("x\nhost " LINE, "password", ADDRESS, 1);
	expect_no_other("x\\\" " FORGED, "password", ADDRESS, 1);
}

Test(fail2ban, methods_reach_out_of_no_field)
{
	expect_no_other("x", FORGED, ADDRESS, 1);
	expect_no_other("x", "password\nhost " LINE, ADDRESS, 1);
}

Test(fail2ban, what_is_no_address_is_nothing)
{
	expect_no_other("x", "password", "", 0);
	expect_no_other("x", "password", "localhost", 0);
	expect_no_other("x", "password", "192.0.2.66 methods=password", 0);
	expect_no_other("x", "password", "x address=192.0.2.66", 0);
}

/* As a line of another program, and as a command that sshd's log may hold. */
Test(fail2ban, other_programs_lines_are_nothing)
{
	static const char *const said[] = {
	    "sshd[7]: " LINE,
	    "sshd[7]: Invalid user " LINE " from 192.0.2.1 port 7",
	    "sudo[7]: bob : COMMAND=/bin/echo " LINE,
	    "otpgate-gate[7]: event=gate-refused user=x uid=1 " FORGED,
	    "otpgated[7]: event=policy-refused message=\"" LINE "\"",
	};

	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++)
			cr_assert_str_eq(
			    found_in(text_format("%s%s\n", forms[k], said[i]),
				"", SOME_UID),
			    "", "%s%s", forms[k], said[i]);
}
