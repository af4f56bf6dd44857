/* What a login wants, read from what the client asked sshd for. */
#ifndef DOORS_GATE_KIND_H
#define DOORS_GATE_KIND_H

#include <stdbool.h>

#include "wire/message.h"

/*
 * The kind of a requested command; KIND_SHELL for NULL, which is no command.
 * A guess that decides nothing but whether somebody can be asked: what passes
 * for a command is challenged like one.
 */
enum kind kind_of(const char *command);

/*
 * True when a person can be asked: the input of the others is a protocol's, or
 * nobody's, and no byte of it is an answer.
 */
bool kind_askable(enum kind kind);

/*
 * The arguments of "internal-sftp ARGUMENTS", the name that sshd gives the
 * sftp server within it; NULL when command is something else.
 */
const char *kind_internal_sftp(const char *command);

#endif
