/*
 * Guessing by the crowd: a password opens as many connections as one likes,
 * and each of them ten prompts.  All of them spend one budget.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "core/throttle.h"
#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(guesses, .timeout = 300);

#define CONNECTIONS 15
#define PROMPTS 10 /* of each: sshd's MaxSessions */

/* Tries at once, of both halves. */
#define TRIES_MAX (2 * THROTTLE_HALF / THROTTLE_TRY)

/* A hundred and fifty prompts, each with three guesses typed ahead. */
static void
guess_at_once(const struct user *u)
{
	const char *wrong = user_wrong_code(u);
	const char *guesses = text_format("%s\n%s\n%s\n", wrong, wrong, wrong);
	static struct login l[CONNECTIONS];
	static struct channel c[CONNECTIONS][PROMPTS];
	size_t i, j;

	for (i = 0; i < CONNECTIONS; i++)
		login_open(&l[i], u, BY_PASSWORD, SSHD_GUARDED);
	for (j = 0; j < PROMPTS; j++)
		for (i = 0; i < CONNECTIONS; i++) {
			channel_open(&c[i][j], &l[i], false);
			channel_ask(&c[i][j], WANT_COMMAND, IN);
			channel_send(&c[i][j], guesses);
		}
	for (i = 0; i < CONNECTIONS; i++) {
		for (j = 0; j < PROMPTS; j++) {
			channel_finish(&c[i][j]);
			cr_assert_eq(c[i][j].status, GATE_REFUSED);
			cr_assert_str_empty(c[i][j].out->bytes);
		}
		login_close(&l[i]);
	}
}

/* How many lines of text have both. */
static size_t
count_lines(const char *text, const char *one, const char *other)
{
	size_t count = 0, size;

	for (; text[size = strcspn(text, "\n")] == '\n'; text += size + 1) {
		const char *line = text_format("%.*s", (int)size, text);

		count += text_has(line, one) && text_has(line, other);
	}
	return count;
}

Test(guesses, a_hundred_and_fifty_prompts_spend_one_budget)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();
	const char *uid = text_format("uid=%u ", (unsigned int)u.uid);
	const char *code;
	struct channel c;
	size_t tries;

	guess_at_once(&u);
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code, code, code});
	expect_refused(&c, "too many wrong codes");
	tries = count_lines(machine_log_since(from), uid, "reason=code-wrong");
	cr_assert_gt(tries, 0);
	cr_assert_leq(tries, TRIES_MAX, "%zu guesses were looked at", tries);
}
