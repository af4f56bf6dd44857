/* What term/sentence.c says, and that it can be shown anywhere. */
#include "term/sentence.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

/* What is left of 80 columns after "otpgate: ". */
#define COLUMNS 71

static char text[SENTENCE_MAX];

static const char *
login(enum verdict v, enum reason r, int64_t wait)
{
	struct wire_login_reply reply = {.verdict = (uint8_t)v,
	    .reason = (uint8_t)r,
	    .wait = wait,
	    .tries = 1,
	    .left = 10,
	    .recovery_left = 10};

	return sentence_login(text, &reply);
}

/*
 * Printable ASCII, no line too long, no newline at the end; and it sends
 * nobody to an administrator, who may be the one that reads it.
 */
static void
expect_showable(const char *sentence, const char *of)
{
	size_t column = 0;

	cr_expect_null(strstr(sentence, "administrator"), "%s", of);
	for (const char *c = sentence; *c != '\0'; c++) {
		column = *c == '\n' ? 0 : column + 1;
		cr_expect(*c == '\n' || (*c >= ' ' && *c <= '~'), "%s", of);
		cr_expect_leq(column, COLUMNS, "%s: %s", of, sentence);
	}
	if (sentence[0] != '\0')
		cr_expect_neq(sentence[strlen(sentence) - 1], '\n', "%s", of);
}

Test(term_sentence, says_what_the_person_can_do)
{
	cr_expect_str_eq(login(VERDICT_CHALLENGE, REASON_CODE_USED, 12),
	    "this code was used already; the next one comes in 12 s");
	cr_expect_str_eq(login(VERDICT_CHALLENGE, REASON_CODE_USED, 0),
	    "this recovery code was used already; each works once");
	cr_expect_not_null(strstr(
	    login(VERDICT_CHALLENGE, REASON_CODE_USED, 61 * 60), "clock"));
	cr_expect_str_eq(login(VERDICT_CHALLENGE, REASON_BRAKED, 41 * 60),
	    "too many wrong codes; try again in 41 min or use a recovery "
	    "code");
	cr_expect_str_eq(login(VERDICT_CHALLENGE, REASON_CODE_WRONG, 0),
	    "this code is wrong");
}

Test(term_sentence, says_nothing_before_the_first_prompt)
{
	cr_expect_str_eq(login(VERDICT_CHALLENGE, REASON_HAS_SECRET, 0), "");
}

Test(term_sentence, says_nothing_to_whom_nothing_happened)
{
	cr_expect_str_eq(login(VERDICT_PASS, REASON_CODE_ACCEPTED, 0), "");
	cr_expect_str_eq(login(VERDICT_PASS, REASON_PASSWORDLESS, 0), "");
	cr_expect_str_eq(login(VERDICT_PASS, REASON_GLOBAL_OFF, 0), "");
}

Test(term_sentence, gives_every_refusal_a_sentence)
{
	for (int r = 0; r <= REASON_COUNT; r++)
		cr_expect_str_neq(
		    login(VERDICT_DENY, (enum reason)r, 60), "", "%d", r);
	cr_expect_str_neq(login(VERDICT_COUNT, REASON_UNDECIDED, 0), "");
}

Test(term_sentence, can_be_shown_whatever_it_says)
{
	for (int v = 0; v <= VERDICT_COUNT; v++)
		for (int r = 0; r <= REASON_COUNT; r++)
			expect_showable(
			    login((enum verdict)v, (enum reason)r, 86400 * 40),
			    reason_word((enum reason)r));
	for (int r = 0; r <= REASON_COUNT; r++)
		expect_showable(sentence_outcome(text, (enum reason)r, 86400),
		    reason_word((enum reason)r));
	for (int s = 0; s <= STATUS_COUNT; s++)
		expect_showable(sentence_status(text, (enum status)s),
		    status_word((enum status)s));
	for (int e = 0; e <= ERR_INTERRUPTED + 1; e++)
		expect_showable(sentence_unreachable(text, (enum error)e),
		    error_text((enum error)e));
}

Test(term_sentence, tells_of_codes_that_a_clock_ahead_has_used)
{
	cr_expect_str_eq(
	    login(VERDICT_CHALLENGE, REASON_CODE_USED, INT64_C(366) * 86400),
	    "all codes of the next 366 days count as used, because\nthe clock "
	    "of this machine was ahead at a login; use a recovery code,\nor "
	    "root can let codes of now open again: otpgate unlock USER "
	    "--clock");
}

