/* Which list of methods is believed to be sshd's. */
#include "doors/gate/authinfo.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static struct authinfo info;

/* Parses size bytes, and wants nothing of them where they are refused. */
static enum error
parse(const char *text, size_t size)
{
	char *copy = malloc(size + 1);
	enum error e;

	cr_assert_not_null(copy);
	memcpy(copy, text, size);
	copy[size] = '\0';
	authinfo_free(&info);
	e = authinfo_parse(&info, copy, size);
	cr_expect_eq(info.believed, e == OK);
	if (e != OK) {
		cr_expect_str_eq(info.methods, "");
		cr_expect_eq(info.keys, 0);
	}
	return e;
}

static void
stop(void)
{
	authinfo_free(&info);
}

TestSuite(doors_gate_authinfo, .fini = stop);

Test(doors_gate_authinfo, reads_what_sshd_writes)
{
	static const struct {
		const char *text, *methods;
		size_t keys;
	} cases[] = {
	    {"password\n", "password", 0},
	    {"keyboard-interactive/pam\n", "keyboard-interactive/pam", 0},
	    {"none\n", "none", 0},
	    {"publickey ssh-ed25519 AAAA\n", "publickey", 1},
	    {"publickey ssh-ed25519 AAAA\npassword\n", "publickey,password", 1},
	    {"password\npublickey ssh-rsa AAAA\n", "password,publickey", 1},
	    {"publickey a AAAA\npublickey b BBBB\n", "publickey,publickey", 2},
	    {"publickey sk-x AAAA signature count = 7\n", "publickey", 1},
	    {"gssapi-with-mic ann@EXAMPLE\n", "gssapi-with-mic", 0},
	    {"hostbased client user \"ann\", client host \"h\"\n", "hostbased",
		0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_assert_eq(parse(cases[i].text, strlen(cases[i].text)), OK,
		    "%s", cases[i].text);
		cr_expect_str_eq(info.methods, cases[i].methods);
		cr_expect_eq(info.keys, cases[i].keys);
	}
}

Test(doors_gate_authinfo, finds_the_keys)
{
	static const char text[] =
	    "publickey ssh-ed25519 AAAA\npublickey sk-x BBBB count = 7\n";

	cr_assert_eq(parse(text, sizeof text - 1), OK);
	cr_expect_str_eq(info.key[0].type, "ssh-ed25519");
	cr_expect_str_eq(info.key[0].blob, "AAAA");
	cr_expect_str_eq(info.key[1].type, "sk-x");
	cr_expect_str_eq(info.key[1].blob, "BBBB");
}

/* One bad line, and none of the others is believed. */
Test(doors_gate_authinfo, refuses_what_sshd_does_not_write)
{
	static const char *const bad[] = {"", "\n", "password", " password\n",
	    "password\n\n", "\npassword\n", "publickey\n", "publickey \n",
	    "publickey ssh-ed25519\n", "publickey ssh-ed25519 \n",
	    "publickey  AAAA\n", "publickey ssh-ed25519  AAAA\n",
	    "publickey ssh-ed25519 AAAA", "publickey ssh-ed25519 AAAA\npasswo",
	    "publickey,x\n", "password\npublickey\n"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_neq(parse(bad[i], strlen(bad[i])), OK, "%s", bad[i]);
}

Test(doors_gate_authinfo, refuses_a_nul)
{
	cr_expect_eq(parse("publickey a A\n\0password\n", 24), ERR_FORMAT);
	cr_expect_eq(parse("pass\0word\n", 10), ERR_FORMAT);
}

Test(doors_gate_authinfo, refuses_more_than_it_can_hold)
{
	static const char line[] = "publickey a A\n";
	static char text[AUTHINFO_MAX];
	size_t size = 0;

	for (int i = 0; i <= AUTHINFO_KEYS; i++, size += sizeof line - 1)
		memcpy(text + size, line, sizeof line - 1);
	cr_expect_eq(parse(text, size), ERR_LONG);
	cr_expect_eq(parse(text, size - (sizeof line - 1)), OK);
	memset(text, 'x', 300);
	text[300] = '\n';
	cr_expect_eq(parse(text, 301), ERR_LONG);
}

/* ---- the file ---- */

static char path[64];

static void
make_file(mode_t mode, const char *text)
{
	int fd;

	(void)text_copy(path, sizeof path, "/tmp/sshauth.XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(fd, mode), 0);
	(void)close(fd);
}

static enum error
read_file(const char *name, uid_t owner)
{
	authinfo_free(&info);
	return authinfo_read(&info, name, owner);
}

Test(doors_gate_authinfo, believes_the_file_of_its_user)
{
	make_file(0600, "password\n");
	cr_expect_eq(read_file(path, getuid()), OK);
	cr_expect_str_eq(info.methods, "password");
	(void)unlink(path);
}

Test(doors_gate_authinfo, believes_no_other_mode)
{
	static const mode_t modes[] = {
	    0601, 0610, 0620, 0640, 0644, 0700, 04600, 02600, 01600};

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		make_file(modes[i], "publickey a A\n");
		cr_expect_neq(read_file(path, getuid()), OK, "%o", modes[i]);
		(void)unlink(path);
	}
}

Test(doors_gate_authinfo, believes_no_other_owner)
{
	make_file(0600, "publickey a A\n");
	cr_expect_eq(read_file(path, getuid() + 1), ERR_UNSAFE);
	(void)unlink(path);
}

Test(doors_gate_authinfo, believes_no_other_place)
{
	cr_expect_eq(read_file(NULL, getuid()), ERR_ABSENT);
	cr_expect_neq(read_file("", getuid()), OK);
	cr_expect_neq(read_file("none", getuid()), OK);
	cr_expect_eq(read_file("/etc/passwd", 0), ERR_UNSAFE);
	cr_expect_eq(read_file("/tmp/sshauth.x/../../etc/x", 0), ERR_UNSAFE);
	cr_expect_eq(read_file("/tmp/sshauth.none", getuid()), ERR_ABSENT);
}

Test(doors_gate_authinfo, believes_regular_files_only)
{
	char other[80];

	make_file(0600, "publickey a A\n");
	(void)text_print(other, sizeof other, "%s.l", path);
	cr_assert_eq(symlink(path, other), 0);
	cr_expect_eq(read_file(other, getuid()), ERR_UNSAFE);
	cr_assert_eq(unlink(other), 0);
	cr_assert_eq(mkfifo(other, 0600), 0);
	cr_expect_eq(read_file(other, getuid()), ERR_UNSAFE);
	cr_assert_eq(unlink(other), 0);
	cr_assert_eq(mkdir(other, 0600), 0);
	cr_expect_eq(read_file(other, getuid()), ERR_UNSAFE);
	cr_assert_eq(rmdir(other), 0);
	(void)unlink(path);
}

Test(doors_gate_authinfo, believes_no_empty_file_and_no_giant)
{
	make_file(0600, "");
	cr_expect_eq(read_file(path, getuid()), ERR_SHORT);
	cr_assert_eq(truncate(path, AUTHINFO_MAX + 1), 0);
	cr_expect_eq(read_file(path, getuid()), ERR_LONG);
	(void)unlink(path);
}
