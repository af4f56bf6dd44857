/* The lines of authorized_keys and of principals, as sshd reads them. */
#include "doors/gate/keyline.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "vectors/keys.def"

#define ONE "ssh-ed25519 " KEY_ONE
#define CA "ssh-ed25519 " KEY_CA

static struct keyoptions options;
static struct key key;

static void
start(void)
{
	cr_assert_eq(key_read(&key, KEY_ONE, strlen(KEY_ONE)), OK);
}

static void
stop(void)
{
	free(options.command);
	key_free(&key);
}

TestSuite(doors_gate_keyline, .init = start, .fini = stop);

static enum error
read_options(const char *text)
{
	free(options.command);
	return keyoptions_read(&options, text);
}

static enum error
read_line(const char *line, bool authority)
{
	free(options.command);
	return keyline_read(&options, line, &key, authority);
}

/* ---- options ---- */

Test(doors_gate_keyline, knows_every_option_of_sshd)
{
	static const char *const good[] = {"", "restrict", "RESTRICT",
	    "cert-authority", "port-forwarding", "no-port-forwarding",
	    "NO-Port-Forwarding", "agent-forwarding", "no-agent-forwarding",
	    "x11-forwarding", "no-X11-forwarding", "no-touch-required",
	    "touch-required", "verify-required", "no-verify-required", "pty",
	    "no-pty", "user-rc", "no-user-rc", "command=\"x\"",
	    "principals=\"a,b\"", "from=\"*.example.org,!x\"",
	    "expiry-time=\"20300101\"", "environment=\"A=b c\"",
	    "permitopen=\"h:1\",permitopen=\"h:2\"", "permitlisten=\"1\"",
	    "tunnel=\"1\"", "restrict,pty,command=\"a,b c\",from=\"x\"",
	    "restrict ignored", "restrict\tignored", "restrict, ignored"};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		cr_expect_eq(read_options(good[i]), OK, "%s", good[i]);
}

