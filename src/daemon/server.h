/*
 * The event loop.  One turn: accept, read every request that is there, answer
 * them into the store's turn, commit once, and only then send.
 *
 * Rules:
 *   - No reply that hangs on the store MUST leave before the commit of its
 *     turn; if that fails every such request of the turn is refused.
 *   - A peer that is slow, silent or malformed MUST lose its connection, and
 *     nothing else happens.
 */
#ifndef DAEMON_SERVER_H
#define DAEMON_SERVER_H

#include "base/error.h"
#include "daemon/daemon.h"
#include "os/supervisor.h"

#define SERVER_TURN 128	       /* requests of one turn */
#define SERVER_ACCEPT 256      /* connections accepted in one turn */
#define SERVER_SILENCE 10000   /* milliseconds until a silent one is dropped */
#define SERVER_FOLD 256	       /* tallies folded in one go */
#define SERVER_UNFOLDED 262144 /* beyond it, each turn folds some */

/*
 * Serves listener until SIGTERM or SIGINT, which must be blocked as SIGHUP
 * (that reads the policy anew).  What is under way is finished.  supervisor is
 * told when it begins and ends, and each turn that it goes on.  OK, or
 * ERR_MEMORY or ERR_SYSTEM when the loop could not be set up or broke.
 */
enum error server_run(
    struct daemon *d, int listener, const struct supervisor *supervisor);

#endif
