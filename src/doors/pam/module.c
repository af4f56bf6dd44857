/*
 * pam_otpgate.so: what libpam calls, and all that the module exports.
 */
#include <string.h>

#include "doors/pam/pam.h"

#define EXPORT __attribute__((visibility("default")))

static int
authenticate(struct door *d)
{
	static int (*const lines[])(struct door *) = {
	    [ACT_ASK] = check_run,
	    [ACT_STEP] = step_run,
	    [ACT_SPLIT] = split_run,
	};

	return lines[d->line.act](d);
}

EXPORT int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct door d;
	int r = door_open(&d, pamh, flags, PHASE_AUTH, argc, argv);

	if (r == PAM_SUCCESS)
		r = authenticate(&d);
	ask_close(&d.ask);
	return r;
}

/*
 * There is nothing to set.  A line that tells the step sends this the way of
 * the first one, so that the modules there set what they have to.
 */
EXPORT int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct pam_line a;
	const char *unknown;

	(void)pamh;
	(void)flags;
	if (!pam_line_read(&a, PHASE_AUTH, argc, argv, &unknown))
		return PAM_SERVICE_ERR;
	return a.act == ACT_STEP ? PAM_AUTHINFO_UNAVAIL : PAM_IGNORE;
}

EXPORT int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct door d;
	int r = door_open(&d, pamh, flags, PHASE_SESSION, argc, argv);

	return r == PAM_SUCCESS ? session_run(&d) : r;
}

EXPORT int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}
