#include "core/verdict.h"

#define REASON_CASE(name, word) \
	case name:              \
		return word;

const char *
reason_word(enum reason r)
{
	switch (r) {
		REASON_LIST(REASON_CASE)
	case REASON_COUNT:
		break;
	}
	return "unknown";
}

const char *
verdict_word(enum verdict v)
{
	switch (v) {
	case VERDICT_DENY:
		return "deny";
	case VERDICT_CHALLENGE:
		return "challenge";
	case VERDICT_SETUP:
		return "setup";
	case VERDICT_OFFER:
		return "offer";
	case VERDICT_PASS:
		return "pass";
	case VERDICT_COUNT:
		break;
	}
	return "unknown";
}
