/*
 * Sessions that cannot be asked: sftp, scp, rsync, git, an ended input.  With
 * a password and a secret they are refused, and the reason can be read; who
 * is not asked is not hindered.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(kinds, .timeout = 120);

#define SFTP_SERVER "/usr/lib/openssh/sftp-server"

/* A request of that kind, by libssh, which shows standard error. */
static void
expect_kind_refused(enum want want, const char *what)
{
	struct user u = user_enrolled();
	struct channel c = ATTEMPT(.user = &u, .want = want, .what = what);

	expect_refused(&c, "code");
	cr_assert_eq(channel_prompts(&c), 0);
}

Test(kinds, sftp_server_as_a_command)
{
	expect_kind_refused(WANT_COMMAND, SFTP_SERVER);
}

Test(kinds, internal_sftp_as_a_command)
{
	expect_kind_refused(WANT_COMMAND, "internal-sftp");
}

Test(kinds, scp_to_the_machine)
{
	expect_kind_refused(WANT_COMMAND, "scp -t file");
}

Test(kinds, scp_from_the_machine)
{
	expect_kind_refused(WANT_COMMAND, "scp -f file");
}

Test(kinds, rsync)
{
	expect_kind_refused(
	    WANT_COMMAND, "rsync --server -logDtpre.iLsfxCIvu . file");
}

Test(kinds, git_fetch)
{
	expect_kind_refused(WANT_COMMAND, "git-upload-pack 'r.git'");
}

Test(kinds, git_push)
{
	expect_kind_refused(WANT_COMMAND, "git-receive-pack 'r.git'");
}

/* An input that has ended cannot answer. */
Test(kinds, an_ended_input)
{
	struct user u = user_enrolled();
	struct channel c = ATTEMPT(.user = &u, .what = IN);

	expect_refused(&c, "");
	cr_assert_gt(c.err->size, strlen(PROMPT));
}

Test(kinds, an_input_that_ends_within_the_code)
{
	struct user u = user_enrolled();
	struct channel c = ATTEMPT(.user = &u, .what = IN, .input = "123");

	expect_refused(&c, "");
}

/* ---- the real clients ---- */

#define SSH_OPTIONS "-F none -o PubkeyAuthentication=no"

/* Runs words of a shell on a terminal, with %s for the user's name. */
static struct terminal
client(const struct user *u, const char *words)
{
	struct terminal t;

	terminal_start(&t, COMMAND("sh", "-c", words));
	terminal_await(&t, "assword: ");
	terminal_type(&t, u->password);
	terminal_type(&t, "\n");
	return t;
}

Test(kinds, the_real_sftp_is_refused)
{
	struct user u = user_enrolled();
	struct terminal t = client(
	    &u, text_format("sftp " SSH_OPTIONS " %s@127.0.0.1", u.name));

	cr_assert_eq(terminal_finish(&t), 255, "%s", t.seen->bytes);
	cr_assert_not(text_has(t.seen->bytes, "sftp>"));
}

Test(kinds, the_real_scp_is_refused)
{
	struct user u = user_enrolled();
	struct terminal t = client(&u,
	    text_format(
		"scp " SSH_OPTIONS " /etc/hostname %s@127.0.0.1:", u.name));

	cr_assert_neq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert_neq(
	    run(COMMAND("test", "-e", text_format("%s/hostname", u.home)))
		.status,
	    0);
}

Test(kinds, the_real_old_scp_is_refused_and_says_why)
{
	struct user u = user_enrolled();
	struct terminal t = client(&u,
	    text_format(
		"scp -O " SSH_OPTIONS " /etc/hostname %s@127.0.0.1:", u.name));

	cr_assert_neq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "code"), "%s", t.seen->bytes);
}

Test(kinds, the_real_rsync_is_refused_and_says_why)
{
	struct user u = user_enrolled();
	struct terminal t = client(&u,
	    text_format("rsync -e 'ssh " SSH_OPTIONS
			"' /etc/hostname %s@127.0.0.1:",
		u.name));

	cr_assert_neq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "code"), "%s", t.seen->bytes);
}

Test(kinds, the_real_git_is_refused_and_says_why)
{
	struct user u = user_enrolled();
	struct terminal t = client(&u,
	    text_format("GIT_SSH_COMMAND='ssh " SSH_OPTIONS
			"' git ls-remote %s@127.0.0.1:r.git",
		u.name));

	cr_assert_neq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "code"), "%s", t.seen->bytes);
}

/* ---- who is not asked ---- */

/* Uploads a file of mode 0644 with sftp(1), by key. */
static void
expect_upload(const struct user *u, int port)
{
	const char *file = text_format(MACHINE_RUN "/upload-%s", u->name);
	struct result r;

	machine_put(file, "uploaded\n", 0644);
	r = run_input(
	    COMMAND("sftp", "-q", "-b", "-", "-F", "none", "-i", u->key, "-P",
		text_format("%d", port), text_format("%s@127.0.0.1", u->name)),
	    text_format("put %s copy\n", file));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(
	    machine_get(text_format("%s/copy", u->home)), "uploaded\n");
}

Test(kinds, sftp_works_for_a_key)
{
	struct user u = user_enrolled();

	user_add_key(&u, "");
	expect_upload(&u, SSHD_GUARDED);
}

Test(kinds, internal_sftp_of_the_site_works_for_a_key)
{
	struct user u = user_enrolled();
	int port = sshd_start(
	    "Include " SSHD_DROP_IN "\n"
	    "Subsystem sftp internal-sftp -l INFO -u 0077\nUsePAM yes\n");

	user_add_key(&u, "");
	expect_upload(&u, port);
	cr_assert_str_eq(run_fine(COMMAND("stat", "-c", "%a",
			     text_format("%s/copy", u.home))),
	    "600\n");
}

Test(kinds, sftp_works_for_a_password_without_a_secret)
{
	struct user u = user_new("/bin/bash");
	struct terminal t = client(
	    &u, text_format("sftp " SSH_OPTIONS " %s@127.0.0.1", u.name));

	terminal_await(&t, "sftp> ");
	terminal_type(&t, "pwd\n");
	terminal_await(&t, u.home);
	terminal_type(&t, "bye\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
}
