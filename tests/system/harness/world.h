/*
 * The machine as it was before a case broke something: the policy, the seal
 * key, the store, and an otpgated that runs.
 *
 * Cases here change what all logins share, so they run one after the other.
 */
#ifndef SYSTEM_WORLD_H
#define SYSTEM_WORLD_H

#include "login.h"

/* Once, before all cases: keeps policy, key and store as they are. */
void world_keep(void);

/* Before each case: puts them back, whatever the one before left. */
void world_restore(void);

/* Puts the policy's files back, and tells otpgated nothing. */
void world_mend_policy(void);

/* Runs a line of sh(1), which must succeed. */
void world_break(const char *line);

/* The same with otpgated stopped around it. */
void world_break_stopped(const char *line);

/* ---- what logins meet while something is broken ---- */

/* Somebody with a secret and a key, and somebody with neither. */
struct pair {
	struct user enrolled, plain;
};

struct pair pair_new(void);

/*
 * Both are refused with a password, unasked, with that sentence; the key gets
 * in.
 */
void pair_expect_shut(const struct pair *p, const char *sentence);

/* Both get in, and the enrolled one is asked for a code that was not used. */
void pair_expect_served(struct pair *p);

#endif
