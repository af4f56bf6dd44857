/* The journal of tallies.  Private to store/. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/error.h"

struct store;

/*
 * Reads, when the store is opened, which tallies wait in the journal.
 * ERR_STORE when it could not; a turn may then be left open.
 */
enum error journal_read(struct store *s);

#endif
