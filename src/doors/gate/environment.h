/*
 * The environment of the session, as sshd would have given it: what the
 * drop-in's SetEnv line bent for the way to the gate is bent back.
 */
#ifndef DOORS_GATE_ENVIRONMENT_H
#define DOORS_GATE_ENVIRONMENT_H

#include <stdbool.h>

#include "doors/gate/facts.h"

/*
 * A new environment from old, for this user, with keep_command also
 * SSH_ORIGINAL_COMMAND where it is set (a forced command may look at it).
 * The array is the caller's (free(3)), its strings stay where they are, but
 * for those in *own, which are freed with it; NULL when out of memory.
 */
char **environment_build(
    char **old, const struct user *user, bool keep_command, char **own);

/*
 * True for a variable that is not handed over: one of the SetEnv line, one
 * that the shell before the gate left behind, or a code.  length is that of
 * the name.
 */
bool environment_drops(const char *name, size_t length);

#endif
