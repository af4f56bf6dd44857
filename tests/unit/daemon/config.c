#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "daemon/config.h"
#include "unit/daemon/rig.h"

static struct rig f;
static struct config c;

static void
open_default(void)
{
	rig_open(&f, POLICY_ON);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_config, .init = open_default, .fini = close_all);

/* Puts text into a file of conf.d. */
static void
put(const char *name, const char *text)
{
	char path[256];

	(void)text_print(path, sizeof path, "%s/%s", f.conf_d, name);
	rig_write(path, text);
}

static void
expect_complaint(const char *words)
{
	cr_expect_eq(config_load(&c, &f.place), ERR_REFUSED, "%s", words);
	cr_expect_not_null(strstr(c.complaint, words), "want: %s\ngot: %s",
	    words, c.complaint);
}

Test(daemon_config, a_good_file_is_taken)
{
	rig_write(f.policy,
	    "enabled = true; ssh = false; window = 2; period = 60;\n"
	    "policy = \"optional\"; challenge_methods = ( \"publickey\" );");
	cr_assert_eq(config_load(&c, &f.place), OK, "%s", c.complaint);
	cr_expect(c.policy.enabled);
	cr_expect_not(c.policy.ssh);
	cr_expect_eq(c.policy.window, 2);
	cr_expect_eq(c.policy.period, 60);
	cr_expect_str_eq(c.policy.challenge_methods, "publickey");
}

Test(daemon_config, the_last_file_wins_and_is_named)
{
	size_t row = (size_t)(option_find("window") - option_table);
	char want[256];

	put("10-a.conf", "window = 3;");
	put("20-b.conf", "\nwindow = 4;");
	put("30-c.txt", "window = 5;");
	put(".40-d.conf", "window = 6;");
	cr_assert_eq(config_load(&c, &f.place), OK, "%s", c.complaint);
	cr_expect_eq(c.policy.window, 4);
	(void)text_print(want, sizeof want, "%s/20-b.conf:2", f.conf_d);
	cr_expect_str_eq(c.source[row], want);
}

Test(daemon_config, what_is_wrong_is_told_with_file_and_line)
{
	char long_list[512];

	rig_write(f.policy, "enabled = true;\nssh = true;\nwindwo = 2;");
	expect_complaint("otpgate.conf:3: unknown key 'windwo'");
	rig_write(f.policy, "enabled = true;\nssh = \"true\";");
	expect_complaint("otpgate.conf:2: ssh must be true or false");
	rig_write(f.policy, POLICY_ON "window = 11;");
	expect_complaint(
	    "otpgate.conf:2: window must be a number from 0 to 10, not '11'");
	rig_write(f.policy, POLICY_ON "window = 1.5;");
	expect_complaint("window must be a number");
	rig_write(f.policy, POLICY_ON "window = 4294967297L;");
	expect_complaint("window must be a number");
	rig_write(f.policy, "enabled = true\n\nssh = ");
	expect_complaint("otpgate.conf:3: syntax error");
	rig_write(f.policy, POLICY_ON "algorithm = { };");
	expect_complaint("algorithm must be one word of");
	rig_write(f.policy, POLICY_ON "exempt_networks = ( \"10.1.0.0/8\" );");
	expect_complaint("otpgate.conf:2: exempt_networks must be a list");
	cr_expect_not_null(
	    strstr(c.complaint, "bits are set behind the prefix"));
	rig_write(f.policy, POLICY_ON "\nexempt_groups = ( \"!staff\" );");
	expect_complaint("otpgate.conf:3: exempt_groups must be a list");
	cr_expect_not_null(strstr(c.complaint, "'!staff'; it only excludes"));
	rig_write(f.policy, POLICY_ON "admin_groups = ( \"!staff\", \"x\" );");
	expect_complaint("otpgate.conf:2: admin_groups must be a list");
	(void)text_print(long_list, sizeof long_list,
	    POLICY_ON "exempt_groups = ( \"%0250d\", \"%05d\" );", 0, 0);
	rig_write(f.policy, long_list);
	expect_complaint("exempt_groups is longer than 255 bytes");
}

Test(daemon_config, every_complaint_is_listed)
{
	rig_write(f.policy, POLICY_ON "a = 1;\nb = 2;\nwindow = 11;");
	put("10-x.conf", "c = 3;");
	expect_complaint("unknown key 'a'");
	cr_expect_not_null(strstr(c.complaint, "unknown key 'b'"));
	cr_expect_not_null(strstr(c.complaint, "window must be"));
	cr_expect_not_null(strstr(c.complaint, "10-x.conf:1: unknown key"));
}

Test(daemon_config, a_file_that_was_emptied_or_cut_off_is_refused)
{
	rig_write(f.policy, "");
	expect_complaint("sets nothing");
	rig_write(f.policy, "# only words\n");
	expect_complaint("sets nothing");
	rig_write(f.policy, "enabled = true;\n");
	expect_complaint("does not set ssh");
	rig_write(f.policy, POLICY_ON);
	put("90-otpgate.conf", "");
	expect_complaint("90-otpgate.conf: sets nothing");
}

Test(daemon_config, conf_d_cannot_stand_in_for_the_switches_of_the_file)
{
	rig_write(f.policy, "window = 1;");
	put("10-on.conf", POLICY_ON);
	expect_complaint("does not set enabled");
}

