/*
 * The answers: what otpgated does with each verb.
 *
 * Rules:
 *   - The table in answer.c MUST be the only way to a handler.  What is not in
 *     it, and who is not in its row, is refused there, in one place.
 *   - A handler MUST take its peer from the kernel's word in the caller, never
 *     from the message.
 *   - A handler MUST write to the store last, and return STATUS_OK only when
 *     its writes are in the turn.  An answer leaves after the commit.
 *   - Nothing that a client sends MUST end the process.
 */
#ifndef DAEMON_ANSWER_H
#define DAEMON_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/log.h"
#include "core/verify.h"
#include "daemon/daemon.h"
#include "daemon/import.h"
#include "daemon/judge.h"
#include "os/peer.h"
#include "wire/message.h"

#define TRIES 3		/* answers to the prompt of one login */
#define ENROLLS 20	/* secrets that a user may set up in a minute */
#define SETUP_TIME 600	/* seconds that a set-up at a login waits */
#define LINES_SHOWN 200 /* of one user in a minute: what a log takes at once */

/*
 * A login of this connection that waits: for its code, or for the set-up that
 * it was offered.
 */
struct challenge {
	bool open;
	bool setup;
	bool session;			 /* past where a door can ask */
	bool proven;			 /* that has shown a proof of a code */
	bool known;			 /* from a network of the owner's */
	bool asked;			 /* the code came by a prompt */
	struct ancestor sshd;		 /* its connection; zero: not known */
	uint32_t tries;			 /* answers left */
	int64_t device;			 /* whose code was taken; 0: none's */
	struct wire_login_request login; /* its code is wiped */
	struct device fresh; /* shown in a set-up; in no store before its
	                        code, so that nothing is left half done */
};

/* Who asks, and what is known of that connection. */
struct caller {
	struct peer peer;
	int fd; /* its socket, for what more the kernel knows of the peer */
	struct challenge challenge;
	struct origin *proven; /* the connection that this request's code
	                          is for, or NULL */
	struct import *import; /* under way on it, or NULL */
	const int *passed;     /* a descriptor that came with this request: it
	                          is closed afterwards; NULL: none */
	bool stands;	       /* the answer does not hang on the store */
	bool logged;	       /* line is to be written after the commit */
	bool kept;	       /* it is to be, however many there are */
	bool exempt; /* it tells of a login that an exemption let in */
	struct log_line line;
};

/*
 * Answers one request of size bytes: a whole reply goes to w, which has room
 * for WIRE_REPLY_MAX.  Writes of the verb are in the store's turn, or undone.
 */
void answer(struct daemon *d, struct caller *c, const uint8_t *request,
    size_t size, struct writer *w);

/* A reply to size bytes of request without a message, with only a status. */
void answer_status_only(
    const uint8_t *request, size_t size, enum status status, struct writer *w);

/* True for root, who may act for anybody and needs no code. */
bool caller_is_root(const struct caller *c);

/* True while the connection is a login that was offered uid's set-up. */
bool caller_sets_up(const struct caller *c, uint32_t uid);

/*
 * The connection of sshd that the caller's login of uid to service comes by,
 * which is remembered from now on; NULL when there is none, as for services
 * other than SSH.  Valid until the next call.
 */
struct origin *answer_origin(struct daemon *d, const struct caller *c,
    uint32_t uid, const char *service);

/* True when a code was given on that connection before. */
bool answer_origin_verified(struct daemon *d, const struct caller *c,
    uint32_t uid, const char *service);

/*
 * What opened was a code for the caller's login: a gate's counts for the
 * connection that it came by, from the end of this request on.  PAM's door has
 * a proof instead, for the session that follows; "" where none does.
 */
enum status answer_opened(
    struct daemon *d, struct caller *c, char proof[static WIRE_PROOF_MAX]);

/*
 * What becomes of the login that q describes; verified: a code was given on its
 * connection before.  Nothing is changed by it.
 */
struct judgement answer_judge(struct daemon *d, const struct caller *c,
    const struct wire_login_request *q, bool verified,
    enum record_state record);

/*
 * The record of uid, as store_load() gives it if the store can be trusted; a
 * broken one when it cannot.
 */
void answer_load(struct daemon *d, uint32_t uid, struct record *r);

/*
 * Tells old, the news that stood there before this login, to somebody who gave
 * a code or has no factor, where a person sees it: once, by a login that
 * passes; where that takes a set-up, the set-up ends them.  STATUS_OK, or
 * STATUS_NOT_COMMITTED when r's tally could not be saved.
 */
enum status answer_tell_news(struct daemon *d, const struct caller *c,
    struct record *r, const struct news *old, struct wire_login_reply *a);

/*
 * What is left of a user who was cleared: the news of it, and no factor.  None
 * of a uid without a name: no account has it, and the next to have it is
 * somebody else.  store_save_tally()'s errors.
 */
