#include "core/verdict.h"

#include <criterion/criterion.h>
#include <string.h>

Test(core_verdict, has_a_word_for_each_reason)
{
	for (unsigned int i = 0; i < REASON_COUNT; i++) {
		const char *word = reason_word((enum reason)i);

		cr_assert_str_neq(word, "unknown");
		cr_assert_eq(strspn(word, "abcdefghijklmnopqrstuvwxyz-"),
		    strlen(word), "%s", word);
		for (unsigned int k = 0; k < i; k++)
			cr_assert_str_neq(word, reason_word((enum reason)k));
	}
	cr_assert_str_eq(reason_word(REASON_UNDECIDED), "undecided");
	cr_assert_str_eq(reason_word(REASON_CODE_USED), "code-used");
}

Test(core_verdict, has_a_word_for_each_verdict)
{
	cr_assert_str_eq(verdict_word(VERDICT_DENY), "deny");
	cr_assert_str_eq(verdict_word(VERDICT_CHALLENGE), "challenge");
	cr_assert_str_eq(verdict_word(VERDICT_SETUP), "setup");
	cr_assert_str_eq(verdict_word(VERDICT_OFFER), "offer");
	cr_assert_str_eq(verdict_word(VERDICT_PASS), "pass");
}

Test(core_verdict, has_one_word_for_all_other_numbers)
{
	cr_assert_str_eq(reason_word(REASON_COUNT), "unknown");
	cr_assert_str_eq(reason_word((enum reason)999), "unknown");
	cr_assert_str_eq(verdict_word(VERDICT_COUNT), "unknown");
	cr_assert_str_eq(verdict_word((enum verdict)999), "unknown");
}

/* The numbers cross the socket: an old door must not read them otherwise. */
Test(core_verdict, keeps_its_numbers)
{
	cr_assert_eq(VERDICT_DENY, 0);
	cr_assert_eq(VERDICT_PASS, 4);
	cr_assert_eq(REASON_UNDECIDED, 0);
	cr_assert_eq(REASON_CODE_ACCEPTED, 11);
	cr_assert_eq(REASON_RECOVERY_ACCEPTED, 12);
	cr_assert_eq(REASON_NOT_COMMITTED, 20);
	cr_assert_eq(REASON_NOT_NEEDED, 24);
	cr_assert_eq(REASON_TICKET_ACCEPTED, 25);
}
