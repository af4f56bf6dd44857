/* What "sshd -T" prints, and what its patterns let in. */
#include <criterion/criterion.h>
#include <string.h>

#include "doors/cli/doctor/settings.h"

static struct settings s;

static enum error
read_text(const char *text)
{
	return settings_read(&s, text, strlen(text));
}

static void
stop(void)
{
	settings_free(&s);
}

TestSuite(settings, .fini = stop);

Test(settings, the_first_value_counts)
{
	cr_assert_eq(
	    read_text("port 22\nport 23\nforcecommand exec a b\n"), OK);
	cr_expect_str_eq(settings_value(&s, "port"), "22");
	cr_expect_str_eq(settings_value(&s, "forcecommand"), "exec a b");
	cr_expect_str_eq(settings_value(&s, "force"), "");
	cr_expect(settings_is(&s, "port", "22"));
	cr_expect(!settings_is(&s, "port", "23"));
	cr_expect(!settings_is(&s, "banner", "none"));
}

Test(settings, all_values_come_in_order)
{
	size_t at = 0;

	cr_assert_eq(read_text("acceptenv LANG\nport 1\nacceptenv LC_*"), OK);
	cr_expect_str_eq(settings_next(&s, "acceptenv", &at), "LANG");
	cr_expect_str_eq(settings_next(&s, "acceptenv", &at), "LC_*");
	cr_expect_null(settings_next(&s, "acceptenv", &at));
}

Test(settings, a_keyword_may_have_no_value)
{
	cr_assert_eq(read_text("setenv BASH_ENV=\nbanner \nalone\n"), OK);
	cr_expect_str_eq(settings_value(&s, "setenv"), "BASH_ENV=");
	cr_expect_str_eq(settings_value(&s, "banner"), "");
	cr_expect_str_eq(settings_value(&s, "alone"), "");
}

Test(settings, what_is_none_is_refused)
{
	cr_expect_eq(read_text(""), ERR_FORMAT);
	cr_expect_eq(read_text("\n\n"), ERR_FORMAT);
	cr_expect_eq(read_text("port 22\n banner none\n"), ERR_FORMAT);
	cr_expect_eq(settings_read(&s, "port 2\0", 7), ERR_FORMAT);
	cr_expect_null(s.text);
}

Test(settings, too_many_lines_are_refused)
{
	static char text[2 * (SETTINGS_MAX + 1) + 1];

	for (size_t i = 0; i + 1 < sizeof text; i += 2)
		memcpy(text + i, "a\n", 2);
	cr_expect_eq(read_text(text), ERR_LONG);
	text[sizeof text - 3] = '\0';
	cr_expect_eq(read_text(text), OK);
}

Test(settings, variables_are_whole_words)
{
	cr_assert_eq(read_text("setenv PS4=+\nsetenv HOME=/a b\n"), OK);
	cr_expect(settings_has_env(&s, "PS4=+"));
	cr_expect(!settings_has_env(&s, "PS4="));
	cr_expect(!settings_has_env(&s, "HOME=/a"));
}

Test(settings, patterns_fit_as_sshd_s)
{
	static const struct {
		const char *pattern, *name;
		bool fits;
	} rows[] = {
	    {"LANG", "LANG", true},
	    {"LANG", "LANGUAGE", false},
	    {"LANG*", "LANGUAGE", true},
	    {"LANG*", "LANG", true},
	    {"*", "", true},
	    {"?", "", false},
	    {"", "", true},
	    {"", "a", false},
	    {"L?NG", "LANG", true},
	    {"L?NG", "LNG", false},
	    {"*PATH", "LD_LIBRARY_PATH", true},
	    {"*_*_PATH", "LD_LIBRARY_PATH", true},
	    {"*ab", "aab", true},
	    {"a*b*c", "abxc", true},
	    {"a*b*c", "abxd", false},
	    {"***", "x", true},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(pattern_fits(rows[i].pattern, rows[i].name),
		    rows[i].fits, "%s %s", rows[i].pattern, rows[i].name);
}

Test(settings, debian_s_variables_are_fine)
{
	cr_expect_null(accepted_variable("LANG"));
	cr_expect_null(accepted_variable("LC_*"));
	cr_expect_null(accepted_variable("TERM"));
	cr_expect_null(accepted_variable("COLORTERM"));
	cr_expect_null(accepted_variable("GIT_*"));
	/* the drop-in sets it */
	cr_expect_null(accepted_variable("LD_PRELOAD"));
}

Test(settings, what_shells_obey_is_found)
{
	cr_expect_str_eq(accepted_variable("GLIBC*"), "GLIBC_TUNABLES");
	cr_expect_str_eq(accepted_variable("PAT?"), "PATH");
	cr_expect_not_null(accepted_variable("*"));
	cr_expect_null(accepted_variable("[P]ATH"));
}
