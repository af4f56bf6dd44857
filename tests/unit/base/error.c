#include "base/error.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

Test(base_error, starts_at_failure)
{
	cr_assert_eq(ERR_UNSET, 0);
	cr_assert_neq(OK, 0);
}

Test(base_error, has_words_for_each)
{
	for (unsigned int i = 0; i <= ERR_INTERRUPTED; i++) {
		const char *text = error_text((enum error)i);

		cr_assert_str_neq(text, "unknown error");
		cr_assert_neq(text[strlen(text) - 1], '.');
		cr_assert_not(isupper((unsigned char)text[0]));
	}
}

Test(base_error, has_words_for_none)
{
	cr_assert_str_eq(error_text((enum error)9999), "unknown error");
	cr_assert_str_eq(
	    error_text((enum error)(ERR_INTERRUPTED + 1)), "unknown error");
}
