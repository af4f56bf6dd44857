/*
 * The conversation with the person, by whatever the application has (pam_conv,
 * pam(3)).
 *
 * Rules:
 *   - Every text MUST be plain ASCII: some clients drop all else, or choke.
 *   - An answer MUST be wiped before it is freed.
 */
#ifndef DOORS_PAM_TALK_H
#define DOORS_PAM_TALK_H

#include "doors/pam/pam.h"

/* Shows text as it is, for as long as it is the application's to show. */
void talk_show(const struct door *d, const char *text);

/* Each line of text, with the program's name before it. */
void talk_tell(const struct door *d, const char *text);

/*
 * Asks for one line; out is terminated.  ERR_LONG for one that does not fit;
 * ERR_CLOSED when the application gives none.  out is the caller's to wipe,
 * and empty on an error.
 */
enum error talk_ask(const struct door *d, bool echo, const char *question,
    char out[static CODE_TEXT_MAX]);

#endif
