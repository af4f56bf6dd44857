#include "doors/pam/ascii.h"

#include <criterion/criterion.h>

#define BECOMES(before, after)                 \
	do {                                   \
		char text[] = before;          \
		ascii_only(text);              \
		cr_assert_str_eq(text, after); \
	} while (0)

Test(pam_ascii, plain_text_stays)
{
	BECOMES("", "");
	BECOMES("a code: ~\n  b\n", "a code: ~\n  b\n");
}

Test(pam_ascii, a_letter_becomes_one_question_mark)
{
	BECOMES("Geh\303\244use \342\226\200.", "Geh?use ?.");
	BECOMES("\360\237\230\200", "?");
}

Test(pam_ascii, control_characters_go)
{
	BECOMES("a\033[2Jb\r\tc\177\n", "a[2Jbc\n");
}

/* Broken sequences, too. */
Test(pam_ascii, nothing_above_ascii_is_left)
{
	BECOMES("\200\201x\377", "x?");
}
