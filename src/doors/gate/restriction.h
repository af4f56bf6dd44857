/*
 * Restricted keys stay restricted: the command that the login's keys are
 * bound to, which the gate runs in place of what the client asks for.
 *
 * sshd knows it, and forgets it for our ForceCommand; so it is looked up once
 * more, in the lists that the drop-in names.
 *
 * Rules:
 *   - All lines that hold a key MUST agree, whatever their other options:
 *     which of them let the key in cannot be known here.
 *   - A key that no list holds MUST be refused, unless the drop-in says
 *     otherwise: the list that holds it may restrict it.
 */
#ifndef DOORS_GATE_RESTRICTION_H
#define DOORS_GATE_RESTRICTION_H

#include <stdbool.h>

#include "doors/gate/arguments.h"
#include "doors/gate/facts.h"
#include "doors/gate/key.h"

enum restriction {
	RESTRICTION_UNDECIDED, /* out of memory and the like: refuse */
	RESTRICTION_NONE,      /* run what the client asked for */
	RESTRICTION_COMMAND,   /* run the command of the key */
	/* All of these refuse. */
	RESTRICTION_UNREADABLE,	 /* sshd's word for the key is none */
	RESTRICTION_UNLISTED,	 /* no list holds the key */
	RESTRICTION_OPTION,	 /* an option of a line is not known */
	RESTRICTION_CONFLICT,	 /* two answers */
	RESTRICTION_CERTIFICATE, /* unknown type or critical option */
	RESTRICTION_PATTERN,	 /* the drop-in names a list wrongly */
	RESTRICTION_HIDDEN	 /* there are restricted keys, and which key
	                           this is sshd did not say */
};

/* True when the user has vouched for the key with a code. */
typedef bool key_voucher(void *context, const struct key *key);

/* One more list, of keys without options, which is asked last. */
struct trust {
	key_voucher *vouched;
	void *context;
};

/*
 * Looks all keys of the login up.  For RESTRICTION_COMMAND *command is the
 * command, which the caller frees; else it is NULL.
 */
enum restriction restriction_find(const struct facts *facts,
    const struct arguments *arguments, const struct trust *trust,
    char **command);

#endif
