#include "doors/pam/line.h"

#include <criterion/criterion.h>

static struct pam_line given;
static const char *unknown;

static bool
reads(enum phase_kind phase, int argc, const char *a, const char *b)
{
	const char *argv[] = {a, b};

	return pam_line_read(&given, phase, argc, argv, &unknown);
}

Test(pam_line, a_line_without_words_asks)
{
	cr_assert(reads(PHASE_AUTH, 0, NULL, NULL));
	cr_assert_eq(given.act, ACT_ASK);
	cr_assert_null(given.service);
	cr_assert(reads(PHASE_SESSION, 0, NULL, NULL));
	cr_assert_not(given.record);
	cr_assert_not(given.fallback);
}

Test(pam_line, words_of_auth)
{
	cr_assert(reads(PHASE_AUTH, 1, "step", NULL));
	cr_assert_eq(given.act, ACT_STEP);
	cr_assert(reads(PHASE_AUTH, 2, "split", "service=ssh"));
	cr_assert_eq(given.act, ACT_SPLIT);
	cr_assert_str_eq(given.service, "ssh");
	cr_assert_not(given.dialogue);
	cr_assert(reads(PHASE_AUTH, 1, "dialogue", NULL));
	cr_assert_eq(given.act, ACT_ASK);
	cr_assert(given.dialogue);
}

Test(pam_line, words_of_session)
{
	cr_assert(reads(PHASE_SESSION, 2, "record", "service=ssh"));
	cr_assert(given.record);
	cr_assert(reads(PHASE_SESSION, 1, "fallback=publickey", NULL));
	cr_assert(given.fallback);
}

Test(pam_line, all_else_is_named)
{
	static const char *const words[] = {"", "Step", "step=", "nullok",
	    "service", "service=", "fallback=password", "fallback=", "debug"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cr_assert_not(reads(PHASE_AUTH, 2, "service=ssh", words[i]));
		cr_assert_eq(unknown, words[i]);
		cr_assert_not(reads(PHASE_SESSION, 1, words[i], NULL));
	}
	cr_assert_not(reads(PHASE_AUTH, 1, "record", NULL));
	cr_assert_not(reads(PHASE_AUTH, 1, "fallback=publickey", NULL));
	cr_assert_not(reads(PHASE_SESSION, 1, "step", NULL));
	cr_assert_not(reads(PHASE_AUTH, 2, "step", "split"));
	cr_assert_not(reads(PHASE_AUTH, 2, "dialogue", "split"));
	cr_assert_not(reads(PHASE_AUTH, 2, "step", "dialogue"));
	cr_assert_not(reads(PHASE_SESSION, 1, "dialogue", NULL));
}
