/*
 * One line of an authorized_keys file or of an authorized principals file
 * (sshd(8), AUTHORIZED_KEYS FILE FORMAT; sshd_config(5),
 * AuthorizedPrincipalsFile).
 *
 * Rules:
 *   - What sshd takes for a key or for an option MUST be taken for the same
 *     here: the grammar is that of OpenSSH 9.2 to 10.
 *   - An option that is not known MUST NOT be passed over: a newer sshd may
 *     restrict by it.
 */
#ifndef DOORS_GATE_KEYLINE_H
#define DOORS_GATE_KEYLINE_H

#include <stdbool.h>

#include "base/error.h"
#include "doors/gate/certificate.h"
#include "doors/gate/key.h"

/* What the options of a line say that matters to a gate. */
struct keyoptions {
	bool authority; /* cert-authority */
	char *command;	/* of command="...", or NULL; free(3) it */
};

/*
 * Reads options, which end at a blank outside quotes or at the end of text;
 * "" is none.  ERR_FORMAT for an option that is not known, stands wrongly or
 * has no value where it needs one; ERR_EXISTS for a second command; ERR_MEMORY.
 * On an error out is empty.
 */
enum error keyoptions_read(struct keyoptions *out, const char *text);

/*
 * The options of a line that holds key, or with authority the authority that
 * signed a certificate.  OK, ERR_ABSENT when it does not hold it, or what
 * keyoptions_read() says of its options.
 */
enum error keyline_read(struct keyoptions *out, const char *line,
    const struct key *key, bool authority);

/*
 * The same for a line of principals, which holds one that certificate names.
 */
enum error principal_line_read(struct keyoptions *out, const char *line,
    const struct certificate *certificate);

#endif
