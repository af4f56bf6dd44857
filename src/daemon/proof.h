/*
 * Proofs: what PAM's auth phase carries to its session phase when a code was
 * accepted there.  A proof is a random word.  The reply that accepts the code
 * has it, the module keeps it in PAM's environment as OTPGATE_PROOF, and the
 * line of the session shows it again.
 *
 * Rules:
 *   - A proof MUST be good once, for one user, on one connection, and not for
 *     long.
 *   - It MUST stand nowhere but in memory: where otpgated was started anew in
 *     between, the login is refused.
 *   - Only the proof's own user, or a table that is full, MUST make one give
 *     way.  Each took a code, so who has the password alone makes none.
 *
 * A proof of a turn that is not committed needs no end: the reply that has it
 * is never sent, and nobody else knows the word.
 */
#ifndef DAEMON_PROOF_H
#define DAEMON_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

#define PROOFS_MAX 1024 /* in all */
#define PROOFS_USER 8	/* of one user; then the oldest of them gives way */
#define PROOF_TIME 600	/* seconds: longer than any login waits for the end */

struct proofs;

/* None yet; NULL without memory. */
struct proofs *proofs_new(void);

/* Wipes and frees all; *p becomes NULL. */
void proofs_free(struct proofs **p);

/*
 * Makes one for uid on connection, in the words of SSH_CONNECTION, at now
 * (seconds since 1970).  OK, or ERR_SYSTEM without randomness; out is then "".
 */
enum error proof_make(struct proofs *p, uint32_t uid, const char *connection,
    int64_t now, char out[static WIRE_PROOF_MAX]);

/*
 * True when shown is a proof of uid on that connection that is good at now;
 * whatever it is, it is good no more.
 */
bool proof_take(struct proofs *p, uint32_t uid, const char *connection,
    int64_t now, const char *shown);

/* Ends all of uid's: the factor that they were of is another one. */
void proofs_doubt(struct proofs *p, uint32_t uid);

#endif
