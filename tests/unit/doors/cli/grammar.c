/* Every sentence is understood, with all that it can be given; others not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "doors/cli/grammar.h"

#define WORDS_MAX 16

static struct given given;
static struct misfit misfit;

/* Reads line, its words split at blanks. */
static enum error
read_line(const char *line)
{
	static char copy[256];
	const char *words[WORDS_MAX];
	char *rest = NULL;
	size_t count = 0;

	cr_assert_lt(strlen(line), sizeof copy);
	memcpy(copy, line, strlen(line) + 1);
	for (char *w = strtok_r(copy, " ", &rest); w != NULL;
	     w = strtok_r(NULL, " ", &rest))
		words[count++] = w;
	return grammar_read(words, count, &given, &misfit);
}

/* What was said, in the order of the slots: "USER=alice --json=". */
static const char *
said(void)
{
#define NAME(name, text) text,
	static const char *const names[] = {SLOT_LIST(NAME)};
	static char out[512];
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < SLOT_COUNT; i++)
		if (given.text[i] != NULL)
			used += (size_t)snprintf(out + used, sizeof out - used,
			    "%s%s=%s", used > 0 ? " " : "", names[i],
			    given.text[i]);
	return out;
}

static const struct {
	const char *line;
	enum sentence sentence;
	const char *said;
} good[] = {
    {"status", SENTENCE_status, ""},
    {"status --json", SENTENCE_status, "--json="},
    {"enroll", SENTENCE_enroll, ""},
    {"enroll alice", SENTENCE_enroll, "USER=alice"},
    {"enroll --json alice", SENTENCE_enroll, "USER=alice --json="},
    {"enroll --label=my", SENTENCE_enroll, "--label=my"},
    {"enroll --label=", SENTENCE_enroll, "--label="},
    {"enroll alice --label a --digits 8 --period 60 --algorithm SHA256 "
     "--json",
	SENTENCE_enroll,
	"USER=alice --label=a --digits=8 --period=60 --algorithm=SHA256 "
	"--json="},
    {"enroll --period 60 alice --digits=7", SENTENCE_enroll,
	"USER=alice --digits=7 --period=60"},
    {"enroll alice --ticket", SENTENCE_enroll_ticket, "USER=alice --ticket="},
    {"renew", SENTENCE_renew, ""},
    {"renew phone --digits 8 --json", SENTENCE_renew,
	"DEVICE=phone --digits=8 --json="},
    {"remove", SENTENCE_remove, ""},
    {"remove --yes phone", SENTENCE_remove, "DEVICE=phone --yes="},
    {"confirm 123456", SENTENCE_confirm, "CODE=123456"},
    {"confirm alice 123456", SENTENCE_confirm, "USER=alice CODE=123456"},
    {"confirm --label app 123456", SENTENCE_confirm, "CODE=123456 --label=app"},
    {"confirm alice 123456 --label app --json", SENTENCE_confirm,
	"USER=alice CODE=123456 --label=app --json="},
    {"recovery", SENTENCE_recovery, ""},
    {"recovery --json", SENTENCE_recovery, "--json="},
    {"trust", SENTENCE_trust, ""},
    {"trust - --for 8h", SENTENCE_trust, "FILE=- --for=8h"},
    {"trust id.pub alice --from any --json", SENTENCE_trust,
	"USER=alice FILE=id.pub --from=any --json="},
    {"trust list", SENTENCE_trust_list, ""},
    {"trust list alice --json", SENTENCE_trust_list, "USER=alice --json="},
    {"trust revoke 7", SENTENCE_trust_revoke, "ID=7"},
    {"trust revoke 7 alice", SENTENCE_trust_revoke, "USER=alice ID=7"},
    {"init", SENTENCE_init, ""},
    {"enable", SENTENCE_enable, ""},
    {"enable ssh", SENTENCE_enable, "ssh=ssh"},
    {"enable ssh --force", SENTENCE_enable, "ssh=ssh --force="},
    {"doctor", SENTENCE_doctor, ""},
    {"doctor --json", SENTENCE_doctor, "--json="},
    {"disable", SENTENCE_disable, ""},
    {"disable ssh", SENTENCE_disable, "ssh=ssh"},
    {"policy show", SENTENCE_policy_show, ""},
    {"policy show --json", SENTENCE_policy_show, "--json="},
    {"policy check", SENTENCE_policy_check, ""},
    {"policy check /etc/x", SENTENCE_policy_check, "FILE=/etc/x"},
    {"enable --force", SENTENCE_enable, "--force="},
    {"disable ssh --force", SENTENCE_disable, "ssh=ssh --force="},
    {"policy set window 2", SENTENCE_policy_set, "KEY=window VALUE=2"},
    {"policy set policy required --admin alice", SENTENCE_policy_set,
	"KEY=policy VALUE=required --admin=alice"},
    {"policy set policy required --admin --force --force", SENTENCE_policy_set,
	"KEY=policy VALUE=required --force= --admin=--force"},
    {"users", SENTENCE_users, ""},
    {"users --json", SENTENCE_users, "--json="},
    {"show alice", SENTENCE_show, "USER=alice"},
    {"show alice --json", SENTENCE_show, "USER=alice --json="},
    {"clear alice", SENTENCE_clear, "USER=alice"},
    {"clear --yes alice", SENTENCE_clear, "USER=alice --yes="},
    {"clear alice --ticket --yes", SENTENCE_clear,
	"USER=alice --ticket= --yes="},
    {"unlock alice", SENTENCE_unlock, "USER=alice"},
    {"unlock alice --clock", SENTENCE_unlock, "USER=alice --clock="},
    {"unlock --all", SENTENCE_unlock_all, "--all="},
    {"unlock --all --clock", SENTENCE_unlock_all, "--all= --clock="},
    {"enroll --json --stdin --digits 8", SENTENCE_enroll_many,
	"--digits=8 --stdin= --json="},
    {"import oath /etc/users.oath", SENTENCE_import_oath,
	"FILE=/etc/users.oath"},
    {"import google-authenticator --skip-bad /home", SENTENCE_import_google,
	"FILE=/home --skip-bad="},
    {"explain alice --method password", SENTENCE_explain,
	"USER=alice --method=password"},
    {"explain --from ::1 --json --method=publickey,password alice",
	SENTENCE_explain,
	"USER=alice --method=publickey,password --from=::1 --json="},
    {"--help", SENTENCE_help, "--help="},
    {"--version", SENTENCE_version, "--version="},
};

