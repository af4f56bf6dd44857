/*
 * The files of other programs that an import reads.  What each line becomes, or
 * why it becomes nothing, goes into the batch; no content of a line is told.
 */
#ifndef DOORS_CLI_IMPORT_H
#define DOORS_CLI_IMPORT_H

#include <stdbool.h>

#include "doors/cli/batch.h"

/*
 * users.oath of pam_oath(8) and liboath: a line is
 *
 *	HOTP/T30/6 USER PIN HEXSECRET [COUNTER [CODE [TIME]]]
 *
 * with blanks between.  False, after a complaint, when it cannot be read.
 */
bool import_read_oath(struct batch *b, const char *path);

/*
 * ~/.google_authenticator of pam_google_authenticator(8): base32 of the secret;
 * lines of options, which begin with a double quote; scratch codes.  path is
 * such a file, or a directory of homes and of files that are named for their
 * users.  False, after a complaint, when it cannot be read.
 */
bool import_read_google(struct batch *b, const char *path);

#endif
