/*
 * What stands behind the module in a line of pam.d(5).
 *
 * Rules:
 *   - A word that is not known here MUST refuse the login: it may be one that
 *     would have closed something.
 */
#ifndef DOORS_PAM_LINE_H
#define DOORS_PAM_LINE_H

#include <stdbool.h>

/* What a line of auth does. */
enum act {
	ACT_ASK,  /* asks for a code, or checks one that was split off */
	ACT_STEP, /* tells which of sshd's steps this is */
	ACT_SPLIT /* takes the code off the password */
};

struct pam_line {
	enum act act;
	const char *service; /* service=, or NULL */
	bool dialogue;	     /* of ACT_ASK: password and code in one dialogue */
	bool record;	     /* of a session: decides nothing */
	bool fallback;	     /* of a session: fallback=publickey */
};

/* Lines of auth and of session know different words. */
enum phase_kind { PHASE_AUTH, PHASE_SESSION };

/* True when all words are known; else *unknown is the first that is not. */
bool pam_line_read(struct pam_line *out, enum phase_kind phase, int argc,
    const char **argv, const char **unknown);

#endif
