/*
 * Words that no sentence of the command can mean: each is refused with a
 * sentence that can be shown anywhere, and changes nothing.
 */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

#include "machine.h"
#include "run.h"
#include "user.h"

TestSuite(bad_input, .timeout = 120);

#define WORDS_MAX 12
#define BAD "BAD" /* where the bad word goes */

/* What nobody and nothing is called. */
static const char *const bad_words[] = {
    "no-such-name", "", "a name\nof two lines", "red\033[31m\a",
    "\xc3\x28 broken \x9b", "-1", "99999999999999999999", "../../etc/passwd",
    NULL /* 300 bytes */
};
#define BAD_WORDS (sizeof bad_words / sizeof bad_words[0])

static const char *
bad_word(size_t i)
{
	static char longest[301];

	if (bad_words[i] != NULL)
		return bad_words[i];
	memset(longest, 'a', sizeof longest - 1);
	return longest;
}

static const char *const of_root[][WORDS_MAX] = {
    {"otpgate", "enroll", BAD, "--json"},
    {"otpgate", "enroll", BAD, "--ticket"},
    {"otpgate", "confirm", BAD, "123456"},
    {"otpgate", "show", BAD},
    {"otpgate", "clear", BAD, "--yes"},
    {"otpgate", "clear", BAD, "--ticket", "--yes"},
    {"otpgate", "unlock", BAD},
    {"otpgate", "explain", BAD, "--method", "password"},
    {"otpgate", "explain", "root", "--method", "password", "--from", BAD},
    {"otpgate", "policy", "set", BAD, "1"},
    {"otpgate", "policy", "set", "window", BAD},
    {"otpgate", "policy", "set", "exempt_groups", BAD},
    {"otpgate", "policy", "set", "exempt_networks", BAD},
    {"otpgate", "policy", "set", "policy", "required", "--admin", BAD},
    {"otpgate", "policy", "check", BAD},
    {"otpgate", "import", "oath", BAD},
    {"otpgate", "import", "google-authenticator", BAD},
    {"otpgate", BAD},
};

static const char *const of_users[][WORDS_MAX] = {
    {"otpgate", "renew", BAD, "--json"},
    {"otpgate", "remove", BAD, "--yes"},
    {"otpgate", "enroll", "--json", "--digits", BAD},
    {"otpgate", "enroll", "--json", "--period", BAD},
    {"otpgate", "enroll", "--json", "--algorithm", BAD},
    {"otpgate", "confirm", BAD},
};

/* Nothing that a terminal obeys. */
static void
expect_showable(const char *text, const char *of)
{
	for (const char *c = text; *c != '\0'; c++)
		cr_assert(*c == '\n' || (*c >= ' ' && *c <= '~'),
		    "%s: byte %d in: %s", of, *c, text);
}

/* An empty list is one, and an empty address is none. */
static bool
may_be_empty(const char *const pattern[WORDS_MAX])
{
	return strcmp(pattern[1], "explain") == 0 ||
	    (pattern[2] != NULL && strcmp(pattern[2], "set") == 0);
}

static void
expect_refused(
    const char *const pattern[WORDS_MAX], size_t bad, const struct user *u)
{
	const char *argv[WORDS_MAX + 1] = {NULL};
	const char *of = pattern[1];
	struct result r;

	if (bad_word(bad)[0] == '\0' && may_be_empty(pattern))
		return;
	for (size_t i = 0; i < WORDS_MAX && pattern[i] != NULL; i++)
		argv[i] =
		    strcmp(pattern[i], BAD) == 0 ? bad_word(bad) : pattern[i];
	r = u == NULL ? run(argv) : run_as(u->uid, argv, NULL);
	cr_expect(r.status == 1 || r.status == 2, "%s, word %zu: %d, %s%s", of,
	    bad, r.status, r.out->bytes, r.err->bytes);
	cr_expect_str_empty(r.out->bytes, "%s, word %zu", of, bad);
	cr_expect_str_not_empty(r.err->bytes, "%s, word %zu", of, bad);
	expect_showable(r.err->bytes, of);
}

Test(bad_input, of_root_is_refused_with_a_sentence)
{
	const char *before =
	    run_fine(COMMAND("otpgate", "policy", "show", "--json"));
	pid_t daemon = machine_daemon_pid();

	for (size_t s = 0; s < sizeof of_root / sizeof of_root[0]; s++)
		for (size_t i = 0; i < BAD_WORDS; i++)
			expect_refused(of_root[s], i, NULL);
	cr_expect_str_eq(
	    before, run_fine(COMMAND("otpgate", "policy", "show", "--json")));
	cr_expect_eq(daemon, machine_daemon_pid());
	run_fine(COMMAND("otpgate", "status"));
}

Test(bad_input, of_a_user_is_refused_with_a_sentence)
{
	struct user u = user_enrolled();
	const char *before =
	    run_fine(COMMAND("otpgate", "show", u.name, "--json"));

	for (size_t s = 0; s < sizeof of_users / sizeof of_users[0]; s++)
		for (size_t i = 0; i < BAD_WORDS; i++)
			expect_refused(of_users[s], i, &u);
	cr_expect_str_eq(
	    before, run_fine(COMMAND("otpgate", "show", u.name, "--json")));
}

/* A label may hold anything; a terminal does not get all of it. */
Test(bad_input, control_characters_in_labels_are_shown_escaped)
{
	static const char label[] = "red\033[31m\a\xc2\x9b";
	struct user u = user_new("/bin/bash");
	const char *said;

	run_fine(
	    COMMAND("otpgate", "enroll", u.name, "--json", "--label", label));
	said = run_fine(COMMAND("otpgate", "show", u.name));
	cr_assert(text_has(said, "red\\x1b[31m\\x07"), "%s", said);
	expect_showable(said, "show");
	said = run_fine(COMMAND("otpgate", "show", u.name, "--json"));
	expect_showable(said, "show --json");
}

Test(bad_input, a_label_that_is_too_long_is_refused)
{
	struct user u = user_new("/bin/bash");
	struct result r = run(COMMAND("otpgate", "enroll", u.name, "--json",
	    "--label", bad_word(BAD_WORDS - 1)));

	cr_assert_eq(r.status, 2, "%s", r.out->bytes);
	expect_showable(r.err->bytes, "enroll --label");
}

/* Names come one a line: a bad one is told, and the others are served. */
Test(bad_input, bad_names_on_standard_input_are_named)
{
	struct user u = user_new("/bin/bash");
	struct result r =
	    run_input(COMMAND("otpgate", "enroll", "--stdin", "--json"),
		text_format("no-such-name\n%s\nred\033[31m\n%s\n",
		    bad_word(BAD_WORDS - 1), u.name));

	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.out->bytes, u.name), "%s", r.out->bytes);
	cr_assert(text_has(r.err->bytes, "no-such-name"), "%s", r.err->bytes);
	expect_showable(r.err->bytes, "enroll --stdin");
}
