/*
 * Which of one's own devices a sentence is about.
 */
#ifndef DOORS_CLI_DEVICE_H
#define DOORS_CLI_DEVICE_H

#include <stdbool.h>

#include "doors/cli/cli.h"
#include "wire/message.h"

/*
 * The label of the DEVICE that was given, else of the only one that there is.
 * *last tells whether it is the only one that counts.  False, after a
 * complaint, when it is none that counts, or not the only one.
 */
bool device_given(struct cli *c, char out[static LABEL_MAX], bool *last);

#endif