#define GOOD (sizeof good / sizeof good[0])

Test(grammar, reads_what_it_knows)
{
	for (size_t i = 0; i < GOOD; i++) {
		cr_expect_eq(read_line(good[i].line), OK, "%s", good[i].line);
		cr_expect_eq(
		    given.sentence, good[i].sentence, "%s", good[i].line);
		cr_expect_str_eq(said(), good[i].said, "%s", good[i].line);
	}
}

Test(grammar, no_sentence_and_no_slot_is_left_untried)
{
	int sentence[SENTENCE_COUNT] = {0}, slot[SLOT_COUNT] = {0};

	for (size_t i = 0; i < GOOD; i++) {
		cr_assert_eq(read_line(good[i].line), OK);
		sentence[given.sentence] = 1;
		for (size_t s = 0; s < SLOT_COUNT; s++)
			slot[s] |= given.text[s] != NULL;
	}
	for (size_t s = 0; s < SENTENCE_COUNT; s++)
		cr_expect(sentence[s], "%s", grammar_pattern((enum sentence)s));
	for (size_t s = 0; s < SLOT_COUNT; s++)
		cr_expect(slot[s], "slot %zu", s);
}

/* at: the word that fits nowhere; possible: one sentence that would go on. */
static const struct {
	const char *line;
	size_t at;
	enum sentence possible;
	enum sentence impossible;
} bad[] = {
    {"", 0, SENTENCE_status, SENTENCE_COUNT},
    {"polcy show", 0, SENTENCE_policy_show, SENTENCE_COUNT},
    {"STATUS", 0, SENTENCE_status, SENTENCE_COUNT},
    {"stat", 0, SENTENCE_status, SENTENCE_COUNT},
    {"--json users", 0, SENTENCE_users, SENTENCE_COUNT},
    {"policy", 1, SENTENCE_policy_set, SENTENCE_status},
    {"policy --json show", 1, SENTENCE_policy_show, SENTENCE_status},
    {"policy frob", 1, SENTENCE_policy_check, SENTENCE_users},
    {"policy set", 2, SENTENCE_policy_set, SENTENCE_policy_show},
    {"policy set window", 3, SENTENCE_policy_set, SENTENCE_policy_show},
    {"policy set window 2 3", 4, SENTENCE_policy_set, SENTENCE_policy_show},
    {"users alice", 1, SENTENCE_users, SENTENCE_show},
    {"users --jsno", 1, SENTENCE_users, SENTENCE_show},
    {"users --json=yes", 1, SENTENCE_users, SENTENCE_show},
    {"users --json --json", 2, SENTENCE_users, SENTENCE_show},
    {"show", 1, SENTENCE_show, SENTENCE_users},
    {"show alice bob", 2, SENTENCE_show, SENTENCE_users},
    {"enable sssh", 1, SENTENCE_enable, SENTENCE_disable},
    {"unlock", 1, SENTENCE_unlock_all, SENTENCE_clear},
    {"unlock --al", 1, SENTENCE_unlock_all, SENTENCE_clear},
    {"enroll --label", 2, SENTENCE_enroll, SENTENCE_confirm},
    {"enroll --label a --label b", 3, SENTENCE_enroll, SENTENCE_confirm},
    {"confirm", 1, SENTENCE_confirm, SENTENCE_enroll},
    {"explain alice", 2, SENTENCE_explain, SENTENCE_show},
    {"explain --method password", 3, SENTENCE_explain, SENTENCE_show},
    {"--version now", 1, SENTENCE_version, SENTENCE_help},
};

