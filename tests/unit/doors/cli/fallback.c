/* Whether sshd's files hold the exception for keys. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doors/cli/fallback.h"

static char place[] = "/tmp/otpgate-fallback-XXXXXX";
static char file[64], pattern[64], dropin[64];
static char where[160];

static void
start(void)
{
	cr_assert_not_null(mkdtemp(place));
	(void)snprintf(file, sizeof file, "%s/sshd_config", place);
	(void)snprintf(pattern, sizeof pattern, "%s/*.conf", place);
	(void)snprintf(dropin, sizeof dropin, "%s/00-gate.conf", place);
}

static void
stop(void)
{
	(void)unlink(file);
	(void)unlink(dropin);
	(void)rmdir(dropin);
	(void)rmdir(place);
}

static void
fill(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	cr_assert_not_null(out);
	cr_assert_geq(fputs(text, out), 0);
	cr_assert_eq(fclose(out), 0);
}

static enum error
find(void)
{
	return fallback_find(file, pattern, where, sizeof where);
}

TestSuite(fallback, .init = start, .fini = stop);

Test(fallback, is_found_in_the_main_file)
{
	fill(file, "Port 22\nForceCommand exec gate --fallback=publickey\n");
	cr_assert_eq(find(), OK);
	cr_expect_not_null(strstr(where, "/sshd_config:2"));
}

Test(fallback, is_found_in_a_drop_in)
{
	fill(file, "Port 22\n");
	fill(dropin, "\n\n  ForceCommand exec gate --fallback=publickey -x");
	cr_assert_eq(find(), OK);
	cr_expect_not_null(strstr(where, "/00-gate.conf:3"));
}

Test(fallback, comments_are_none)
{
	fill(file, "# --fallback=publickey\n\t # --fallback=publickey\n");
	fill(dropin, "ForceCommand exec gate\n");
	cr_expect_eq(find(), ERR_ABSENT);
}

Test(fallback, no_files_hold_none)
{
	cr_expect_eq(find(), ERR_ABSENT);
}

/* What cannot be read may hold it. */
Test(fallback, unreadable_files_are_no_answer)
{
	fill(file, "Port 22\n");
	cr_assert_eq(mkdir(dropin, 0700), 0);
	cr_assert_eq(find(), ERR_SYSTEM);
	cr_expect_str_eq(where, dropin);
}

Test(fallback, covers_publickey_as_a_whole_word)
{
	cr_expect(fallback_covers("publickey"));
	cr_expect(fallback_covers("hostbased,publickey"));
	cr_expect(fallback_covers("publickey,hostbased"));
	cr_expect(!fallback_covers(""));
	cr_expect(!fallback_covers("hostbased"));
	cr_expect(!fallback_covers("publickey2,xpublickey"));
}
