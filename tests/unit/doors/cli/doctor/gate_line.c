/* Whether a ForceCommand runs the gate, and with which lists. */
#include <criterion/criterion.h>
#include <string.h>

#include "doors/cli/doctor/gate_line.h"

#define GATE "/usr/libexec/otpgate/gate"

static struct gate_line g;

static enum error
read_line(const char *command)
{
	return gate_line_read(&g, command, GATE);
}

Test(gate_line, the_drop_in_s_runs_it)
{
	cr_assert_eq(read_line("exec " GATE " --keys=a --keys=b "
			       "--principals=c --fallback=publickey"),
	    OK);
	cr_expect_eq(g.key_count, 2);
	cr_expect_str_eq(g.keys[1], "b");
	cr_expect_eq(g.principal_count, 1);
	cr_expect_str_eq(g.principals[0], "c");
	cr_expect(g.fallback);
	cr_expect(!g.unlisted_shell);
	cr_expect_eq(read_line(GATE "  --unlisted-keys=shell\t"), OK);
	cr_expect(g.unlisted_shell);
	cr_expect(!g.fallback);
}

Test(gate_line, others_do_not)
{
	cr_expect_eq(read_line("none"), ERR_ABSENT);
	cr_expect_eq(read_line(""), ERR_ABSENT);
	cr_expect_eq(read_line("exec"), ERR_ABSENT);
	cr_expect_eq(read_line("internal-sftp"), ERR_ABSENT);
	cr_expect_eq(read_line("exec " GATE "2"), ERR_ABSENT);
	cr_expect_eq(read_line("exec exec " GATE), ERR_ABSENT);
	cr_expect_eq(read_line("echo " GATE), ERR_ABSENT);
	cr_expect_eq(read_line(GATE ";id"), ERR_ABSENT);
}

Test(gate_line, words_that_the_gate_refuses)
{
	cr_expect_eq(read_line("exec " GATE " --keys"), ERR_REFUSED);
	cr_expect_eq(
	    read_line("exec " GATE " --fallback=password"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " more"), ERR_REFUSED);
}

Test(gate_line, words_for_a_shell)
{
	cr_expect_eq(read_line("exec " GATE " '--keys=a b'"), ERR_FORMAT);
	cr_expect_eq(read_line("exec " GATE " || sh"), ERR_FORMAT);
	cr_expect_eq(read_line("exec " GATE " $(id)"), ERR_FORMAT);
}

Test(gate_line, too_many_lists)
{
	char text[GATE_LINE_MAX] = "exec " GATE;

	for (int i = 0; i < GATE_LISTS_MAX; i++)
		memcpy(text + strlen(text), " --keys=x", sizeof " --keys=x");
	cr_expect_eq(read_line(text), OK);
	memcpy(text + strlen(text), " --keys=x", sizeof " --keys=x");
	cr_expect_eq(read_line(text), ERR_REFUSED);
}

Test(gate_line, lists_are_compared_in_either_spelling)
{
	static const char *const named[] = {"a/keys", "%h/b", "/etc/%u"};
	char out[32];

	cr_expect(!gate_line_lacks(
	    named, 3, "b  %h/a/keys /etc/%u", out, sizeof out));
	cr_expect(!gate_line_lacks(named, 0, "none", out, sizeof out));
	cr_expect(!gate_line_lacks(named, 0, "", out, sizeof out));
	cr_assert(gate_line_lacks(named, 3, "b c", out, sizeof out));
	cr_expect_str_eq(out, "c");
	cr_assert(gate_line_lacks(named, 3, "/etc/%", out, sizeof out));
	cr_expect(gate_line_names("x %h/a/keys", "a/keys"));
	cr_expect(!gate_line_names("x a/keys2", "a/keys"));
	cr_expect(!gate_line_names("", "a/keys"));
}
