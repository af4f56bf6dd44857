/*
 * The command line is one sentence of a list: sentences.def.  The list is the
 * parser and the help, so that nothing can be documented and not understood.
 *
 * Pure: words in, a sentence out.
 */
#ifndef DOORS_CLI_GRAMMAR_H
#define DOORS_CLI_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define SENTENCE(name, who, pattern, help) SENTENCE_##name,
enum sentence {
#include "doors/cli/sentences.def"
	SENTENCE_COUNT
};
#undef SENTENCE

/* What a sentence can be given, as the patterns spell it: every option too. */
#define SLOT_LIST(X)                     \
	X(SLOT_USER, "USER")             \
	X(SLOT_CODE, "CODE")             \
	X(SLOT_DEVICE, "DEVICE")         \
	X(SLOT_FILE, "FILE")             \
	X(SLOT_KEY, "KEY")               \
	X(SLOT_VALUE, "VALUE")           \
	X(SLOT_ID, "ID")                 \
	X(SLOT_SSH, "ssh")               \
	X(SLOT_LABEL, "--label")         \
	X(SLOT_DIGITS, "--digits")       \
	X(SLOT_PERIOD, "--period")       \
	X(SLOT_ALGORITHM, "--algorithm") \
	X(SLOT_METHOD, "--method")       \
	X(SLOT_FROM, "--from")           \
	X(SLOT_FOR, "--for")             \
	X(SLOT_FORCE, "--force")         \
	X(SLOT_ADMIN, "--admin")         \
	X(SLOT_ALL, "--all")             \
	X(SLOT_CLOCK, "--clock")         \
	X(SLOT_TICKET, "--ticket")       \
	X(SLOT_STDIN, "--stdin")         \
	X(SLOT_YES, "--yes")             \
	X(SLOT_SKIP_BAD, "--skip-bad")   \
	X(SLOT_JSON, "--json")           \
	X(SLOT_HELP, "--help")           \
	X(SLOT_VERSION, "--version")

#define SLOT_ENUM(name, text) name,
enum slot { SLOT_LIST(SLOT_ENUM) SLOT_COUNT };
#undef SLOT_ENUM

/* A sentence as somebody said it. */
struct given {
	enum sentence sentence;
	/* Points into the words; NULL where it was left out; a flag is "". */
	const char *text[SLOT_COUNT];
};

/* How far the words led, and which sentences they led into. */
struct misfit {
	size_t at; /* the first word that fits nowhere; all fitted: their count,
	              and more is needed */
	bool possible[SENTENCE_COUNT];
};

/*
 * Reads count words.  OK, or ERR_FORMAT with *misfit filled; *out is then not
 * to be used.
 */
enum error grammar_read(const char *const *words, size_t count,
    struct given *out, struct misfit *misfit);

/* True when only root may say s. */
bool grammar_needs_root(enum sentence s);

/* The pattern and the help of s. */
const char *grammar_pattern(enum sentence s);
const char *grammar_help(enum sentence s);

#endif
