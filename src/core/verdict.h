/*
 * The words in which decisions are spoken: what becomes of a login, why, and
 * what became of a code.
 *
 * Zero denies in each of them.  The numbers cross the socket: append, never
 * reorder.  Sentences for people are made of them in term/sentence.c.
 */
#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

/* What a door has to do.  Doors obey; they never work it out themselves. */
enum verdict {
	VERDICT_DENY,	   /* refuse, and say why */
	VERDICT_CHALLENGE, /* ask for a code, send it, obey the next verdict */
	VERDICT_SETUP,	   /* let in only after a set-up is completed */
	VERDICT_OFFER,	   /* let in; on a terminal offer a set-up first */
	VERDICT_PASS,	   /* let in */
	VERDICT_COUNT
};

/* Why.  name is what logs and --json print. */
#define REASON_LIST(X)                                             \
	X(REASON_UNDECIDED, "undecided")                           \
	X(REASON_GLOBAL_OFF, "global-off")                         \
	X(REASON_SERVICE_OFF, "service-off")                       \
	X(REASON_PASSWORDLESS, "password-less")                    \
	X(REASON_EXEMPT, "exempt")                                 \
	X(REASON_NO_SECRET, "no-secret")                           \
	X(REASON_SETUP_REQUIRED, "setup-required")                 \
	X(REASON_HAS_SECRET, "has-secret")                         \
	X(REASON_RECORD_BROKEN, "record-broken")                   \
	X(REASON_POLICY_BROKEN, "policy-broken")                   \
	X(REASON_STORE_BROKEN, "store-broken")                     \
	X(REASON_CODE_ACCEPTED, "code-accepted")                   \
	X(REASON_RECOVERY_ACCEPTED, "recovery-code-accepted")      \
	X(REASON_CODE_WRONG, "code-wrong")                         \
	X(REASON_CODE_USED, "code-used")                           \
	X(REASON_CODE_MALFORMED, "not-a-code")                     \
	X(REASON_BRAKED, "too-many-wrong-codes")                   \
	X(REASON_LOCKED, "locked")                                 \
	X(REASON_RECOVERY_BRAKED, "too-many-wrong-recovery-codes") \
	X(REASON_NO_TRIES, "no-tries-left")                        \
	X(REASON_NOT_COMMITTED, "not-committed")                   \
	X(REASON_TICKET_WRONG, "ticket-wrong")                     \
	X(REASON_CONNECTION, "connection-verified")                \
	X(REASON_SERVICE_UNNAMED, "service-not-named")             \
	X(REASON_NOT_NEEDED, "not-needed")                         \
	X(REASON_TICKET_ACCEPTED, "ticket-accepted")

#define REASON_ENUM(name, word) name,
enum reason { REASON_LIST(REASON_ENUM) REASON_COUNT };
#undef REASON_ENUM

/* The word for r, in the logs and in JSON; "unknown" for another number. */
const char *reason_word(enum reason r);

/* "deny", "challenge", "setup", "offer", "pass"; "unknown" for another. */
const char *verdict_word(enum verdict v);

#endif
