#include "doors/pam/methods.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *
list(const char *told, const char *more)
{
	static char out[METHODS_MAX];

	told_methods(out, told, more);
	return out;
}

Test(pam_methods, the_first_word_of_each_line)
{
	cr_assert_str_eq(list("", NULL), "");
	cr_assert_str_eq(list("password\n", NULL), "password");
	cr_assert_str_eq(list("publickey ssh-ed25519 AAAA\npassword\n", NULL),
	    "publickey,password");
	cr_assert_str_eq(list("password\n", TOLD_DIALOGUE),
	    "password,keyboard-interactive/pam");
	cr_assert_str_eq(list("", TOLD_DIALOGUE), TOLD_DIALOGUE);
	cr_assert_str_eq(list("publickey x", NULL), "publickey");
}

/* "" counts as a password. */
Test(pam_methods, what_is_not_understood_is_nothing)
{
	char many[METHODS_MAX * 2] = "";

	cr_assert_str_eq(list("publickey a\n\npublickey b\n", NULL), "");
	cr_assert_str_eq(list("\npublickey a\n", NULL), "");
	cr_assert_str_eq(list(" publickey a\n", NULL), "");
	while (strlen(many) + 10 < sizeof many)
		strcat(many, "publickey\n");
	cr_assert_str_eq(list(many, NULL), "");
}

Test(pam_methods, a_word_is_a_whole_one)
{
	cr_assert(told_has("password\n", "password"));
	cr_assert(told_has("publickey a\npassword\n", "password"));
	cr_assert_not(told_has("", "password"));
	cr_assert_not(told_has("passwords\n", "password"));
	cr_assert_not(told_has("publickey password\n", "password"));
	cr_assert_not(told_has("pass\n", "password"));
}
