/* The lines of a .google_authenticator; part of import_google.c. */
#ifndef DOORS_CLI_IMPORT_GOOGLE_H
#define DOORS_CLI_IMPORT_GOOGLE_H

#include "doors/cli/batch.h"
#include "doors/cli/lines.h"

/*
 * Reads the file that l has open into m, whose uid and name are set, and then
 * into the batch: a record or, for each line that cannot be taken, why.  The
 * caller wipes m.
 */
void google_read_lines(struct batch *b, const char *file, struct lines *l,
    struct wire_import_record *m);

#endif
