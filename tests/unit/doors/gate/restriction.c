/* That a restricted key stays restricted, and whom that refuses. */
#include "doors/gate/restriction.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "vectors/keys.def"

#define ONE "ssh-ed25519 " KEY_ONE
#define TWO "ssh-ed25519 " KEY_TWO
#define CA "ssh-ed25519 " KEY_CA
#define LOGIN_ONE "publickey " ONE "\n"
#define LOGIN_CERTIFICATE(text) \
	"publickey ssh-ed25519-cert-v01@openssh.com " text "\n"

static char home[] = "/tmp/restriction.XXXXXX";
static char name[] = "ann";
static struct facts facts;
static struct arguments arguments;
static char *command;

static void
start(void)
{
	cr_assert_not_null(mkdtemp(home));
	facts = (struct facts){
	    .terminal = -1, .user = {.uid = 1001, .name = name, .home = home}};
	arguments.keys = (struct patterns){2, {"keys", "keys2"}};
	arguments.principals = (struct patterns){1, {"%h/principals"}};
}

static void
remove_file(const char *file)
{
	char path[64];

	(void)text_print(path, sizeof path, "%s/%s", home, file);
	(void)remove(path);
}

static void
stop(void)
{
	free(command);
	authinfo_free(&facts.login);
	remove_file("keys");
	remove_file("keys2");
	remove_file("principals");
	cr_expect_eq(rmdir(home), 0);
}

TestSuite(doors_gate_restriction, .init = start, .fini = stop);

static void
put(const char *file, const char *text)
{
	char path[64];
	FILE *f;

	(void)text_print(path, sizeof path, "%s/%s", home, file);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	cr_assert_geq(fputs(text, f), 0);
	cr_assert_eq(fclose(f), 0);
}

static bool trusts; /* what otpgated says of a key in no list */

static bool
vouched(void *context, const struct key *key)
{
	cr_expect_str_eq(key->type, "ssh-ed25519");
	return *(const bool *)context;
}

/* What becomes of a login that sshd describes so; "" is no description. */
static enum restriction
find(const char *login)
{
	const struct trust trust = {vouched, &trusts};
	char *copy = strdup(login);

	cr_assert_not_null(copy);
	authinfo_free(&facts.login);
	(void)authinfo_parse(&facts.login, copy, strlen(copy));
	free(command);
	return restriction_find(&facts, &arguments, &trust, &command);
}

static void
expect_command(const char *login, const char *want)
{
	cr_assert_eq(find(login), RESTRICTION_COMMAND);
	cr_expect_str_eq(command, want);
}

static void
expect(const char *login, enum restriction want)
{
	cr_expect_eq(find(login), want);
	cr_expect_null(command);
}

/* ---- plain keys ---- */

Test(doors_gate_restriction, lets_a_plain_key_run_anything)
{
	put("keys", "# mine\n\n" TWO "\n" ONE " comment\n");
	expect(LOGIN_ONE, RESTRICTION_NONE);
}

Test(doors_gate_restriction, lets_a_trusted_key_that_no_list_holds_run_anything)
{
	put("keys", TWO "\n");
	expect(LOGIN_ONE, RESTRICTION_UNLISTED);
	trusts = true;
	expect(LOGIN_ONE, RESTRICTION_NONE);
}

Test(doors_gate_restriction, binds_a_trusted_key_that_a_list_binds)
{
	trusts = true;
	put("keys", "command=\"borg serve\" " ONE "\n");
	expect_command(LOGIN_ONE, "borg serve");
}

Test(doors_gate_restriction, takes_a_trusted_authority_for_no_list)
{
	trusts = true;
	expect(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), RESTRICTION_UNLISTED);
}

Test(doors_gate_restriction, binds_a_key_to_its_command)
{
	put("keys", TWO "\nrestrict,command=\"borg serve\" " ONE "\n");
	expect_command(LOGIN_ONE, "borg serve");
}

Test(doors_gate_restriction, looks_into_every_list)
{
	put("keys", TWO "\n");
	put("keys2", "command=\"x\" " ONE);
	expect_command(LOGIN_ONE, "x");
}

/* sshd passed the first line over, and may have taken any of the others. */
Test(doors_gate_restriction, refuses_two_answers)
{
	put("keys", "from=\"10.0.0.0/8\" " ONE "\ncommand=\"x\" " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_CONFLICT);
	put("keys", "command=\"x\" " ONE "\n" ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_CONFLICT);
	put("keys", "command=\"x\" " ONE "\ncommand=\"y\" " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_CONFLICT);
	put("keys", ONE "\n");
	put("keys2", "command=\"\" " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_CONFLICT);
}

Test(doors_gate_restriction, takes_the_same_answer_twice)
{
	put("keys", "command=\"x\" " ONE "\nfrom=\"a\",command=\"x\" " ONE);
	expect_command(LOGIN_ONE, "x");
	put("keys", ONE "\nno-pty " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_NONE);
}

Test(doors_gate_restriction, refuses_an_option_that_is_not_known)
{
	put("keys", "new-option " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_OPTION);
	put("keys", ONE "\nnew-option " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_OPTION);
	put("keys", "new-option " TWO "\n" ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_NONE);
}

Test(doors_gate_restriction, refuses_a_key_that_no_list_holds)
{
	expect(LOGIN_ONE, RESTRICTION_UNLISTED);
	put("keys", TWO "\n#" ONE "\ncert-authority " ONE "\n");
	expect(LOGIN_ONE, RESTRICTION_UNLISTED);
	arguments.unlisted_shell = true;
	expect(LOGIN_ONE, RESTRICTION_NONE);
	put("keys", "command=\"x\" " ONE "\n");
	expect_command(LOGIN_ONE, "x");
}

