/*
 * The same login twice, through a plain sshd and through the guarded one.
 */
#ifndef SYSTEM_SAME_H
#define SYSTEM_SAME_H

#include "login.h"

/* Enrolls u and does a, whose user and port do not matter, both ways. */
void same_try(const struct attempt *a, struct user *u, struct channel *plain,
    struct channel *gated);

/*
 * Does a both ways, for somebody with that login shell, and fails unless
 * output, errors, status and signal are the same.  Where a asks for a shell,
 * hushlogin keeps the message of the day out: sshd shows it without a terminal
 * as well, the gate keeps standard output clean there.
 */
void same_expect(const struct attempt *a, const char *shell);

#endif
