/*
 * Changing the policy: otpgated drafts and vets the text, this puts it in its
 * place and has otpgated read it.
 *
 * Rules:
 *   - The file MUST be replaced whole, by one at a time.
 *   - Where otpgated does not take the new policy, the former file MUST be
 *     back when the command ends.
 */
#ifndef DOORS_CLI_AMEND_H
#define DOORS_CLI_AMEND_H

#include "doors/cli/cli.h"
#include "wire/message.h"

/*
 * Sets key to value in the file that is the command's own and puts the policy
 * in force, with --force and --admin of the sentence.  ENDING_DONE with the
 * whole policy in *now; else it was said why not, and where the value is
 * overruled by another file, which.
 */
enum ending amend_policy(struct cli *c, const char *key, const char *value,
    struct wire_policy_reply *now);

/* The row of key, or NULL. */
const struct wire_option *policy_option(
    const struct wire_policy_reply *p, const char *key);

#endif
