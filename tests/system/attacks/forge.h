/*
 * SSH_USER_AUTH as a user's own process can have it: the gate, run by hand,
 * and files that look like sshd's.
 */
#ifndef SYSTEM_FORGE_H
#define SYSTEM_FORGE_H

#include <sys/types.h>

#include "run.h"
#include "user.h"

/*
 * Runs the gate as u, to run IN (login.h), with SSH_USER_AUTH=file, or without
 * it for NULL, and no input.
 */
struct result forge_run(const struct user *u, const char *file);

/* A file like sshd's, with these bytes, owner and mode; its path. */
const char *forge_file(const char *text, uid_t owner, mode_t mode);

#endif
