/*
 * SSH_USER_AUTH, the file in which sshd says how somebody logged in: what is
 * not surely sshd's own counts as a password, and is asked.
 *
 * Most cases run the gate as the user's own process: there the environment
 * can be anything.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "forge.h"
#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(authinfo, .timeout = 120);

static void
expect_asked(const struct user *u, const char *file)
{
	struct result r = forge_run(u, file);

	cr_assert_eq(r.status, GATE_REFUSED, "%d: %s", r.status, r.err->bytes);
	cr_assert_str_empty(r.out->bytes);
	cr_assert(text_has(r.err->bytes, PROMPT), "%s", r.err->bytes);
}

/* The proof that the cases below are asked for the reason that they name. */
Test(authinfo, a_file_like_sshds_with_a_listed_key_is_believed)
{
	struct user u = user_enrolled();
	struct result r;

	user_add_key(&u, "");
	r = forge_run(&u, forge_file(login_key_line(&u), u.uid, 0600));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(r.out->bytes, "in\n");
}

Test(authinfo, unset)
{
	struct user u = user_enrolled();

	expect_asked(&u, NULL);
}

Test(authinfo, empty_value)
{
	struct user u = user_enrolled();

	expect_asked(&u, "");
}

Test(authinfo, no_such_file)
{
	struct user u = user_enrolled();

	expect_asked(&u, "/tmp/sshauth.gone");
}

Test(authinfo, a_foreign_file)
{
	struct user u = user_enrolled();

	user_add_key(&u, "");
	expect_asked(&u, forge_file(login_key_line(&u), 0, 0644));
}

Test(authinfo, a_file_of_another_user)
{
	struct user u = user_enrolled(), other = user_new("/bin/bash");

	user_add_key(&u, "");
	expect_asked(&u, forge_file(login_key_line(&u), other.uid, 0644));
}

Test(authinfo, a_file_that_others_can_write)
{
	struct user u = user_enrolled();

	user_add_key(&u, "");
	expect_asked(&u, forge_file(login_key_line(&u), u.uid, 0666));
}

Test(authinfo, a_file_in_the_home)
{
	struct user u = user_enrolled();

	user_add_key(&u, "");
	user_put(&u, "sshauth.0123456789abcde", login_key_line(&u));
	expect_asked(&u, text_format("%s/sshauth.0123456789abcde", u.home));
}

/* A directory of the user's that begins like sshd's file, and what is in it. */
static void
expect_asked_in_directory(const char *rest)
{
	struct user u = user_enrolled();
	const char *dir = text_format("/tmp/sshauth.in%d", (int)getpid());
	const char *file = text_format("%s/forged", dir);

	user_add_key(&u, "");
	cr_assert_eq(mkdir(dir, 0755), 0);
	machine_put(file, login_key_line(&u), 0600);
	cr_assert_eq(chown(file, u.uid, u.uid), 0);
	expect_asked(&u, text_format("%s%s", dir, rest));
}

Test(authinfo, a_file_in_a_directory_that_begins_like_sshds_file)
{
	expect_asked_in_directory("/forged");
}

Test(authinfo, a_file_in_such_a_directory_by_way_of_dots)
{
	expect_asked_in_directory(
	    text_format("/../sshauth.in%d/forged", (int)getpid()));
}

Test(authinfo, a_symbolic_link)
{
	struct user u = user_enrolled();
	const char *link = text_format("/tmp/sshauth.link%d", (int)getpid());

	user_add_key(&u, "");
	user_put(&u, "forged", login_key_line(&u));
	cr_assert_eq(symlink(text_format("%s/forged", u.home), link), 0);
	cr_assert_eq(lchown(link, u.uid, u.uid), 0);
	expect_asked(&u, link);
}

Test(authinfo, a_directory)
{
	struct user u = user_enrolled();
	const char *path = text_format("/tmp/sshauth.dir%d", (int)getpid());

	cr_assert_eq(mkdir(path, 0700), 0);
	cr_assert_eq(chown(path, u.uid, u.uid), 0);
	expect_asked(&u, path);
}

Test(authinfo, a_fifo_does_not_hang_the_gate)
{
	struct user u = user_enrolled();
	const char *path = text_format("/tmp/sshauth.fifo%d", (int)getpid());

	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_assert_eq(chown(path, u.uid, u.uid), 0);
	expect_asked(&u, path);
}

/* ---- what stands in it ---- */

static void
expect_text_asked(const char *text)
{
	struct user u = user_enrolled();

	expect_asked(&u, forge_file(text, u.uid, 0600));
}

Test(authinfo, an_empty_file)
{
	expect_text_asked("");
}

Test(authinfo, a_line_without_its_end)
{
	struct user u = user_enrolled();
	const char *line;

	user_add_key(&u, "");
	line = login_key_line(&u);
	expect_asked(&u,
	    forge_file(
		text_format("%.*s", (int)strlen(line) - 1, line), u.uid, 0600));
}

Test(authinfo, the_method_none)
{
	expect_text_asked("none\n");
}

Test(authinfo, a_method_that_nobody_knows)
{
	expect_text_asked("telepathy\n");
}

Test(authinfo, a_word_that_only_begins_like_publickey)
{
	expect_text_asked("publickeys ssh-ed25519 AAAA\n");
}

Test(authinfo, a_key_and_then_a_password)
{
	struct user u = user_enrolled();

	user_add_key(&u, "");
	expect_asked(&u,
	    forge_file(
		text_format("%spassword\n", login_key_line(&u)), u.uid, 0600));
}

Test(authinfo, a_key_and_then_an_empty_line)
{
	struct user u = user_enrolled();

	user_add_key(&u, "");
	expect_asked(&u,
	    forge_file(text_format("%s\n", login_key_line(&u)), u.uid, 0600));
}

/* ---- the file of a connection that is open ---- */

/*
 * Password alone, and another road that writes a file as the user: the next
 * session of the connection is asked all the same.
 */
static void
expect_overwriting_asked(const char *text)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	login_forge(&u, text);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	expect_refused(&c, PROMPT);
	login_close(&l);
}

Test(authinfo, overwritten_with_hostbased)
{
	expect_overwriting_asked("hostbased\n");
}

Test(authinfo, overwritten_with_gssapi)
{
	expect_overwriting_asked("gssapi-with-mic\n");
}

/* A key that no file has is no password, but neither does it get in. */
Test(authinfo, a_forged_key_is_refused)
{
	struct user u = user_enrolled(), other = user_enrolled();
	struct result r;

	user_add_key(&other, "");
	r = forge_run(&u, forge_file(login_key_line(&other), u.uid, 0600));
	cr_assert_eq(r.status, GATE_REFUSED, "%s", r.err->bytes);
	cr_assert_str_empty(r.out->bytes);
}
