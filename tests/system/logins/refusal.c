/*
 * What programs show to whoever is refused: clients of sftp are told in its
 * protocol, those of scp, rsync and git by one line on standard error.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sftp.h"
#include "sshd.h"

TestSuite(refusal, .timeout = 120);

/* All three ways that work for it. */
static void
expect_ways(const char *said)
{
	cr_assert(text_has(said, "a code is needed"), "%s", said);
	cr_assert(text_has(said, "SendEnv=OTPGATE_CODE"), "%s", said);
	cr_assert(text_has(said, "ControlMaster"), "%s", said);
	cr_assert(text_has(said, "otpgate trust"), "%s", said);
}

/* ---- sftp ---- */

Test(refusal, openssh_shows_why)
{
	struct user u = user_enrolled();

	expect_ways(sftp_by_openssh(&u));
}

Test(refusal, libssh_shows_why)
{
	struct user u = user_enrolled();

	expect_ways(sftp_by_libssh(&u, BY_PASSWORD, SSHD_GUARDED));
}

Test(refusal, paramiko_shows_why)
{
	struct user u = user_enrolled();
	const char *said = sftp_by_paramiko(&u);

	expect_ways(said);
	cr_assert(text_has(said, "PermissionError"), "%s", said);
}

Test(refusal, sshds_own_server_shows_why)
{
	struct user u = user_enrolled();
	int port = sshd_start("Include " SSHD_DROP_IN
			      "\nSubsystem sftp internal-sftp\nUsePAM yes\n");

	expect_ways(sftp_by_libssh(&u, BY_PASSWORD, port));
}

/* ---- refusals that are the gate's own ---- */

Test(refusal, a_key_with_two_commands_shows_in_sftp)
{
	struct user u = user_enrolled();
	const char *said;

	user_add_key(&u, "");
	run_fine(COMMAND("sh", "-c",
	    text_format("cd %s/.ssh; sed 's/^/command=\"id\" /' "
			"authorized_keys >x; cat x >>authorized_keys",
		u.home)));
	said = sftp_by_libssh(&u, BY_KEY, SSHD_GUARDED);
	cr_assert(text_has(said, "different commands"), "%s", said);
}

Test(refusal, a_wrong_line_of_sshd_shows_in_sftp)
{
	struct user u = user_enrolled();
	const char *said = sftp_by_libssh(&u, BY_PASSWORD,
	    sshd_start(sshd_gate_changed(
		COMMAND("--fallback=publickey", "--fallback=everybody"))));

	cr_assert(text_has(said, "argument that is not known"), "%s", said);
}

Test(refusal, a_missing_line_of_sshd_shows_in_sftp)
{
	struct user u = user_enrolled();
	const char *said = sftp_by_libssh(&u, BY_PASSWORD,
	    sshd_start(sshd_gate_without((const char *const[]){"HOME", NULL})));

	cr_assert(text_has(said, "SetEnv line"), "%s", said);
}

/* ---- the others ---- */

static void
expect_one_line(const char *command)
{
	struct user u = user_enrolled();
	struct channel c = ATTEMPT(.user = &u, .what = command);

	expect_refused(&c, "otpgate: a code is needed");
	expect_ways(c.err->bytes);
	cr_assert_eq(text_count(c.err->bytes, "\n"), 1, "%s", c.err->bytes);
}

Test(refusal, scp_is_told_on_one_line)
{
	expect_one_line("scp -t file");
}

Test(refusal, rsync_is_told_on_one_line)
{
	expect_one_line("rsync --server -logDtpre.iLsfxCIvu . file");
}

Test(refusal, git_is_told_on_one_line)
{
	expect_one_line("git-upload-pack 'r.git'");
}
