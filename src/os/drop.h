/*
 * Giving up root, for good, and proving it.
 *
 * Rules:
 *   - Nothing of root's MUST remain: supplementary groups, saved ids,
 *     capabilities.
 *   - After the drop the process MUST try to get root back, and end if that
 *     works.
 */
#ifndef OS_DROP_H
#define OS_DROP_H

#include <stdint.h>

#include "base/error.h"

struct account {
	uint32_t uid;
	uint32_t gid;
};

/*
 * Looks the account up in the user database, by its name.  ERR_ABSENT when
 * there is none, ERR_UNSAFE when it is root's, ERR_SYSTEM.
 */
enum error account_find(const char *name, struct account *out);

/*
 * Becomes that account.  ERR_SYSTEM when a step failed, ERR_UNSAFE when root
 * could be had back: end the process on either.
 */
enum error drop_to(const struct account *account);

/*
 * No core dumps, no tracing by processes of the same user (prctl(2),
 * PR_SET_DUMPABLE), no new privileges by exec.  ERR_SYSTEM.
 */
enum error harden_process(void);

#endif
