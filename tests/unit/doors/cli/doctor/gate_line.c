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
			       "--principals=c --fallback=publickey --record"),
	    OK);
	cr_expect_eq(g.words.keys.count, 2);
	cr_expect_str_eq(g.words.keys.pattern[1], "b");
	cr_expect_eq(g.words.principals.count, 1);
	cr_expect_str_eq(g.words.principals.pattern[0], "c");
	cr_expect(g.words.fallback_publickey);
	cr_expect(g.words.record);
	cr_expect(!g.words.unlisted_shell);
	cr_expect_eq(read_line("exec\t" GATE "  --unlisted-keys=shell\t"), OK);
	cr_expect(g.words.unlisted_shell);
	cr_expect(!g.words.fallback_publickey);
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
	cr_expect_eq(read_line("exec " GATE " --version"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " --help"), ERR_REFUSED);
}

Test(gate_line, words_for_a_shell)
{
	cr_expect_eq(read_line(GATE " --keys=a"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " '--keys=a b'"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " || sh"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " --keys=a;id"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " --keys=a\nid"), ERR_REFUSED);
	cr_expect_eq(read_line("exec " GATE " --keys=$(id)"), ERR_REFUSED);
}

Test(gate_line, too_many_words)
{
	char text[GATE_LINE_MAX] = "exec " GATE;

	for (int i = 0; i < PATTERNS_MAX; i++)
		memcpy(text + strlen(text), " --keys=x", sizeof " --keys=x");
	cr_expect_eq(read_line(text), OK);
	memcpy(text + strlen(text), " --keys=x", sizeof " --keys=x");
	cr_expect_eq(read_line(text), ERR_REFUSED);
	for (int i = 0; i < GATE_WORDS_MAX; i++)
		memcpy(text + strlen(text), " --record", sizeof " --record");
	cr_expect_eq(read_line(text), ERR_REFUSED);
}

Test(gate_line, lists_are_compared_in_either_spelling)
{
	const struct patterns named = {3, {"a/keys", "%h/b", "/etc/%u"}};
	const struct patterns none = {.count = 0};
	char out[32];

	cr_expect(
	    !gate_line_lacks(&named, "b  %h/a/keys /etc/%u", out, sizeof out));
	cr_expect(!gate_line_lacks(&none, "none", out, sizeof out));
	cr_expect(!gate_line_lacks(&none, "", out, sizeof out));
	cr_assert(gate_line_lacks(&named, "b c", out, sizeof out));
	cr_expect_str_eq(out, "c");
	cr_assert(gate_line_lacks(&named, "/etc/%", out, sizeof out));
	cr_expect(gate_line_names("x %h/a/keys", "a/keys"));
	cr_expect(!gate_line_names("x a/keys2", "a/keys"));
	cr_expect(!gate_line_names("", "a/keys"));
}
