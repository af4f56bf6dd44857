/* The ForceCommand line's arguments and the names of lists in them. */
#include "doors/gate/arguments.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

static const char *wrong; /* one of the words below, as of argv */
static char first[64], second[64];

static enum error
read_arguments(struct arguments *out, const char *a, const char *b)
{
	char name[] = "gate";
	char *argv[] = {name, first, second, NULL};

	(void)text_copy(first, sizeof first, a);
	(void)text_copy(second, sizeof second, b);
	return arguments_read(out, *b == '\0' ? 2 : 3, argv, &wrong);
}

Test(doors_gate_arguments, assume_nothing)
{
	char name[] = "gate";
	char *argv[] = {name, NULL};
	struct arguments a;

	cr_assert_eq(arguments_read(&a, 1, argv, &wrong), OK);
	cr_expect_eq(a.keys.count, 0);
	cr_expect_eq(a.principals.count, 0);
	cr_expect_not(a.unlisted_shell);
	cr_expect_not(a.fallback_publickey);
	cr_expect_not(a.record);
}

Test(doors_gate_arguments, are_read)
{
	struct arguments a;

	cr_assert_eq(
	    read_arguments(&a, "--fallback=publickey", "--unlisted-keys=shell"),
	    OK);
	cr_expect(a.fallback_publickey && a.unlisted_shell);
	cr_assert_eq(read_arguments(&a, "--version", "--help"), OK);
	cr_expect(a.version && a.help);
	cr_assert_eq(read_arguments(&a, "--record", ""), OK);
	cr_expect(a.record);
}

Test(doors_gate_arguments, refuse_what_is_not_known)
{
	static const char *const bad[] = {"", "-h", "keys=x", "--keys",
	    "--keys=", "--principals=", "--fallback", "--fallback=password",
	    "--fallback=publickey,", "--unlisted-keys=refuse", "--Keys=x",
	    "--record=no", "record", "--help=1", "--", "x"};
	struct arguments a;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_eq(
		    read_arguments(&a, bad[i], ""), ERR_FORMAT, "%s", bad[i]);
		cr_expect_str_eq(wrong, bad[i]);
	}
}

Test(doors_gate_arguments, take_sixteen_lists)
{
	char text[] = "--keys=x", name[] = "gate";
	char *argv[PATTERNS_MAX + 2] = {name};
	struct arguments a;

	for (size_t i = 1; i < PATTERNS_MAX + 2; i++)
		argv[i] = text;
	cr_assert_eq(arguments_read(&a, PATTERNS_MAX + 1, argv, &wrong), OK);
	cr_expect_eq(a.keys.count, PATTERNS_MAX);
	cr_expect_eq(
	    arguments_read(&a, PATTERNS_MAX + 2, argv, &wrong), ERR_FULL);
}

Test(doors_gate_arguments, name_files_of_the_user)
{
	static const struct {
		const char *pattern, *path;
	} cases[] = {
	    {".ssh/authorized_keys", "/home/ann/.ssh/authorized_keys"},
	    {"%h/.ssh/authorized_keys", "/home/ann/.ssh/authorized_keys"},
	    {"/etc/keys/%u", "/etc/keys/ann"},
	    {"/etc/keys/%U/%u.%%", "/etc/keys/1001/ann.%"},
	    {"%%u", "/home/ann/%u"},
	    {"%u", "/home/ann/ann"},
	};
	char path[64];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_assert_eq(pattern_expand(path, sizeof path, cases[i].pattern,
				 "ann", "/home/ann", 1001),
		    OK);
		cr_expect_str_eq(path, cases[i].path);
	}
}

Test(doors_gate_arguments, refuse_tokens_that_sshd_would)
{
	static const char *const bad[] = {"%", "x%", "%x", "%H", "/etc/%f"};
	char path[64];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(pattern_expand(path, sizeof path, bad[i], "ann",
				 "/home/ann", 1001),
		    ERR_FORMAT, "%s", bad[i]);
}

Test(doors_gate_arguments, refuse_a_name_that_is_too_long)
{
	static char pattern[5000];
	char path[16];

	cr_expect_eq(
	    pattern_expand(path, sizeof path, "123456", "ann", "/home/ann", 0),
	    ERR_LONG);
	memset(pattern, 'x', sizeof pattern - 1);
	cr_expect_eq(
	    pattern_expand(path, sizeof path, pattern, "ann", "/home/ann", 0),
	    ERR_LONG);
}
