/*
 * The doors' half of every verb: ask_VERB() here, answer_VERB() in daemon/.
 *
 * Rules:
 *   - A door MUST take anything but OK together with STATUS_OK for a refusal,
 *     but where ask_unanswered() and a site's fallback except it.
 */
#ifndef WIRE_ASK_H
#define WIRE_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

#define ASK_TIMEOUT 10000 /* milliseconds for one answer, all doors */

/* A connection to otpgated. */
struct ask {
	int fd; /* -1: none; a door may poll it for the end of the other side */
	int64_t timeout;   /* milliseconds for one answer; 0: ASK_TIMEOUT */
	const int *passed; /* a descriptor for the next request, or NULL */
	const int *client; /* as in ask_open_for(), or NULL */
};

/*
 * Connects to the socket at path.  ERR_DOWN, ERR_TIMEOUT, ERR_SYSTEM,
 * ERR_LONG; see os/local_socket.h.
 */
enum error ask_open(struct ask *a, const char *path);

/*
 * The same for somebody who may leave: while a door waits here or in
 * ask_VERB(), the end of *client, in the words of os/local_socket.h, ends that
 * with ERR_INTERRUPTED.  *client is read as long as the connection is open.
 */
enum error ask_open_for(struct ask *a, const char *path, const int *client);

/* Ends it; fine when there is none. */
void ask_close(struct ask *a);

/*
 * True when e, of what is above or of ask_VERB(), says that otpgated gives no
 * answer: it does not run, it hangs, or it ended before it answered.
 */
bool ask_unanswered(enum error e);

/*
 * ask_VERB(): sends the request and waits for the reply.  OK when a whole,
 * well-formed reply came: then *status is otpgated's word, and *reply is
 * filled when that is STATUS_OK, else zero.  ERR_TIMEOUT, ERR_CLOSED,
 * ERR_VERSION, ERR_FORMAT, ERR_SHORT, ERR_LONG, ERR_TRAILING, ERR_SYSTEM,
 * ERR_BUSY, ERR_INTERRUPTED, with *status STATUS_REFUSED.  The buffers in
 * between are wiped; request and reply are the caller's to wipe.
 */
#define VERB_ASK(verb, request, reply)             \
	enum error ask_##verb(struct ask *a,       \
	    const struct wire_##request *question, \
	    struct wire_##reply *answer, enum status *status);
VERB_LIST(VERB_ASK)
#undef VERB_ASK

#endif
