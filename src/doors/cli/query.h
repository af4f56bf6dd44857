/*
 * Asking otpgated, one connection for each question: people take longer to
 * answer than otpgated keeps a silent connection.
 */
#ifndef DOORS_CLI_QUERY_H
#define DOORS_CLI_QUERY_H

#include <stdbool.h>

#include "wire/message.h"

/* Beside otpgated's own words: it could not be asked, which was said. */
#define STATUS_UNREACHED STATUS_COUNT

/*
 * query_VERB(): otpgated's word, with *answer filled when it is STATUS_OK,
 * else zero.  STATUS_UNREACHED, after a complaint, when it could not be asked.
 * question and answer are the caller's to wipe.
 */
#define VERB_QUERY(verb, request, reply)                                \
	enum status query_##verb(const struct wire_##request *question, \
	    struct wire_##reply *answer);
VERB_LIST(VERB_QUERY)
#undef VERB_QUERY

/* True for STATUS_OK; for all else false, and it was said why. */
bool query_good(enum status s);

/* Why otpgated could not be asked. */
void complain_unreachable(enum error e);

/* What became of a code, where it did not open. */
void complain_outcome(enum reason reason, int64_t wait);

#endif
