/*
 * `otpgate init`: accounts, directories, store and seal key, once.
 *
 * Rules:
 *   - Store and key MUST be made together, each carrying the other's id; what
 *     is there already is never replaced.
 *   - A half that was left by a failure MUST be taken away again.
 */
#ifndef DAEMON_INIT_H
#define DAEMON_INIT_H

#include "base/error.h"
#include "os/drop.h"

/*
 * Makes the directories of the socket (root's) and of the store (account's,
 * 0700) where they are missing.  ERR_UNSAFE when one is there, but of another
 * owner; ERR_SYSTEM.
 */
enum error init_directories(const struct account *account);

/*
 * All of `otpgate init`, as root, with a sentence on stdout for each thing
 * done, or one on stderr for what could not be.  OK, ERR_EXISTS when store or
 * key is there already, or another error.
 */
enum error init_machine(void);

#endif
