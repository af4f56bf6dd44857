/*
 * What otpgated holds while it runs: the policy in force, the store and its
 * seal, the clock; and how good each of them is.
 *
 * Rules:
 *   - A policy or a store that cannot be trusted MUST refuse password logins;
 *     it MUST NOT stop otpgated, for then nobody would say why.
 *   - A bad policy at a reload MUST leave the running one in force.
 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/exempt.h"
#include "core/policy.h"
#include "core/totp.h"
#include "daemon/config.h"
#include "daemon/flood.h"
#include "daemon/origin.h"
#include "daemon/proof.h"
#include "os/peer.h"
#include "store/store.h"
#include "wire/message.h"

/* Time is an argument: the product reads the machine's clock. */
struct time_source {
	int64_t (*now)(void *context); /* seconds since 1970 */
	void *context;
};

struct daemon {
	struct config_place place;
	struct time_source time;
	struct totp *totp;
	char host[WIRE_ACCOUNT_MAX]; /* issuer where the policy names none */

	bool policy_good;     /* false: password logins are refused */
	struct config config; /* the one in force; else the last good one */
	char
	    policy_detail[WIRE_DETAIL_MAX]; /* what is wrong, "" when nothing */

	/*
	 * What names of groups mean: looked up at the start, or by root's
	 * command, for this process asks no user database while it serves.
	 */
	struct group_names groups;

	struct seal *seal;
	struct store *store; /* NULL unless store_good */
	bool store_good;     /* false: nobody's record can be known */
	char store_detail[WIRE_DETAIL_MAX];

	uint32_t keys_uid; /* of the account that runs `keys` for sshd; else
	                      PEER_NOBODY, who is never served */

	struct origins *origins; /* connections of sshd that are known */
	struct proofs *proofs;	 /* of codes that PAM's door had accepted */
	struct import *import;	 /* the one that is under way, or NULL */

	struct flood lines;   /* of the log, of users */
	struct flood exempts; /* logins without a code that a policy let in */
	struct flood enrolls; /* secrets that users set up */
};

/*
 * An empty daemon without policy and store: it refuses every password login.
 * OK, ERR_CRYPTO or ERR_MEMORY.  daemon_close() ends it.
 */
enum error daemon_open(struct daemon *d, const struct config_place *place,
    struct time_source time);

/*
 * Gives it the key's text (size bytes; the caller wipes it) and the store at
 * path.  What is wrong is told in store_detail, and logged.
 */
void daemon_take_store(
    struct daemon *d, const char *key_text, size_t size, const char *path);

/* Notes why there is no store: the words of what could not be had. */
void daemon_refuse_store(struct daemon *d, const char *path, enum error why);

/*
 * Reads the policy's files.  A good policy is in force at once, and kept in
 * the store as the last good one; a bad one is told in d->policy_detail, in
 * complaint (CONFIG_COMPLAINT_MAX bytes, NULL: not wanted) and in the log.
 * first: there is none in force yet, so the last good one follows.  Call it
 * in a turn of the store: what is kept is written there.
 */
enum error daemon_read_policy(struct daemon *d, bool first, char *complaint);

/* The policy that decides. */
const struct policy *daemon_policy(const struct daemon *d);

int64_t daemon_now(const struct daemon *d);

/* Closes and wipes everything. */
void daemon_close(struct daemon *d);

#endif
