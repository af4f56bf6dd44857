/*
 * Services: what somebody logs in to.
 *
 * "ssh" has a switch of its own.  Every other one is a service of PAM
 * (pam.d(5)), and what the policy says of it stands in a list, as text: names
 * with commas between; behind a "!" one is switched off.
 *
 * Rules:
 *   - A service that the list does not name, or that it cannot be read for,
 *     MUST NOT pass for one that is switched off.
 */
#ifndef CORE_SERVICE_H
#define CORE_SERVICE_H

#include "core/exempt.h"

#define SERVICE_MAX 64	  /* bytes of a name, its NUL among them */
#define SERVICE_SSH "ssh" /* sshd, whatever PAM calls it */

enum service_state { SERVICE_UNNAMED, SERVICE_ON, SERVICE_OFF };

/*
 * Reads a list: names of letters, digits and ._- (PAM has them in lower case),
 * none of them "ssh" or "sshd", at most POLICY_GROUPS_MAX.  LIST_GOOD,
 * LIST_MALFORMED or LIST_TOO_MANY.
 */
enum list_state list_of_services(const char *list);

/* What list says of name.  Where it says both, SERVICE_ON. */
enum service_state service_state(const char *list, const char *name);

#endif
