/*
 * Administrators: who they are, by the user database, and the code of one.
 */
#ifndef DOORS_CLI_ADMINISTRATOR_H
#define DOORS_CLI_ADMINISTRATOR_H

#include <stdbool.h>

#include "doors/cli/question.h"
#include "wire/message.h"

/*
 * The members of the groups in a->admin, into q: first those who are likely to
 * prove a code, in case there are more than a request holds.  False, after a
 * complaint, when --admin names nobody.
 */
bool administrator_members(const struct cli *c,
    const struct wire_draft_reply *a, struct wire_draft_request *q);

/*
 * A code of one of a->enrolled, into q, after a reply that wants one: of
 * --admin, else of who runs the command, else of the only one, else of whom the
 * terminal says.  False, after a complaint, when there is none.  q is the
 * caller's to wipe.
 */
bool administrator_proof(struct proof *p, const struct wire_draft_reply *a,
    struct wire_draft_request *q);

#endif
