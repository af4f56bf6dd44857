/*
 * PAM's stack for sshd (pam.conf(5)), as far as the auth door is concerned:
 * which lines of it are ours, and what stands before them.
 *
 * Pure: lines in, facts out.
 */
#ifndef DOORS_CLI_DOCTOR_STACK_H
#define DOORS_CLI_DOCTOR_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "doors/cli/doctor/lines.h"

#define STACK_MODULE "pam_otpgate.so"
#define STACK_PATH_MAX 256

struct stack {
	/* lines of auth */
	bool step;     /* tells the two steps from one another */
	bool split;    /* takes the code off the password */
	bool ask;      /* asks for a code, or checks one */
	bool preceded; /* something else stands before all of ours */
	bool permits;  /* pam_permit.so suffices without "step" before it */
	/* lines of session */
	bool backstop; /* refuses what was not asked */
	bool late;     /* what serves users stands before it */
	/* as the first line of ours names the module, or "" */
	char module[STACK_PATH_MAX];
};

void stack_read(struct stack *out, const struct lines *l);

#endif
