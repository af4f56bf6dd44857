#include "core/methods.h"

#include <criterion/criterion.h>
#include <string.h>

Test(core_methods, knows_logins_without_a_password)
{
	static const char *const lists[] = {"publickey", "hostbased",
	    "gssapi-with-mic", "gssapi-keyex", "publickey,publickey",
	    "publickey,hostbased,gssapi-with-mic"};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		cr_assert_eq(methods_classify(lists[i],
				 "gssapi-keyex,gssapi-with-mic,hostbased,"
				 "publickey"),
		    LOGIN_PASSWORDLESS, "%s", lists[i]);
}

Test(core_methods, believes_no_word_that_is_not_listed)
{
	static const struct {
		const char *list, *believed;
	} rows[] = {{"publickey", ""}, {"publickey", ","},
	    {"publickey", "hostbased"}, {"publickey", "publickeys"},
	    {"publickey", "public"}, {"hostbased", "publickey"},
	    {"gssapi-with-mic", "publickey"},
	    {"gssapi-with-mic", "publickey,gssapi-keyex"},
	    {"publickey,hostbased", "publickey"},
	    {"hostbased,publickey", "publickey"},
	    {"hostbased,publickey", "hostbased"}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_assert_eq(methods_classify(rows[i].list, rows[i].believed),
		    LOGIN_PASSWORD, "%s by %s", rows[i].list, rows[i].believed);
}

/*
 * All else counts as a password, even where the same words are believed: what
 * is not understood is challenged.
 */
Test(core_methods, takes_all_else_for_a_password)
{
	static const char *const lists[] = {"", ",", "password",
	    "keyboard-interactive", "keyboard-interactive/pam", "none",
	    "publickey,password", "password,publickey",
	    "publickey,keyboard-interactive/pam", "publickey,", ",publickey",
	    "publickey,,publickey", "publickey,,hostbased", "publickey ",
	    " publickey", "publickey, hostbased", "PUBLICKEY", "Publickey",
	    "publickeys", "publicke", "publickey/x", "public\nkey",
	    "publickey\n", "publickey\n,password", "publickey;hostbased",
	    "hostbased2", "gssapi", "gssapi-", "gssapi-,publickey",
	    "xgssapi-with-mic", "gssapi-with mic", "gssapi-\xc3\xa4",
	    "gssapi-\x7f", "unknown", "publickey ssh-ed25519 AAAA"};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		cr_assert_eq(methods_classify(lists[i], lists[i]),
		    LOGIN_PASSWORD, "\"%s\"", lists[i]);
}

Test(core_methods, takes_a_long_word_for_a_password)
{
	char word[METHOD_MAX + 1];

	memset(word, 'x', sizeof word);
	memcpy(word, "gssapi-", 7);
	word[METHOD_MAX - 1] = '\0';
	cr_assert_eq(methods_classify(word, word), LOGIN_PASSWORDLESS);
	word[METHOD_MAX - 1] = 'x';
	word[METHOD_MAX] = '\0';
	cr_assert_eq(methods_classify(word, word), LOGIN_PASSWORD);
}

/* 24 words of ten bytes, each with its comma, and one of fifteen: 255. */
Test(core_methods, takes_a_long_list_for_a_password)
{
	static const char word[] = "hostbased,";
	char list[METHODS_MAX + 10] = "";
	size_t used = 0;

	for (; used < 240; used += 10)
		memcpy(list + used, word, 10);
	memcpy(list + used, "gssapi-keyex-xx", 16);
	cr_assert_eq(strlen(list), METHODS_MAX - 1);
	cr_assert_eq(methods_classify(list, list), LOGIN_PASSWORDLESS);
	memcpy(list + used, "gssapi-keyex-xxx", 17);
	cr_assert_eq(methods_classify(list, list), LOGIN_PASSWORD);
}

Test(core_methods, finds_a_method_that_is_named)
{
	cr_assert(methods_intersect("publickey", "publickey"));
	cr_assert(methods_intersect("password,publickey", "publickey"));
	cr_assert(methods_intersect("publickey,password", "publickey"));
	cr_assert(methods_intersect("hostbased", "publickey,hostbased"));
	cr_assert(methods_intersect("hostbased", "hostbased,publickey"));
	cr_assert(methods_intersect(
	    "keyboard-interactive/pam", "keyboard-interactive"));
	cr_assert(methods_intersect(
	    "keyboard-interactive/pam", "keyboard-interactive/pam"));
}

Test(core_methods, finds_none_that_is_not)
{
	cr_assert_not(methods_intersect("publickey", ""));
	cr_assert_not(methods_intersect("", "publickey"));
	cr_assert_not(methods_intersect("", ""));
	cr_assert_not(methods_intersect(",", ","));
	cr_assert_not(methods_intersect("publickey", "hostbased,password"));
	cr_assert_not(methods_intersect("publickey", "public"));
	cr_assert_not(methods_intersect("public", "publickey"));
	cr_assert_not(methods_intersect("publickeys", "publickey"));
	cr_assert_not(methods_intersect(
	    "keyboard-interactive", "keyboard-interactive/pam"));
	cr_assert_not(methods_intersect("keyboard-interactive/pam", "pam"));
	cr_assert_not(methods_intersect(
	    "keyboard-interactive/pam", "keyboard-interactive/pa"));
}

Test(core_methods, knows_what_a_policy_may_name)
{
	cr_assert(methods_known("password"));
	cr_assert(methods_known("publickey"));
	cr_assert(methods_known("hostbased"));
	cr_assert(methods_known("keyboard-interactive"));
	cr_assert(methods_known("keyboard-interactive/pam"));
	cr_assert(methods_known("gssapi-with-mic"));
	cr_assert(methods_known("gssapi-keyex"));
	cr_assert_not(methods_known(""));
	cr_assert_not(methods_known("none"));
	cr_assert_not(methods_known("Password"));
	cr_assert_not(methods_known("pubkey"));
	cr_assert_not(methods_known("publickey,password"));
	cr_assert_not(methods_known("publickey "));
}
