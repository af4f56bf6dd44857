/*
 * The exception in sshd's configuration that lets password-less logins pass
 * while otpgated gives no answer: --fallback=publickey on the gate's line.
 *
 * It and a policy that challenges publickey contradict each other: whoever
 * stops otpgated would be let in without a code.
 */
#ifndef DOORS_CLI_FALLBACK_H
#define DOORS_CLI_FALLBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* True when methods, with commas between two, names publickey. */
bool fallback_covers(const char *methods);

/*
 * Looks for the exception in file and in the files that pattern (glob(7))
 * matches.  OK, with "file:line" in where, when it stands in one of them;
 * ERR_ABSENT when in none; ERR_SYSTEM, with the name in where, when one cannot
 * be read.  A file that is not there holds nothing.
 */
enum error fallback_find(
    const char *file, const char *pattern, char *where, size_t size);

#endif
