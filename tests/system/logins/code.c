/* Codes: right, wrong, used, malformed; how many tries; recovery codes. */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"

TestSuite(code, .timeout = 120);

/* ---- right ---- */

Test(code, a_right_code_runs_the_command_with_its_exit_status)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u,
	    .what = "echo out; echo err >&2; exit 3", .answers = {code});

	cr_assert_str_eq(c.out->bytes, "out\n");
	cr_assert(text_has(c.err->bytes, "err\n"));
	cr_assert_eq(c.status, 3);
}

Test(code, a_right_code_opens_the_shell)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .want = WANT_SHELL, .terminal = true,
		.answers = {code}, .input = "echo i-am-$(id -un); exit 5\n");

	cr_assert(text_has(c.out->bytes, text_format("i-am-%s", u.name)));
	cr_assert_eq(c.status, 5);
}

Test(code, a_right_code_after_two_wrong_ones_opens_and_tells_of_them)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u), *code = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, wrong, code});

	expect_in(&c);
	cr_assert_eq(text_count(c.err->bytes, "this code is wrong"), 2);
	cr_assert(text_has(c.err->bytes, "2 wrong codes were given"));
}

static void
expect_form_works(const char *option, const char *value, struct phone form)
{
	struct user u = user_new("/bin/bash");
	const char *json = run_fine(
	    COMMAND("otpgate", "enroll", u.name, "--json", option, value));
	const char *code;
	struct channel c;

	u.phone = form;
	strncpy(u.phone.secret, text_json(json, "secret"),
	    sizeof(u.phone.secret) - 1);
	run_fine(COMMAND("otpgate", "confirm", u.name, user_code(&u)));
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(code, eight_digits_work)
{
	expect_form_works("--digits", "8",
	    (struct phone){.algorithm = "sha1", .digits = 8, .period = 30});
}

Test(code, steps_of_sixty_seconds_work)
{
	expect_form_works("--period", "60",
	    (struct phone){.algorithm = "sha1", .digits = 6, .period = 60});
}

Test(code, sha512_works)
{
	expect_form_works("--algorithm", "sha512",
	    (struct phone){.algorithm = "sha512", .digits = 6, .period = 30});
}

/* ---- wrong ---- */

Test(code, three_wrong_codes_end_the_session)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, wrong, wrong});

	expect_refused(&c, "no tries are left");
	cr_assert_eq(channel_prompts(&c), 3);
	cr_assert_eq(text_count(c.err->bytes, "this code is wrong"), 3);
}

Test(code, a_code_of_somebody_else_is_wrong)
{
	struct user u = user_enrolled(), other = user_enrolled();
	const char *code = user_code(&other), *own = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {code, own});

	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "this code is wrong"));
}

Test(code, a_used_code_is_refused_and_says_when_the_next_one_comes)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u), *next = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, next});
	expect_in(&c);
	cr_assert(text_has(c.err->bytes,
	    "this code was used already; the next one comes in "));
}

Test(code, a_code_older_than_an_accepted_one_is_refused)
{
	struct user u = user_enrolled();
	const char *older = user_code(&u), *newer = user_code(&u);
	const char *newest = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {newer});

	expect_in(&c);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {older, newest});
	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "this code was used already"));
}

Test(code, the_code_that_confirmed_a_secret_is_used)
{
	struct user u = user_new("/bin/bash");
	const char *code, *next;
	struct channel c;

	user_enroll_pending(&u);
	code = user_code(&u);
	next = user_code(&u);
	run_fine(COMMAND("otpgate", "confirm", u.name, code));
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, next});
	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "this code was used already"));
}

/* ---- the brake ---- */

/* Uses up the ten tries that there are at once. */
static void
spend_budget(const struct user *u)
{
	const char *wrong = user_wrong_code(u);
	int i;

	for (i = 0; i < 4; i++) {
		struct channel c = ATTEMPT(.user = u, .what = IN,
		    .answers = {wrong, wrong, wrong});

		cr_assert_eq(c.status, GATE_REFUSED);
	}
}

Test(code, too_many_wrong_codes_shut_out_right_ones_and_say_how_long)
{
	struct user u = user_enrolled();
	const char *code;
	struct channel c;

	spend_budget(&u);
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, code, code});
	expect_refused(&c, "too many wrong codes; try again in ");
	cr_assert(text_has(c.err->bytes, " or use a recovery code"));
}

Test(code, after_too_many_wrong_codes_unlock_helps)
{
	struct user u = user_enrolled();
	const char *code;
	struct channel c;

	spend_budget(&u);
	run_fine(COMMAND("otpgate", "unlock", u.name));
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(code, wrong_codes_of_one_user_cost_another_nothing)
{
	struct user u = user_enrolled(), other = user_enrolled();
	const char *code;
	struct channel c;

	spend_budget(&u);
	code = user_code(&other);
	c = ATTEMPT(.user = &other, .what = IN, .answers = {code});
	expect_in(&c);
}

/* ---- recovery codes ---- */

Test(code, a_recovery_code_opens_once)
{
	struct user u = user_new("/bin/bash");
	const char *recovery = user_recovery_code(user_enroll(&u)), *code;
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {recovery});

	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "9 recovery codes are left"));
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {recovery, code});
	expect_in(&c);
	cr_assert(
	    text_has(c.err->bytes, "this recovery code was used already"));
}

Test(code, a_recovery_code_opens_after_too_many_wrong_codes)
{
	struct user u = user_new("/bin/bash");
	const char *recovery = user_recovery_code(user_enroll(&u));
	struct channel c;

	spend_budget(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {recovery});
	expect_in(&c);
	cr_assert(text_has(c.err->bytes, "knows your password"));
}

/* Its user may have forgotten that file, or somebody else has written it. */
Test(code, a_refused_one_of_the_environment_tells_where_it_can_be_from)
{
	struct user u = user_enrolled();
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .code = user_wrong_code(&u));

	expect_refused(&c, "~/.pam_environment");
}
