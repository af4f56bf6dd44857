/* Which programs sshd would run; as root, for root's files are needed. */
#include "os/root_program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/root_program.XXXXXX"; /* /tmp is anybody's */
static char program[64], link_to[64];

static void
make(void)
{
	FILE *f;

	if (geteuid() != 0)
		cr_skip_test("root's files are needed");
	cr_assert_not_null(mkdtemp(directory));
	cr_assert_eq(chmod(directory, 0755), 0);
	(void)snprintf(program, sizeof program, "%s/program", directory);
	(void)snprintf(link_to, sizeof link_to, "%s/link", directory);
	f = fopen(program, "w");
	cr_assert_not_null(f);
	cr_assert_eq(fclose(f), 0);
	cr_assert_eq(chmod(program, 0755), 0);
	cr_assert_eq(symlink(program, link_to), 0);
}

static void
end(void)
{
	(void)unlink(link_to);
	(void)unlink(program);
	(void)rmdir(directory);
}

TestSuite(os_root_program, .init = make, .fini = end);

Test(os_root_program, takes_root_s_through_links)
{
	cr_expect_eq(root_program_check(program), OK);
	cr_expect_eq(root_program_check(link_to), OK);
	cr_expect_eq(root_program_check("/bin/sh"), OK);
}

Test(os_root_program, refuses_what_is_none)
{
	cr_expect_eq(root_program_check("sh"), ERR_FORMAT);
	cr_expect_eq(root_program_check(""), ERR_FORMAT);
	cr_expect_eq(root_program_check("/nowhere/sh"), ERR_ABSENT);
	cr_expect_eq(root_program_check("/bin/sh/x"), ERR_ABSENT);
	cr_expect_eq(root_program_check(directory), ERR_UNSAFE);
	cr_assert_eq(chmod(program, 0644), 0);
	cr_expect_eq(
	    root_program_check(program), ERR_UNSAFE, "not for running");
}

Test(os_root_program, refuses_what_others_can_replace)
{
	cr_assert_eq(chmod(program, 0775), 0);
	cr_expect_eq(root_program_check(program), ERR_UNSAFE);
	cr_assert_eq(chmod(program, 0757), 0);
	cr_expect_eq(root_program_check(program), ERR_UNSAFE);
	cr_assert_eq(chmod(program, 0755), 0);
	cr_assert_eq(chown(program, 1000, 0), 0);
	cr_expect_eq(root_program_check(program), ERR_UNSAFE);
	cr_assert_eq(chown(program, 0, 0), 0);
	cr_assert_eq(chmod(directory, 0777), 0);
	cr_expect_eq(root_program_check(program), ERR_UNSAFE);
	cr_expect_eq(root_program_check(link_to), ERR_UNSAFE);
	cr_assert_eq(chmod(directory, 0755), 0);
	cr_assert_eq(chown(directory, 1000, 0), 0);
	cr_expect_eq(root_program_check(program), ERR_UNSAFE);
}