Test(doors_gate_restriction, refuses_a_list_that_is_named_wrongly)
{
	put("keys", ONE "\n");
	arguments.keys.pattern[1] = "%x";
	expect(LOGIN_ONE, RESTRICTION_PATTERN);
}

Test(doors_gate_restriction, refuses_what_is_no_key)
{
	arguments.unlisted_shell = true;
	expect("publickey ssh-ed25519 !!!!\n", RESTRICTION_UNREADABLE);
	expect("publickey ssh-ed25519 AAAA\n", RESTRICTION_UNREADABLE);
}

/* sshd takes no FIFO for a list, whatever comes out of it. */
Test(doors_gate_restriction, takes_no_fifo_for_a_list)
{
	static const char line[] = ONE "\n";
	char path[64];
	int fd;

	(void)text_print(path, sizeof path, "%s/keys", home);
	cr_assert_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	cr_assert_geq(fd, 0);
	cr_assert_eq(
	    write(fd, line, sizeof line - 1), (ssize_t)sizeof line - 1);
	expect(LOGIN_ONE, RESTRICTION_UNLISTED);
	(void)close(fd);
}

/* ---- several methods ---- */

Test(doors_gate_restriction, needs_no_list_for_a_password)
{
	put("keys", "command=\"x\" " ONE "\n");
	expect("password\n", RESTRICTION_NONE);
	expect("keyboard-interactive/pam\n", RESTRICTION_NONE);
}

Test(doors_gate_restriction, binds_a_key_that_came_with_a_password)
{
	put("keys", "command=\"x\" " ONE "\n");
	expect_command("password\n" LOGIN_ONE, "x");
	expect_command(LOGIN_ONE "password\n", "x");
}

Test(doors_gate_restriction, looks_at_every_key_of_the_login)
{
	static const char both[] = LOGIN_ONE "publickey " TWO "\n";

	put("keys", ONE "\ncommand=\"x\" " TWO "\n");
	expect_command(both, "x");
	put("keys", "command=\"x\" " ONE "\n" TWO "\n");
	expect_command(both, "x");
	put("keys", "command=\"x\" " ONE "\ncommand=\"x\" " TWO "\n");
	expect_command(both, "x");
	put("keys", "command=\"x\" " ONE "\ncommand=\"y\" " TWO "\n");
	expect(both, RESTRICTION_CONFLICT);
	put("keys", "command=\"x\" " ONE "\n");
	expect(both, RESTRICTION_UNLISTED);
}

/* ---- certificates ---- */

Test(doors_gate_restriction, obeys_the_command_of_a_certificate)
{
	put("keys", "cert-authority " CA "\n");
	expect_command(LOGIN_CERTIFICATE(CERTIFICATE_COMMAND), "echo \"only\"");
	remove_file("keys");
	expect_command(LOGIN_CERTIFICATE(CERTIFICATE_COMMAND), "echo \"only\"");
}

Test(doors_gate_restriction, obeys_the_command_of_an_authority)
{
	put("keys", "cert-authority,command=\"x\" " CA "\n");
	expect_command(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), "x");
	put("keys", "cert-authority " CA "\n");
	expect(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), RESTRICTION_NONE);
}

Test(doors_gate_restriction, obeys_the_command_of_a_principal)
{
	put("principals", "bob\ncommand=\"x\" ops\n");
	expect_command(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), "x");
	put("principals", "command=\"x\" bob\nann\n");
	expect(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), RESTRICTION_NONE);
}

Test(doors_gate_restriction, refuses_two_answers_on_a_certificate)
{
	put("keys", "cert-authority " CA "\n");
	put("principals", "command=\"x\" ops\n");
	expect(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), RESTRICTION_CONFLICT);
	remove_file("keys");
	put("principals", "ann\ncommand=\"x\" ops\n");
	expect(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), RESTRICTION_CONFLICT);
}

Test(doors_gate_restriction, refuses_a_certificate_of_nobody)
{
	put("keys", ONE "\n" CA "\n");
	put("principals", "bob\n");
	expect(LOGIN_CERTIFICATE(CERTIFICATE_PLAIN), RESTRICTION_UNLISTED);
}

Test(doors_gate_restriction, refuses_a_certificate_that_is_not_understood)
{
	put("keys", "cert-authority " CA "\n");
	expect(
	    LOGIN_CERTIFICATE(CERTIFICATE_CRITICAL), RESTRICTION_CERTIFICATE);
}

/* ---- a login that sshd does not describe ---- */

/*
 * It may have been by any key; so it may run anything only where no key is
 * bound to a command.
 */
Test(doors_gate_restriction, refuses_the_unknown_where_keys_are_restricted)
{
	put("keys", ONE "\n# command=\"x\"\n");
	expect("", RESTRICTION_NONE);
	put("keys2", "command=\"x\" " TWO "\n");
	expect("", RESTRICTION_HIDDEN);
	put("keys2", "restrict,Command=\"x\" " TWO "\n");
	expect("", RESTRICTION_HIDDEN);
	put("keys2", "cert-authority " CA "\n");
	expect("", RESTRICTION_HIDDEN);
	remove_file("keys2");
	put("principals", "command=\"x\" ann\n");
	expect("", RESTRICTION_HIDDEN);
	arguments.unlisted_shell = true;
	expect("", RESTRICTION_HIDDEN);
}
