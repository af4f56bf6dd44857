/* Programs that are asked: what they say, and what becomes of those that
 * do not end. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "doors/cli/doctor/program.h"

static struct program p;

static enum error
run_sh(const char *line)
{
	static char sh[] = "/bin/sh", flag[] = "-c";
	char *copy = strdup(line);
	char *const words[] = {sh, flag, copy, NULL};
	enum error e = program_run(&p, words);

	free(copy);
	return e;
}

Test(program, output_and_complaint_are_kept)
{
	cr_assert_eq(run_sh("echo out; echo err >&2"), OK);
	cr_expect_eq(p.size, 4);
	cr_expect_eq(memcmp(p.output, "out\n", 4), 0);
	cr_expect_str_eq(p.complaint, "err\n");
}

Test(program, a_bad_end_is_told)
{
	cr_expect_eq(run_sh("echo why >&2; exit 1"), ERR_REFUSED);
	cr_expect_str_eq(p.complaint, "why\n");
	cr_expect_eq(run_sh("kill -KILL $$"), ERR_REFUSED);
}

Test(program, one_that_is_not_there)
{
	static char name[] = "/nonexistent/sshd";
	char *const words[] = {name, NULL};

	cr_expect_eq(program_run(&p, words), ERR_ABSENT);
}

Test(program, its_environment_is_ours)
{
	cr_assert_eq(setenv("LD_DEBUG_OUTPUT", "/tmp/x", 1), 0);
	cr_assert_eq(setenv("PATH", "/nowhere", 1), 0);
	cr_assert_eq(run_sh("env | grep -c -e LD_ -e nowhere; exit 0"), OK);
	cr_expect_eq(memcmp(p.output, "0\n", 2), 0);
}

Test(program, it_reads_nothing)
{
	cr_assert_eq(run_sh("cat"), OK);
	cr_expect_eq(p.size, 0);
}

Test(program, too_much_output_ends_it)
{
	cr_expect_eq(run_sh("exec yes"), ERR_LONG);
}

Test(program, a_long_complaint_does_not_stop_it)
{
	cr_expect_eq(run_sh("head -c 1000000 /dev/zero | tr '\\0' x >&2"), OK);
	cr_expect_eq(strlen(p.complaint), PROGRAM_COMPLAINT_MAX - 1);
}
