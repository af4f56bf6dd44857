/*
 * PAM's stack of a service (pam.conf(5)) beside the one that is shipped: which
 * lines of it are ours, and what makes them worth nothing.
 *
 * Pure: lines in, facts out.
 */
#ifndef DOORS_CLI_DOCTOR_STACK_H
#define DOORS_CLI_DOCTOR_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "doors/cli/doctor/lines.h"
#include "doors/cli/doctor/shipped.h"

#define STACK_MODULE "pam_otpgate.so"
#define STACK_BACKSTOP "session requisite " STACK_MODULE
#define STACK_FALLBACK STACK_BACKSTOP " fallback=publickey"
#define STACK_RECORD STACK_BACKSTOP " record"

#define TROUBLES_MAX 8

enum trouble_kind {
	TROUBLE_NONE,
	TROUBLE_DIFFERS, /* a line of ours is another one than is shipped */
	TROUBLE_LACKS,	 /* a line that is shipped is not there */
	TROUBLE_ENDS,	 /* what comes before ours can end or jump the stack */
	TROUBLE_UNDOES	 /* what comes behind ours can undo what it said */
};

struct trouble {
	enum trouble_kind kind;
	size_t line;	     /* of the stack, or NO_LINE */
	const char *shipped; /* what is shipped, or NULL */
};

struct stack {
	bool asks;     /* a line of auth is ours */
	bool split;    /* one of them takes the code off the password */
	bool dialogue; /* one of them has the word "dialogue" */
	bool backstop; /* a line of session refuses what was not asked */
	bool records;  /* one tells otpgated how a login proved itself */
	size_t troubles;
	struct trouble trouble[TROUBLES_MAX];
};

/*
 * Compares l with shipped, the lines of auth that belong there, where an
 * "@include" stands for whatever the machine has.  The lines of session are
 * the two above.
 */
void stack_read(
    struct stack *out, const struct lines *l, const struct lines *shipped);

/* Only which lines of l are ours. */
void stack_find(struct stack *out, const struct lines *l);

#endif
