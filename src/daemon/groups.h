/*
 * What the policy's names of groups mean on this machine.
 *
 * Rule: the user database is asked at the start alone, as root.  It can be
 * somebody else's code, and a wait: neither has a place beside the secrets, in
 * a loop that serves all logins.
 */
#ifndef DAEMON_GROUPS_H
#define DAEMON_GROUPS_H

#include "core/exempt.h"
#include "daemon/config.h"

/*
 * Looks the groups up that the policy's files exempt.  It logs nothing, leaves
 * out what is not there, and takes what can be read of a policy that is bad.
 */
void groups_find(const struct config_place *place, struct group_names *out);

/* A warning for each group of p's list whose number is not known. */
void groups_log_unknown(
    const struct policy *p, const struct group_names *names);

#endif
