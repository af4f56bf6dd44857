/*
 * The messages between the doors and otpgated.  One request, one reply, each
 * one datagram; messages.def lists their fields, doc/PROTOCOL explains them.
 *
 * Rules:
 *   - A message that is too short, too long, of another version, or followed
 *     by more bytes MUST be refused whole.
 *   - Messages can hold a secret or a code: whoever owns one MUST wipe it.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "core/code.h"
#include "core/methods.h"
#include "core/network.h"
#include "core/otpauth.h"
#include "core/policy.h"
#include "core/pubkey.h"
#include "core/record.h"
#include "core/service.h"

#define WIRE_VERSION 2

#define WIRE_REQUEST_MAX 14336 /* bytes of a request, header included */
#define WIRE_REPLY_MAX 16384   /* bytes of a reply, header included */

#define WIRE_ACCOUNT_MAX 128 /* "user" or "host" inside the QR code */
#define WIRE_COMPLAINT_MAX 4096
#define WIRE_CONNECTION_MAX 128 /* SSH_CONNECTION: two addresses, two ports */
#define WIRE_DETAIL_MAX 512
#define WIRE_DIGITS_MAX 9   /* of a code's digits, NUL included */
#define WIRE_DRAFT_MAX 4096 /* what 90-otpgate.conf may hold */
#define WIRE_GUARDS 8
#define WIRE_KEY_MAX 64
#define WIRE_LINKS 16
#define WIRE_NUMBERS 256 /* uids or gids of one request */
#define WIRE_OPTIONS 32
#define WIRE_PAGE 16	    /* users of one listing reply */
#define WIRE_PROOF_MAX 33   /* 128 bits in hex, NUL included */
#define WIRE_QR_MAX 1024    /* bytes of a QR code's modules as bits */
#define WIRE_REFUSALS 256   /* of one reply: as many as a request looks at */
#define WIRE_SECRET_MAX 104 /* base32 of the longest secret, NUL included */
#define WIRE_SOURCE_MAX 160 /* "file:line" */
#define WIRE_TOLD_MAX 12288 /* what sshd tells of a login, NUL included */

/* What is asked for.  The numbers cross the socket: append, never reorder. */
#define VERB_LIST(X)                                        \
	X(login, login_request, login_reply)                \
	X(code, code_request, login_reply)                  \
	X(status, user_request, status_reply)               \
	X(enroll, enroll_request, enroll_reply)             \
	X(confirm, confirm_request, recovery_reply)         \
	X(recovery, user_request, recovery_reply)           \
	X(health, empty_request, health_reply)              \
	X(list, list_request, list_reply)                   \
	X(clear, user_request, empty_reply)                 \
	X(unlock, unlock_request, unlock_reply)             \
	X(explain, explain_request, explain_reply)          \
	X(policy, empty_request, policy_reply)              \
	X(draft, draft_request, draft_reply)                \
	X(reload, reload_request, reload_reply)             \
	X(remove, remove_request, remove_reply)             \
	X(ticket, user_request, ticket_reply)               \
	X(import, import_request, import_reply)             \
	X(stage, empty_request, import_reply)               \
	X(take, empty_request, import_reply)                \
	X(session, session_request, login_reply)            \
	X(connection, connection_request, connection_reply) \
	X(trust, trust_request, trust_reply)                \
	X(trusted, trusted_request, trusted_reply)          \
	X(revoke, revoke_request, empty_reply)              \
	X(vouched, vouched_request, vouched_reply)          \
	X(emit, emit_request, emit_reply)                   \
	X(digits, login_request, digits_reply)

#define VERB_ENUM(verb, request, reply) VERB_##verb,
enum verb { VERB_NONE, VERB_LIST(VERB_ENUM) VERB_COUNT };
#undef VERB_ENUM

/* How a request ended; only STATUS_OK is followed by a message. */
#define STATUS_LIST(X)                              \
	X(STATUS_REFUSED, "refused")                \
	X(STATUS_OK, "ok")                          \
	X(STATUS_MALFORMED, "malformed-request")    \
	X(STATUS_VERSION, "other-version")          \
	X(STATUS_UNKNOWN_VERB, "unknown-verb")      \
	X(STATUS_NOT_ALLOWED, "not-allowed")        \
	X(STATUS_NO_CHALLENGE, "no-challenge")      \
	X(STATUS_ABSENT, "nothing-there")           \
	X(STATUS_EXISTS, "there-already")           \
	X(STATUS_FULL, "no-room")                   \
	X(STATUS_BROKEN, "record-broken")           \
	X(STATUS_STORE, "store-broken")             \
	X(STATUS_NOT_COMMITTED, "not-committed")    \
	X(STATUS_NEEDS_CODE, "needs-code")          \
	X(STATUS_RANGE, "out-of-range")             \
	X(STATUS_TOO_MANY, "too-many")              \
	X(STATUS_LAST, "last-device")               \
	X(STATUS_NEEDS_TICKET, "needs-ticket")      \
	X(STATUS_KEY_MALFORMED, "no-key")           \
	X(STATUS_KEY_UNKNOWN, "unknown-key-type")   \
	X(STATUS_KEY_CERTIFICATE, "certificate")    \
	X(STATUS_KEY_WEAK, "weak-key")              \
	X(STATUS_NEEDS_ADDRESS, "needs-address")    \
	X(STATUS_TOO_LONG, "longer-than-trust-max") \
	X(STATUS_TRUST_OFF, "trust-is-off")         \
	X(STATUS_NO_CONNECTION, "connection-unseen")

