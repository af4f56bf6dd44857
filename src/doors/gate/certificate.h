/*
 * What a certificate says that matters to a gate: the bytes as OpenSSH's
 * PROTOCOL.certkeys has them.  sshd has checked the signature; here it is
 * only read.
 *
 * Rules:
 *   - A critical option that is not known MUST refuse the certificate: that
 *     is what critical means there.
 *   - Bytes left over anywhere MUST refuse it.
 */
#ifndef DOORS_GATE_CERTIFICATE_H
#define DOORS_GATE_CERTIFICATE_H

#include <stdbool.h>

#include "base/error.h"
#include "doors/gate/key.h"
#include "doors/gate/slice.h"

struct certificate {
	struct slice authority;	 /* the key that signed it */
	struct slice principals; /* as they stand there */
	char *command;		 /* force-command, or NULL */
};

/* True when key is a certificate. */
bool certificate_is(const struct key *key);

/*
 * Reads it.  out points into key, which must outlive it; free it with
 * certificate_free().  ERR_VERSION for a type that is not known, ERR_REFUSED
 * for a critical option that is not known, ERR_FORMAT, ERR_SHORT,
 * ERR_TRAILING, ERR_MEMORY; out is empty then.
 */
enum error certificate_read(struct certificate *out, const struct key *key);

void certificate_free(struct certificate *certificate);

/* True when it names principal. */
bool certificate_names(
    const struct certificate *certificate, const char *principal);

#endif
