/*
 * The line that tells which of sshd's two steps this is: first the password,
 * then the code.
 *
 *   PAM_AUTHINFO_UNAVAIL   no password was proved yet: the stack goes to where
 *                          passwords are looked at
 *   PAM_IGNORE             it was, and the code is due
 *
 * Rules:
 *   - It MUST NOT let anybody in, whatever the stack makes of its word.
 */
#include "doors/pam/pam.h"

int
step_run(struct door *d)
{
	return door_has_password(d) ? PAM_IGNORE : PAM_AUTHINFO_UNAVAIL;
}
