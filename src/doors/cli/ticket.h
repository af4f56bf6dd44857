/*
 * Tickets: the word that a first set-up can be made to ask for.
 */
#ifndef DOORS_CLI_TICKET_H
#define DOORS_CLI_TICKET_H

#include <stdbool.h>

#include "doors/cli/cli.h"
#include "doors/cli/person.h"

/*
 * Makes a ticket for p and shows it, for root to hand over.  False, after a
 * complaint, when there is none.
 */
bool ticket_make(const struct cli *c, const struct person *p);

#endif
