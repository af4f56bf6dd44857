/*
 * otpgated without its loop: a store, a policy with both switches on, and one
 * user who has a second factor; asked through answer(), each answer held
 * against what may never be.
 *
 * Nothing is left to chance or to the clock, and no input leaves anything
 * behind for the next one: the same input always does the same.
 */
#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#include "daemon/answer.h"
#include "daemon/daemon.h"

#define MACHINE_NOW INT64_C(1700000010) /* when each input begins */
#define MACHINE_USER 1000		/* has a device, and recovery codes */
#define MACHINE_SCRATCH 12345678	/* the last of these codes */
#define MACHINE_SECRET "12345678901234567890"

struct machine {
	struct daemon daemon;
	struct caller caller; /* of the connection that there is */
	uint32_t tried;	      /* codes that were looked at on it */
	int64_t now;
};

/* Makes it, once, in the current directory; opens the turn of one input. */
struct machine *machine_start(void);

/* Undoes all that the input did. */
void machine_end(struct machine *m);

/* A new connection of uid. */
void machine_connect(struct machine *m, uint32_t uid);

/*
 * Answers a request.  The reply must be whole and well formed; only root gets
 * what is root's; nobody opens a guarded login, or is shown a new secret beside
 * one that counts, but with a code that is right then and not spent; and no
 * connection has more tries than a login has.
 */
void machine_ask(struct machine *m, const uint8_t *request, size_t size);

#endif