Test(daemon_config, a_missing_file_is_refused)
{
	cr_assert_eq(unlink(f.policy), 0);
	expect_complaint("is not there");
}

Test(daemon_config, a_missing_directory_is_refused)
{
	cr_assert_eq(rmdir(f.conf_d), 0);
	expect_complaint("conf.d: is missing");
}

Test(daemon_config, files_that_others_can_write_are_refused)
{
	cr_assert_eq(chmod(f.policy, 0660), 0);
	expect_complaint("must be a regular file");
	cr_assert_eq(chmod(f.policy, 0642), 0);
	expect_complaint("must be a regular file");
	cr_assert_eq(chmod(f.policy, 0640), 0);
	f.place.owner = geteuid() + 1;
	expect_complaint("must be a regular file");
}

Test(daemon_config, links_fifos_and_directories_are_refused)
{
	char other[256];

	(void)text_print(other, sizeof other, "%s/real", f.directory);
	cr_assert_eq(rename(f.policy, other), 0);
	cr_assert_eq(symlink(other, f.policy), 0);
	expect_complaint("must be a regular file");
	cr_assert_eq(unlink(f.policy), 0);
	cr_assert_eq(mkfifo(f.policy, 0640), 0);
	expect_complaint("must be a regular file");
	cr_assert_eq(unlink(f.policy), 0);
	cr_assert_eq(mkdir(f.policy, 0750), 0);
	expect_complaint("must be a regular file");
	cr_assert_eq(rmdir(f.policy), 0);
}

Test(daemon_config, a_nul_byte_or_an_include_is_refused)
{
	FILE *file;

	rig_write(f.policy, POLICY_ON "\n @include \"/etc/passwd\"\n");
	expect_complaint("otpgate.conf:3: @include is not allowed");
	file = fopen(f.policy, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite("enabled = true; ssh = true;\0x", 1, 29, file), 29);
	cr_assert_eq(fclose(file), 0);
	expect_complaint("holds a NUL byte");
}

Test(daemon_config, required_needs_both_switches)
{
	rig_write(
	    f.policy, "enabled = true; ssh = false; policy = \"required\";");
	expect_complaint("policy cannot be 'required'");
	rig_write(f.policy, POLICY_ON "policy = \"required\";");
	cr_expect_eq(config_load(&c, &f.place), OK, "%s", c.complaint);
}

Test(daemon_config, a_rendered_policy_reads_back_the_same)
{
	char text[4096];
	struct policy before;

	rig_write(f.policy,
	    POLICY_ON
	    "window = 7; digits = 8; issuer = \"A (b)\"; deadline = 99;"
	    "challenge_methods = ( \"publickey\", \"hostbased\" );"
	    "exempt_groups = ( \"staff\", \"!domain users\" );"
	    "exempt_networks = ( \"10.0.0.0/8\", \"!10.1.0.0/16\" );"
	    "algorithm = \"sha512\"; policy = \"required\";");
	cr_assert_eq(config_load(&c, &f.place), OK, "%s", c.complaint);
	before = c.policy;
	cr_assert_eq(config_render(&before, text, sizeof text), OK);
	cr_assert_eq(config_parse(&c, text), OK, "%s", c.complaint);
	cr_expect_eq(memcmp(&before, &c.policy, sizeof before), 0);
	cr_expect_eq(config_render(&before, text, 20), ERR_LONG);
}

static char drafted[4096];

static enum error
draft(const char *key, const char *value, size_t size)
{
	const struct config_change change[] = {{key, value}, {NULL, NULL}};

	return config_draft(&c, &f.place, change, drafted, size);
}

Test(daemon_config, a_draft_keeps_what_was_set_before)
{
	put("90-otpgate.conf", "window = 4;\n");
	cr_assert_eq(
	    draft("deadline", "30", sizeof drafted), OK, "%s", c.complaint);
	cr_expect_not_null(strstr(drafted, "window = 4;\n"));
	cr_expect_not_null(strstr(drafted, "deadline = 30;\n"));
	cr_expect_eq(c.policy.deadline, 30);
	cr_expect_eq(c.policy.window, 4);
}

Test(daemon_config, a_draft_takes_the_place_of_its_file_among_the_others)
{
	put("95-later.conf", "window = 9;");
	cr_assert_eq(
	    draft("window", "3", sizeof drafted), OK, "%s", c.complaint);
	cr_expect_eq(c.policy.window, 9, "a later file wins over the draft");
	cr_expect_neq(access(f.own, F_OK), 0, "a draft writes nothing");
}

Test(daemon_config, a_draft_that_cannot_be_is_refused)
{
	cr_expect_eq(draft("windwo", "3", sizeof drafted), ERR_ABSENT);
	cr_expect_eq(draft("window", "11", sizeof drafted), ERR_REFUSED);
	cr_expect_not_null(strstr(c.complaint, "a number from 0 to 10"));
	rig_write(f.policy, "enabled = true; ssh = false;");
	cr_expect_eq(draft("policy", "required", sizeof drafted), ERR_REFUSED);
	cr_expect_eq(draft("window", "3", 20), ERR_REFUSED);
}