enum error answer_leave_news(
    struct daemon *d, const struct wire_user_request *q);

/* True when a clear would take nothing away: news at most are there. */
bool answer_is_clear(struct daemon *d, const struct wire_user_request *q);

/* What an error of the store, or of a value, comes to. */
enum status answer_status_of(enum error e);

/*
 * answer_load() for somebody whose factor is to be changed: STATUS_STORE or
 * STATUS_BROKEN where that cannot be.
 */
enum status answer_load_sound(struct daemon *d, uint32_t uid, struct record *r);

/*
 * Takes the secrets of r away that wait for a code: a newer one takes their
 * place.
 */
enum error answer_drop_pending(struct daemon *d, struct record *r);

/*
 * Judges text, a login's code, against r and saves the tally; address is as
 * verify_context has it.  STATUS_OK with
 * the outcome; STATUS_REFUSED when the library failed, STATUS_NOT_COMMITTED
 * when the tally could not be saved: nothing opened then.
 */
enum status answer_verify(struct daemon *d, struct record *r,
    const char *address, const char *text, struct outcome *out);

/*
 * What the verb has written so far stands in the turn, whatever the verb comes
 * to: a code that was judged is spent, or paid for, also when the change that
 * it was to allow fails afterwards.  Returns so_far, or STATUS_NOT_COMMITTED.
 */
enum status answer_stand(struct daemon *d, enum status so_far);

/*
 * Judges proof against r for a caller who changes a factor; root needs none,
 * and the reason says so.  As answer_verify() and answer_stand(), and
 * STATUS_NEEDS_CODE when proof is empty.
 */
enum status answer_proof(struct daemon *d, struct caller *c, struct record *r,
    const char *proof, struct outcome *outcome);

/*
 * True when text is the ticket of r that is good still; answer_ticket() makes
 * tickets, and the first confirmed device ends them.
 */
bool answer_ticket_opens(
    struct daemon *d, const struct record *r, const char *text);

/* True when r has a ticket that is good still. */
bool answer_ticket_good(const struct daemon *d, const struct record *r);

/* What codes of uid's were given for counts no more: the factor is another. */
void answer_doubt(struct daemon *d, uint32_t uid);

/* Ends all keys that uid vouched for. */
enum status answer_end_trust(struct daemon *d, uint32_t uid);

/* True while the factor of r is locked. */
bool answer_locked(const struct daemon *d, const struct record *r);

/*
 * Saves the tally of r after a code was tried, where that changed it; locked:
 * the factor was before.  A lock ends the trusted keys, whatever ends the lock.
 */
enum status answer_save_try(
    struct daemon *d, struct record *r, bool changed, bool locked);

/* One row of a listing. */
void answer_describe(
    struct daemon *d, const struct record *r, struct wire_user *out);

/* One device of a record. */
void answer_describe_device(const struct record *r, const struct device *device,
    struct wire_device *out);

/* Remembers the name that root brought for a user who has a row. */
enum status answer_remember_name(
    struct daemon *d, struct caller *c, struct record *r, const char *name);

/*
 * True when a code opened, or was wrong, or a factor was changed without one:
 * the brake, and the limit of set-ups, bound how many such lines there are, and
 * none may be missing.
 */
bool answer_always_logged(enum reason reason);

/*
 * The fields of the caller's line that say whom it is about: user, uid, name,
 * by.  The uid is the kernel's word, or root's.  The name is the one that root
 * brought, now or before, and verified; else what the user's own process said,
 * and claimed.  Without either there is none.
 */
void answer_log_user(
    struct caller *c, const struct record *r, const char *said);

/* Whose code r's outcome o is of; "" where it is no device's, or none's. */
const char *answer_device_of(const struct record *r, const struct outcome *o);

/* What was asked for, of a line of the log. */
struct note {
	const char *event;
	const struct record *r;
	const char *name;    /* as the request has it */
	const char *address; /* the same; "" or NULL where there is none */
};

/*
 * A line for the log about a verb on somebody's factor.  o: of the code that
 * was looked at, or the reason why none was needed; NULL for a verb that never
 * takes one.  It MUST be begun before r is changed, for o tells of r's devices,
 * and ended with what the verb came to.
 */
void answer_note(
    struct caller *c, const struct note *n, const struct outcome *o);
void answer_note_end(struct caller *c, enum status s, const struct outcome *o);

/* The verbs, one each; wire/messages.def says what they take and give. */
#define VERB_ANSWER(verb, request, reply)                             \
	enum status answer_##verb(struct daemon *d, struct caller *c, \
	    const struct wire_##request *q, struct wire_##reply *a);
VERB_LIST(VERB_ANSWER)
#undef VERB_ANSWER

#endif
