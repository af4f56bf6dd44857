#include "doors/pam/proof.h"

#include <string.h>

#include "base/text.h"

#define VARIABLE "OTPGATE_PROOF"

int
proof_keep(const struct door *d, const char *proof)
{
	char set[sizeof VARIABLE + WIRE_PROOF_MAX];
	int r = PAM_BUF_ERR;

	if (proof[0] == '\0')
		return PAM_SUCCESS;
	if (text_print(set, sizeof set, VARIABLE "=%s", proof) == OK &&
	    pam_putenv(d->pamh, set) == PAM_SUCCESS)
		r = PAM_SUCCESS;
	explicit_bzero(set, sizeof set);
	return r == PAM_SUCCESS ? r : door_refuse(d, r, "no-memory");
}

void
proof_fetch(const struct door *d, char out[static WIRE_PROOF_MAX])
{
	const char *kept = pam_getenv(d->pamh, VARIABLE);

	out[0] = '\0';
	if (kept == NULL)
		return;
	/* What is too long is none of ours. */
	(void)text_copy(out, WIRE_PROOF_MAX, kept);
	(void)pam_putenv(d->pamh, VARIABLE);
}
