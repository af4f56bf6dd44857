/* A login, as otpgated wants it described. */
#ifndef DOORS_PAM_DESCRIBE_H
#define DOORS_PAM_DESCRIBE_H

#include "doors/pam/pam.h"

/*
 * terminal: there is somebody who can be shown a secret.  code: what came with
 * the login, or "".  The caller wipes *out where there is one.
 */
void describe_login(const struct door *d, bool terminal, const char *code,
    struct wire_login_request *out);

/*
 * Of a session; told is sshd's own text, whole.  proof: of a code that was
 * accepted before, or "".  The caller wipes *out.
 */
void describe_session(
    const struct door *d, const char *proof, struct wire_session_request *out);

#endif
