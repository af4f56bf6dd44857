/*
 * Groups, as the user database knows them: otpgated asks none while it serves,
 * so root's command brings it what names mean.
 */
#ifndef DOORS_CLI_GROUPS_H
#define DOORS_CLI_GROUPS_H

#include <stdbool.h>

#include "doors/cli/person.h"
#include "wire/message.h"

/*
 * The groups that the drafted policy exempts, with their numbers, for the
 * reload.  One that is in no database is left out, and exempts nobody; where
 * strict is true that is complained of, and false.
 */
bool groups_of_draft(const struct wire_draft_reply *draft, bool strict,
    struct wire_reload_request *out);

/* The groups of p for an explanation; false after a complaint. */
bool groups_of_person(const struct person *p, struct wire_explain_request *out);

#endif
