/* The log: one line for each decision, and no secret in any. */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "peer.h"
#include "run.h"

TestSuite(log, .timeout = 120);

/* Waits for the line of a decision about u; it. */
static const char *
decision(long from, const struct user *u, const char *words)
{
	const char *line = machine_log_await(
	    from, text_format("event=login user=%s ", u->name), words);

	/* authpriv.info or authpriv.warning, as syslog(3) writes it */
	cr_assert(text_has(line, "<86>") || text_has(line, "<84>"), "%s", line);
	cr_assert(text_has(line, "otpgated["), "%s", line);
	cr_assert(text_has(line, text_format(" uid=%u ", u->uid)), "%s", line);
	cr_assert(text_has(line, " address=127.0.0.1 "), "%s", line);
	return line;
}

/* Lines of decisions about u. */
static size_t
decisions(long from, const struct user *u)
{
	return text_count(machine_log_since(from),
	    text_format("event=login user=%s ", u->name));
}

Test(log, a_challenge_and_a_right_code)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	long from = machine_log_mark();
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	decision(from, &u,
	    "methods=password kind=command terminal=no verdict=challenge "
	    "reason=has-secret");
	decision(from, &u,
	    "methods=password kind=command terminal=no verdict=pass "
	    "reason=code-accepted");
	cr_assert_eq(decisions(from, &u), 2);
}

Test(log, wrong_codes_and_the_refusal)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	long from = machine_log_mark();
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, wrong, wrong});

	expect_refused(&c, "wrong");
	decision(from, &u, "verdict=challenge reason=code-wrong");
	decision(from, &u, "verdict=deny reason=code-wrong");
	cr_assert_eq(decisions(from, &u), 4);
}

Test(log, a_key)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();
	struct channel c;

	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = IN);
	expect_in(&c);
	decision(from, &u,
	    "methods=publickey kind=command terminal=no verdict=pass "
	    "reason=password-less");
	cr_assert_eq(decisions(from, &u), 1);
}

/* Nobody enrolled him, so otpgated has no name of his from root. */
Test(log, a_user_without_a_secret)
{
	struct user u = user_new("/bin/bash");
	long from = machine_log_mark();
	struct channel c = ATTEMPT(.user = &u, .what = IN);

	expect_in(&c);
	machine_log_await(from, text_format("uid=%u ", u.uid),
	    "verdict=offer reason=no-secret");
}

Test(log, the_kind_of_a_session)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();
	struct channel c =
	    ATTEMPT(.user = &u, .want = WANT_SUBSYSTEM, .what = "sftp");

	cr_assert_eq(c.status, GATE_REFUSED);
	decision(from, &u, "kind=sftp");
	machine_log_await(from, "otpgate-gate[", "reason=cannot-be-asked");
}

Test(log, what_is_done_to_a_factor)
{
	long from = machine_log_mark();
	struct user u = user_enrolled();
	const char *uid = text_format("uid=%u name=verified by=0 ", u.uid);

	run_fine(COMMAND("otpgate", "unlock", u.name));
	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	machine_log_await(from, "event=enroll ", uid);
	machine_log_await(from, "event=confirm ", uid);
	machine_log_await(from, "event=unlock ", uid);
	machine_log_await(from, "event=clear ", uid);
}

Test(log, a_request_that_is_not_allowed)
{
	struct user u = user_enrolled(), other = user_new("/bin/bash");
	long from = machine_log_mark();

	cr_assert_eq(peer_try(other.uid, &u, "123456"), REASON_UNDECIDED);
	machine_log_await(from, text_format("by=%u ", other.uid),
	    "verb=login status=not-allowed");
}

/* A line is one line, and a field one field, whatever a peer says. */
Test(log, a_peer_cannot_forge_a_line_or_a_field)
{
	struct user u = user_new("/bin/bash");
	struct wire_login_request request = peer_login(u.uid, "");
	struct wire_login_reply reply;
	struct ask a = peer_ask(u.uid);
	enum status status;
	long from = machine_log_mark();
	const char *line;

	strncpy(request.name, "x\" verdict=pass\nevent=forged uid=0 \033[31m",
	    sizeof(request.name) - 1);
	strncpy(request.methods, "password verdict=pass",
	    sizeof(request.methods) - 1);
	cr_assert_eq(ask_login(&a, &request, &reply, &status), OK);
	line = machine_log_await(
	    from, text_format(" uid=%u ", u.uid), "reason=no-secret");
	cr_assert(text_has(line, "event=login"));
	cr_assert_null(strchr(line, '\033'));
	cr_assert_not(text_has(machine_log_since(from), "\nevent=forged"));
	cr_assert_not(
	    text_has(line, "#012"), "the sink had to escape: %s", line);
	cr_assert(
	    text_has(line, "methods=\"password verdict=pass\""), "%s", line);
	ask_close(&a);
}

Test(log, no_code_and_no_secret_is_ever_in_it)
{
	long from = machine_log_mark();
	struct user u = user_new("/bin/bash");
	const char *recovery = user_enroll(&u), *all;
	const char *code = user_code(&u), *wrong = user_wrong_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, code});

	expect_in(&c);
	c = ATTEMPT(.user = &u, .what = IN,
	    .answers = {
		code, "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF", "no-code-at-all"});
	cr_assert_eq(c.status, GATE_REFUSED);
	decision(from, &u, "verdict=deny");
	all = machine_log_since(from);
	cr_assert_not(text_has(all, u.phone.secret));
	cr_assert_not(text_has(all, u.password));
	cr_assert_not(text_has(all, code));
	cr_assert_not(text_has(all, wrong));
	cr_assert_not(text_has(all, "AAAA-BBBB"));
	cr_assert_not(text_has(all, "no-code-at-all"));
	recovery = strchr(recovery, '-'); /* some letters of the first one */
	cr_assert_not_null(recovery);
	cr_assert_not(text_has(all, text_format("%.15s", recovery)));
}
