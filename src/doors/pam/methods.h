/*
 * What sshd tells PAM of how a login has proved itself so far: the variable
 * SSH_AUTH_INFO_0 of PAM's own environment, which sshd alone writes: a line for
 * each method that succeeded, "password", "publickey ssh-... ...".
 *
 * Rules:
 *   - That nothing is told MUST mean the same as that nothing was proved: in
 *     the method "password" OpenSSH 9.2 does not set the variable, and 10.0
 *     sets it to "", as both do in a dialogue.
 */
#ifndef DOORS_PAM_METHODS_H
#define DOORS_PAM_METHODS_H

#include <stdbool.h>

#include "core/methods.h"

#define TOLD_PASSWORD "password"
#define TOLD_DIALOGUE "keyboard-interactive/pam" /* what asks by PAM */

/* True when a line of told begins with the word method. */
bool told_has(const char *told, const char *method);

/*
 * The methods of told as core/methods.h has them, with one more behind them,
 * or NULL.  "", which counts as a password, where they are too many, or a line
 * is empty.
 */
void told_methods(
    char out[static METHODS_MAX], const char *told, const char *more);

#endif
