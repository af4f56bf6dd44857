/* An AuthorizedKeysCommand as sshd prints it. */
#include "doors/cli/doctor/keys_line.h"

#include <criterion/criterion.h>

#define KEYS "/usr/libexec/otpgate/keys"

static struct keys_line line;

static enum error
read_line(const char *text)
{
	return keys_line_read(&line, text, KEYS);
}

Test(doctor_keys_line, tells_ours_from_others)
{
	cr_expect_eq(read_line(KEYS " %u %f"), OK);
	cr_expect_str_eq(line.then, "");
	cr_expect_eq(read_line("none"), ERR_ABSENT);
	cr_expect_eq(read_line(""), ERR_ABSENT);
	cr_expect_eq(
	    read_line("/usr/bin/sss_ssh_authorizedkeys %u"), ERR_FOREIGN);
	cr_expect_str_eq(line.program, "/usr/bin/sss_ssh_authorizedkeys");
	cr_expect_eq(read_line(KEYS "x %u %f"), ERR_FOREIGN);
}

Test(doctor_keys_line, knows_the_command_behind_ours)
{
	cr_expect_eq(read_line(KEYS " %u %f --then /bin/site %u \"a b\""), OK);
	cr_expect_str_eq(line.then, "/bin/site");
}

Test(doctor_keys_line, knows_what_keys_refuses)
{
	static const char *const wrong[] = {KEYS, KEYS " %u", KEYS " %f %u",
	    KEYS " %U %f", KEYS " %u %f x", KEYS " %u %f --then",
	    KEYS " %u %f --then \"\"", KEYS " %u %f --than /bin/site"};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		cr_expect_eq(read_line(wrong[i]), ERR_FORMAT, "%s", wrong[i]);
}
