/*
 * What enroll and confirm have in common.
 */
#ifndef DOORS_CLI_CONFIRM_H
#define DOORS_CLI_CONFIRM_H

#include <stdbool.h>

#include "doors/cli/cli.h"
#include "wire/message.h"

/*
 * Takes --label, text, into out; NULL leaves it.  False, after a complaint,
 * when it can be none.
 */
bool confirm_label(const char *text, char out[static LABEL_MAX]);

/* Says that logins are not asked for codes yet. */
void confirm_say_off(void);

/*
 * To be called before confirm_show(): a second device is recommended to who
 * has the first one, not to root, who sets it up for another.
 */
void confirm_keep_advice(const struct cli *c, struct wire_recovery_reply *a);

/* Shows that a device counts from now on, and the recovery codes. */
void confirm_show(const struct cli *c, const struct wire_recovery_reply *a);

#endif
