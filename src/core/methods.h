/*
 * The authentication methods of a login, as sshd names them.
 *
 * A list is written as words with a comma between two: "publickey",
 * "password", "publickey,keyboard-interactive/pam".
 */
#ifndef CORE_METHODS_H
#define CORE_METHODS_H

#include <stdbool.h>

#include "core/rule.h"

#define METHODS_MAX 256 /* bytes of a list, its NUL among them */
#define METHOD_MAX 64	/* bytes of one word, its NUL among them */

/*
 * LOGIN_PASSWORDLESS only when the list is well formed, not empty, and each
 * word is publickey, hostbased or starts with gssapi-, and stands in believed,
 * a list of the same form.  All else, "none" and unknown words among it, is
 * LOGIN_PASSWORD.
 */
enum login_class methods_classify(const char *list, const char *believed);

/*
 * True when a word of list stands in named, a list of the same form.
 * "keyboard-interactive" in named also names "keyboard-interactive/pam".
 */
bool methods_intersect(const char *list, const char *named);

/* True when text is one method name that a policy may name. */
bool methods_known(const char *word);

#endif