Test(doors_gate_keyline, refuses_an_option_that_is_not_known)
{
	static const char *const bad[] = {"new-option", "restrict,new",
	    "new=\"x\",restrict", "restrictx", "pty2", "no-restrict",
	    "no-command=\"x\"", "no-cert-authority", "no-no-pty", "no-",
	    "command", "command=", "command=x", "command=\"x", "command=\"x\"y",
	    "command =\"x\"", "command=\"x\\\"",
	    /* To sshd a backslash escapes a quote, and nothing else. */
	    "command=\"x\\\\\"", "from=\"", "pty=\"x\"", "restrict,",
	    ",restrict", "restrict,,pty", "restrict;pty", "\"restrict\"",
	    "commands=\"x\"", "=", "\377"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(read_options(bad[i]), ERR_FORMAT, "%s", bad[i]);
}

Test(doors_gate_keyline, reads_the_command)
{
	static const struct {
		const char *text, *command;
	} cases[] = {
	    {"command=\"\"", ""},
	    {"command=\"echo hi\"", "echo hi"},
	    {"COMMAND=\"x\"", "x"},
	    {"command=\"a \\\"b\\\" c\"", "a \"b\" c"},
	    {"command=\"a\\b\"", "a\\b"},
	    {"pty,command=\"x,y z\",no-pty", "x,y z"},
	    {"environment=\"command=x\",command=\"y\"", "y"},
	    {"command=\"command=\\\"x\\\"\"", "command=\"x\""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_assert_eq(
		    read_options(cases[i].text), OK, "%s", cases[i].text);
		cr_expect_str_eq(options.command, cases[i].command);
	}
	cr_expect_eq(read_options("from=\"command=x\""), OK);
	cr_expect_null(options.command);
}

Test(doors_gate_keyline, refuses_two_commands)
{
	cr_expect_eq(read_options("command=\"a\",command=\"a\""), ERR_EXISTS);
	cr_expect_null(options.command);
}

/* ---- lines ---- */

Test(doors_gate_keyline, finds_the_key)
{
	static const char *const lines[] = {ONE, ONE "\n", ONE " comment\n",
	    "  \t" ONE, "ssh-ed25519  \t " KEY_ONE " x", ONE "\r\n",
	    "restrict " ONE, "restrict  \t" ONE,
	    "from=\"a b\",command=\"x\" " ONE " c",
	    "command=\"ssh-ed25519 " KEY_TWO "\" " ONE,
	    "command=\"a \\\" b\" " ONE};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		cr_expect_eq(read_line(lines[i], false), OK, "%s", lines[i]);
}

Test(doors_gate_keyline, finds_no_other_key)
{
	static const char *const lines[] = {"", "\n", "#" ONE, "  # " ONE,
	    "ssh-ed25519 " KEY_TWO, "ssh-rsa " KEY_ONE, KEY_ONE,
	    "ssh-ed25519" KEY_ONE, "ssh-ed25519 x" KEY_ONE,
	    "ssh-ed25519 " KEY_ONE "AAAA", "ssh-ed25519", "restrict " KEY_ONE,
	    "command=\"x " ONE, "command=\"" ONE "\" ssh-ed25519 " KEY_TWO,
	    "ssh-ed25519 " KEY_TWO " " ONE, "restrict pty " ONE};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		cr_expect_eq(
		    read_line(lines[i], false), ERR_ABSENT, "%s", lines[i]);
}

Test(doors_gate_keyline, tells_a_bad_option_of_the_key_only)
{
	cr_expect_eq(read_line("new-option " ONE, false), ERR_FORMAT);
	cr_expect_eq(
	    read_line("new-option ssh-ed25519 " KEY_TWO, false), ERR_ABSENT);
}

/* sshd takes a line with cert-authority for certificates alone. */
Test(doors_gate_keyline, tells_an_authority_from_a_key)
{
	cr_expect_eq(read_line(ONE, true), ERR_ABSENT);
	cr_expect_eq(read_line("cert-authority " ONE, false), ERR_ABSENT);
	cr_expect_eq(
	    read_line("cert-authority,command=\"x\" " ONE, false), ERR_ABSENT);
	cr_expect_null(options.command);
	cr_expect_eq(read_line("cert-authority,command=\"x\" " ONE, true), OK);
	cr_expect_str_eq(options.command, "x");
}

Test(doors_gate_keyline, takes_an_rsa_key_by_its_signatures_name)
{
	key_free(&key);
	cr_assert_eq(key_read(&key, KEY_RSA, strlen(KEY_RSA)), OK);
	cr_expect_eq(
	    read_line("command=\"x\" rsa-sha2-512 " KEY_RSA, false), OK);
	cr_expect_str_eq(options.command, "x");
}

/* ---- principals ---- */

static struct certificate certificate;

static enum error
read_principal(const char *line)
{
	free(options.command);
	return principal_line_read(&options, line, &certificate);
}

static void
start_principals(void)
{
	cr_assert_eq(
	    key_read(&key, CERTIFICATE_PLAIN, strlen(CERTIFICATE_PLAIN)), OK);
	cr_assert_eq(certificate_read(&certificate, &key), OK);
}

static void
stop_principals(void)
{
	certificate_free(&certificate);
	stop();
}

TestSuite(
    doors_gate_principals, .init = start_principals, .fini = stop_principals);

Test(doors_gate_principals, are_found)
{
	static const char *const lines[] = {"ann", "ops\n", "  ann  \n",
	    "ann # of the night\n", "restrict ann", "from=\"a b\" \t ops\n"};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		cr_expect_eq(read_principal(lines[i]), OK, "%s", lines[i]);
		cr_expect_null(options.command);
	}
	cr_expect_eq(read_principal("command=\"x y\" ann\n"), OK);
	cr_expect_str_eq(options.command, "x y");
}

Test(doors_gate_principals, are_told_from_others)
{
	static const char *const lines[] = {"", "\n", "#ann", "bob", "annx",
	    "ann,ops", "ann bob", "command=\"ann\"", "an", "# ann"};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		cr_expect_eq(
		    read_principal(lines[i]), ERR_ABSENT, "%s", lines[i]);
}

Test(doors_gate_principals, tell_a_bad_option_of_their_own_line_only)
{
	cr_expect_eq(read_principal("new-option ann"), ERR_FORMAT);
	cr_expect_eq(read_principal("new-option bob"), ERR_ABSENT);
}