Test(term_sentence, tells_what_is_left_when_it_is_little)
{
	struct wire_login_reply reply = {.verdict = VERDICT_CHALLENGE,
	    .reason = REASON_HAS_SECRET,
	    .left = 4};

	cr_expect_str_eq(sentence_login(text, &reply), "");
	reply.left = 3;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "3 more wrong codes are taken for now");
	reply.reason = REASON_CODE_WRONG;
	reply.left = 1;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "this code is wrong\n1 more wrong code is taken for now");
	reply.left = 0;
	reply.wait = 7200;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "this code is wrong\nno more wrong codes are taken for 2 h; a "
	    "recovery code is");
	reply.wait = 0;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "this code is wrong\nno more wrong codes are taken: use a recovery "
	    "code");
	reply.reason = REASON_BRAKED;
	cr_expect_null(strstr(sentence_login(text, &reply), "no more"));
	reply.reason = REASON_CODE_MALFORMED;
	cr_expect_null(strstr(sentence_login(text, &reply), "no more"));
}

Test(term_sentence, tells_the_last_try)
{
	struct wire_login_reply reply = {
	    .verdict = VERDICT_DENY, .reason = REASON_CODE_WRONG};

	cr_expect_str_eq(sentence_login(text, &reply),
	    "this code is wrong\n"
	    "no tries are left in this login; log in again");
}

Test(term_sentence, warns_of_what_happened_since_the_last_login)
{
	struct wire_login_reply reply = {.verdict = VERDICT_PASS,
	    .reason = REASON_CODE_ACCEPTED,
	    .recovery_left = 10};

	reply.failed = 1;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "one wrong code was given since your last login");
	reply.failed = 30;
	reply.braked = 1;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "30 wrong codes were given since your last login;\n"
	    "from elsewhere no more are taken for now: if they were not "
	    "yours,\nsomebody knows your password; change it");
	reply.failed = 0;
	cr_expect_str_eq(
	    sentence_login(text, &reply), "", "the login before has told it");
	reply.failed = 30;
	(void)sentence_login(text, &reply);
	expect_showable(text, "braked");
}

Test(term_sentence, warns_of_few_recovery_codes)
{
	struct wire_login_reply reply = {
	    .verdict = VERDICT_PASS, .reason = REASON_CODE_ACCEPTED};

	reply.recovery_left = 4;
	cr_expect_str_eq(sentence_login(text, &reply), "");
	reply.recovery_left = 3;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "only 3 recovery codes are left; for new ones run: "
	    "otpgate recovery");
	reply.recovery_left = 1;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "only 1 recovery code is left; for new ones run: "
	    "otpgate recovery");
	reply.reason = REASON_RECOVERY_ACCEPTED;
	reply.recovery_left = 9;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "a recovery code was used; 9 recovery codes are left");
	reply.recovery_left = 0;
	(void)sentence_login(text, &reply);
	expect_showable(text, "recovery");
}

Test(term_sentence, tells_a_clock_that_is_off)
{
	struct wire_login_reply reply = {.verdict = VERDICT_PASS,
	    .reason = REASON_CODE_ACCEPTED,
	    .recovery_left = 10};

	reply.skew = -30; /* a slow typist's */
	cr_expect_str_eq(sentence_login(text, &reply), "");
	reply.skew = 30;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "the clock of your device is about 30 s fast: set it right");
	reply.skew = -240;
	cr_expect_str_eq(sentence_login(text, &reply),
	    "the clock of your device is about 4 min slow: set it right");
	reply.skew = INT32_MIN;
	(void)sentence_login(text, &reply);
	expect_showable(text, "skew");
}

Test(term_sentence, shows_a_detail_without_its_tricks)
{
	struct wire_login_reply reply = {
	    .verdict = VERDICT_DENY, .reason = REASON_POLICY_BROKEN};

	cr_assert_eq(text_copy(reply.detail, sizeof reply.detail,
			 "otpgate.conf:3: \033[2Jx\ny"),
	    OK);
	(void)sentence_login(text, &reply);
	cr_expect_not_null(strstr(text, "otpgate.conf:3: \\x1b[2Jx\\x0ay"));
}

Test(term_sentence, fits_whatever_comes)
{
	struct wire_login_reply reply = {.verdict = VERDICT_DENY,
	    .reason = REASON_POLICY_BROKEN,
	    .failed = UINT32_MAX,
	    .wait = INT64_MAX};

	memset(reply.detail, '\377', sizeof reply.detail - 1);
	(void)sentence_login(text, &reply);
	cr_expect_lt(strlen(text), sizeof text);
	reply.verdict = VERDICT_PASS;
	reply.reason = REASON_RECOVERY_ACCEPTED;
	reply.braked = 1;
	(void)sentence_login(text, &reply);
	cr_expect_lt(strlen(text), sizeof text);
}

Test(term_sentence, says_how_to_start_what_does_not_run)
{
	cr_expect_str_eq(sentence_unreachable(text, ERR_DOWN),
	    "otpgated does not run;\n"
	    "root can start it anew: systemctl restart otpgated");
}
