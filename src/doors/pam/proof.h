/*
 * The proof of an accepted code, on its way from PAM's auth phase to its
 * session phase: a variable of PAM's own environment, which sshd takes over
 * from the process of its dialogue, and hands to the session.
 *
 * Rules:
 *   - It MUST be gone from there before anything of the user's starts, whatever
 *     becomes of the session.
 */
#ifndef DOORS_PAM_PROOF_H
#define DOORS_PAM_PROOF_H

#include "doors/pam/pam.h"

/* Keeps it for the session; PAM_SUCCESS, also for "", or PAM_BUF_ERR. */
int proof_keep(const struct door *d, const char *proof);

/* Moves it out of there; "" where there is none.  The caller wipes out. */
void proof_fetch(const struct door *d, char out[static WIRE_PROOF_MAX]);

#endif
