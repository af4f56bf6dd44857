/*
 * What a person sees of a new secret: all that an authenticator app wants to
 * know, as a QR code and as text, and the recovery codes afterwards.
 */
#ifndef TERM_SETUP_H
#define TERM_SETUP_H

#include <stdio.h>

#include "term/qr.h"
#include "wire/message.h"

/* "SHA1", "SHA256", "SHA512" as apps write it; "unknown" for another number. */
const char *algorithm_word(unsigned int algorithm);

/*
 * Shows the secret in r: key in groups of four, issuer, account, digits,
 * period and algorithm, then the QR code, last, so that it is on the screen
 * with one line below it for the question.  Where the screen cannot hold it,
 * the key alone is shown, and said to be.
 */
void setup_show(FILE *out, const struct wire_enroll_reply *r,
    const struct qr_screen *screen);

/*
 * Shows a set of recovery codes; nothing where there is none.  To who has just
 * confirmed a first device a second one is recommended: so it is once.
 */
void setup_show_recovery(FILE *out, const struct wire_recovery_reply *r);

#endif
