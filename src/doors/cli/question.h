/*
 * Questions to whoever runs the command.
 */
#ifndef DOORS_CLI_QUESTION_H
#define DOORS_CLI_QUESTION_H

#include <stddef.h>

#include "base/error.h"
#include "core/verdict.h"
#include "doors/cli/cli.h"
#include "wire/message.h"

/*
 * Asks on the terminal for one line of at most size - 1 bytes.  OK; ERR_LONG
 * and ERR_FORMAT for an answer that cannot be one; ERR_ABSENT when there is no
 * terminal; anything else, said, when no answer came.  out is the caller's to
 * wipe.
 */
enum error question_line(
    struct cli *c, const char *question, bool echo, char *out, size_t size);

/* Asks yes or no: true for y or yes.  Without a terminal false, and said. */
bool question_yes(struct cli *c, const char *question);

/* True where another code may be tried after one that ended so. */
bool question_again(enum reason reason);

/* The codes that prove a factor in the course of one sentence. */
struct proof {
	struct cli *c;
	unsigned int given; /* how many were */
};

/*
 * True after a request that did its work: a right code proved the factor, or
 * none was needed.
 */
bool proof_done(enum status s, enum reason reason);

/*
 * After a request that did not do its work: s, reason and wait are what
 * otpgated said of it.  True with the next code to try in out; false, after a
 * complaint, when there is none to try or a code would not help.
 */
bool proof_next(struct proof *p, enum status s, enum reason reason,
    int64_t wait, char out[static CODE_TEXT_MAX]);

#endif