#define STATUS_ENUM(name, word) name,
enum status { STATUS_LIST(STATUS_ENUM) STATUS_COUNT };
#undef STATUS_ENUM

/* The word for s in logs and JSON; "unknown" for another number. */
const char *status_word(enum status s);

/* The name of a verb, for logs; "unknown" for another number. */
const char *verb_word(enum verb v);

/* What became of a draft.  The numbers cross the socket. */
enum draft_state {
	DRAFT_REFUSED, /* the complaint says why */
	DRAFT_GOOD,
	DRAFT_MEMBERS, /* tell who the members of admin are, and ask again */
	DRAFT_CODE     /* bring a code of one who is enrolled, and ask again */
};

/* What a login wants. */
#define KIND_LIST(X)               \
	X(KIND_UNKNOWN, "unknown") \
	X(KIND_SHELL, "shell")     \
	X(KIND_COMMAND, "command") \
	X(KIND_SFTP, "sftp")       \
	X(KIND_SCP, "scp")         \
	X(KIND_RSYNC, "rsync")     \
	X(KIND_GIT, "git")         \
	X(KIND_LOGIN, "login")     \
	X(KIND_MOSH, "mosh")

#define KIND_ENUM(name, word) name,
enum kind { KIND_LIST(KIND_ENUM) KIND_COUNT };
#undef KIND_ENUM

const char *kind_word(enum kind k);

/* How far an import is. */
enum phase {
	PHASE_NONE,
	PHASE_READING,	/* "stage" reads on */
	PHASE_CHECKING, /* "stage" holds the records against the store */
	PHASE_READY,	/* "take" makes it count */
	PHASE_REFUSED,	/* there are bad records; nothing will come of it */
	PHASE_TAKEN,
	PHASE_COUNT
};

/* What becomes of a record; those from IMPORT_SHORT on are bad. */
enum import_why {
	IMPORT_UNREAD,
	IMPORT_GOOD,
	IMPORT_SAME,	/* the user has this very secret: nothing is changed */
	IMPORT_SHORT,	/* the secret is */
	IMPORT_RANGE,	/* a number that no code can have */
	IMPORT_AHEAD,	/* a code of a time to come was used */
	IMPORT_SCRATCH, /* more scratch codes than fit, or one twice */
	IMPORT_TWICE,	/* the same secret stands before it */
	IMPORT_GUARDED, /* the user has another second factor */
	IMPORT_BROKEN,	/* the user's record is */
	IMPORT_FULL,	/* as many devices stand before it as one can have */
	IMPORT_WHY_COUNT
};

#define IMPORT_RECORDS_MAX 250000 /* of one import */

/* ---- the structs: struct wire_NAME for each RECORD and MESSAGE ---- */

#define U8(name) uint8_t name;
#define U16(name) uint16_t name;
#define U32(name) uint32_t name;
#define I32(name) int32_t name;
#define I64(name) int64_t name;
#define TEXT(name, max) char name[max];
#define BLOB(name, max)    \
	uint8_t name[max]; \
	size_t name##_size;
#define LIST(type, name, max)         \
	struct wire_##type name[max]; \
	size_t name##_count;
#define PART(type, name) struct wire_##type name;
#define RECORD(name, fields) \
	struct wire_##name { \
		fields       \
	};
/* Two messages have no field; ISO C wants one in every struct. */
#define MESSAGE(name, fields)     \
	struct wire_##name {      \
		uint8_t reserved; \
		fields            \
	};
#include "wire/messages.def"
#undef RECORD
#undef MESSAGE
#undef U8
#undef U16
#undef U32
#undef I32
#undef I64
#undef TEXT
#undef BLOB
#undef LIST
#undef PART

/* ---- the codecs: put_NAME() and get_NAME() for each MESSAGE ---- */

/*
 * put_NAME() appends the message to w, which remembers a lack of room.
 * get_NAME() reads it and leaves r's error set when it is malformed; counts
 * and lengths beyond the struct's are ERR_LONG.
 */
#define RECORD(name, fields)
#define MESSAGE(name, fields)                                           \
	void put_##name(struct writer *w, const struct wire_##name *m); \
	void get_##name(struct reader *r, struct wire_##name *m);
#include "wire/messages.def"
#undef RECORD
#undef MESSAGE

/* The headers: version, verb; and version, verb, status. */
void put_request_header(struct writer *w, enum verb verb);
void put_reply_header(struct writer *w, enum verb verb, enum status status);

/*
 * Reads a request's header.  STATUS_OK, STATUS_MALFORMED, STATUS_VERSION or
 * STATUS_UNKNOWN_VERB; *verb is VERB_NONE unless OK.
 */
enum status get_request_header(struct reader *r, enum verb *verb);

/*
 * Reads a reply's header and checks that it answers verb.  OK, ERR_VERSION,
 * ERR_FORMAT or ERR_SHORT.
 */
enum error get_reply_header(
    struct reader *r, enum verb verb, enum status *status);

#endif