Test(grammar, says_where_it_stopped_and_what_is_possible_there)
{
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_eq(
		    read_line(bad[i].line), ERR_FORMAT, "%s", bad[i].line);
		cr_expect_eq(
		    misfit.at, bad[i].at, "%s: %zu", bad[i].line, misfit.at);
		cr_expect(misfit.possible[bad[i].possible], "%s", bad[i].line);
		if (bad[i].impossible != SENTENCE_COUNT)
			cr_expect(!misfit.possible[bad[i].impossible], "%s",
			    bad[i].line);
	}
}

/* A mistake here would let anybody believe to be allowed. */
Test(grammar, marks_what_only_root_may_say)
{
	static const enum sentence anybody[] = {SENTENCE_status,
	    SENTENCE_enroll, SENTENCE_renew, SENTENCE_remove, SENTENCE_confirm,
	    SENTENCE_recovery, SENTENCE_policy_check, SENTENCE_help,
	    SENTENCE_version, SENTENCE_trust, SENTENCE_trust_list,
	    SENTENCE_trust_revoke};
	size_t root = 0;

	for (size_t i = 0; i < sizeof anybody / sizeof anybody[0]; i++)
		cr_expect(!grammar_needs_root(anybody[i]));
	for (int s = 0; s < SENTENCE_COUNT; s++)
		root += grammar_needs_root((enum sentence)s);
	cr_expect_eq(root + sizeof anybody / sizeof anybody[0], SENTENCE_COUNT);
	cr_expect(grammar_needs_root(SENTENCE_COUNT));
}

/* A file of that name is ./list. */
Test(grammar, own_words_are_not_taken_for_names)
{
	cr_assert_eq(read_line("trust revoke"), ERR_FORMAT);
	cr_expect(misfit.possible[SENTENCE_trust_revoke]);
	cr_expect_not(misfit.possible[SENTENCE_trust]);
	cr_assert_eq(read_line("trust list alice --for 8h"), ERR_FORMAT);
	cr_assert_eq(read_line("trust ./list"), OK);
	cr_expect_eq(given.sentence, SENTENCE_trust);
	cr_assert_eq(read_line("show trust"), OK);
}

Test(grammar, empty_words_are_words)
{
	const char *const words[] = {"policy", "set", "issuer", ""};

	cr_assert_eq(grammar_read(words, 4, &given, &misfit), OK);
	cr_expect_str_empty(given.text[SLOT_VALUE]);
}
