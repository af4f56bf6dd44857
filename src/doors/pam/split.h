/* What split.c keeps with libpam between two lines of a stack. */
#ifndef DOORS_PAM_SPLIT_H
#define DOORS_PAM_SPLIT_H

#include "doors/pam/pam.h"

struct split {
	char code[CODE_TEXT_MAX]; /* "": the password came without one */
};

/* What the line before the password has left, or NULL where there is none. */
const struct split *split_find(const struct door *d);

/* Ends it, wiped: it serves once. */
void split_end(const struct door *d);

#endif
