#include "doors/cli/query.h"

#include <string.h>

#include "doors/cli/say.h"
#include "places.h"
#include "term/sentence.h"
#include "wire/ask.h"

void
complain_unreachable(enum error e)
{
	char sentence[SENTENCE_MAX];

	complain("%s", sentence_unreachable(sentence, e));
}

#define VERB_QUERY(verb, request, reply)                                \
	enum status query_##verb(const struct wire_##request *question, \
	    struct wire_##reply *answer)                                \
	{                                                               \
		enum status status = STATUS_REFUSED;                    \
		struct ask a;                                           \
		enum error e = ask_open(&a, PATH_SOCKET);               \
                                                                        \
		if (e == OK) {                                          \
			e = ask_##verb(&a, question, answer, &status);  \
			ask_close(&a);                                  \
		}                                                       \
		if (e == OK)                                            \
			return status;                                  \
		complain_unreachable(e);                                \
		return STATUS_UNREACHED;                                \
	}
VERB_LIST(VERB_QUERY)

bool
query_good(enum status s)
{
	char sentence[SENTENCE_MAX];

	if (s != STATUS_OK && s != STATUS_UNREACHED)
		complain("%s", sentence_status(sentence, s));
	return s == STATUS_OK;
}

void
complain_outcome(enum reason reason, int64_t wait)
{
	char sentence[SENTENCE_MAX];

	complain("%s", sentence_outcome(sentence, reason, wait));
}
