/*
 * The verification: an answer, a record, a moment; out comes what to say and
 * the tally as it stands afterwards.  The caller saves the tally, and may act
 * on the outcome only when that is committed.
 *
 * Rules:
 *   - Every candidate step of every device MUST be computed and compared,
 *     whatever matched, and no branch depend on a secret or a right code.
 *   - An accepted step is spent on every device that its code matched, it and
 *     all before it.
 *   - A spent code MUST NOT be accepted, and costs nothing.
 *   - A right recovery code that is not spent MUST be accepted, whatever the
 *     rate limit says of others.
 *   - Eight digits are a TOTP code or a scratch code.  They are one try, at the
 *     price of a TOTP code, and none while the factor is locked: of a hundred
 *     million codes ten may be right, which is less than the three of a million
 *     that the price is for.
 */
#ifndef CORE_VERIFY_H
#define CORE_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "core/policy.h"
#include "core/record.h"
#include "core/totp.h"
#include "core/verdict.h"

/* All that a verification needs beside the record. */
struct verify_context {
	struct totp *totp;
	const struct policy *policy;
	const uint8_t *recovery_key; /* RECOVERY_KEY bytes */
	const char *address;	     /* of the client, "" where unknown; NULL:
	                                somebody who is in already, and sits
	                                where the owner does */
	int64_t now;		     /* seconds since 1970 */
};

/*
 * reason is one of REASON_CODE_ACCEPTED, REASON_RECOVERY_ACCEPTED (both open
 * the door), REASON_CODE_WRONG, _USED, _MALFORMED, REASON_BRAKED, _LOCKED,
 * REASON_RECOVERY_BRAKED (none does); REASON_UNDECIDED where the library
 * failed.
 */
struct outcome {
	enum reason reason;
	bool changed;	 /* the record's tally: it is to be saved */
	int64_t wait;	 /* seconds: BRAKED, and CODE_WRONG that was the last
	                     for now: until the next try; CODE_USED: until the
	                     device's next code, 0 for a recovery code */
	int64_t device;	 /* CODE_ACCEPTED: whose code it was */
	int32_t skew;	 /* CODE_ACCEPTED: seconds the device is off */
	uint32_t failed; /* accepted: tries that failed since the last one */
	bool braked;	 /* accepted: the budget had been spent by somebody */
};

/* True for the two reasons that open the door. */
bool outcome_opens(const struct outcome *o);

/*
 * True for these, and for REASON_NOT_NEEDED and REASON_TICKET_ACCEPTED, which
 * no verification gives: a factor may be changed without a code.  Never for a
 * login.
 */
bool outcome_allows(const struct outcome *o);

/*
 * Judges text against the confirmed devices and the recovery codes of r, and
 * changes r's tally to what is to be saved; out->changed says whether it did.
 * While the rate limit holds, a TOTP code is not looked at: the answer is no
 * oracle.  Of recovery codes it holds wrong ones only, which are then no longer
 * counted.  A used or malformed code changes nothing, and neither does a try
 * that the limit refused, unless the clock was set back: its times follow it.
 *
 * On an error nothing opened and nothing changed: ERR_BROKEN for a broken
 * record, ERR_FULL when the tally has no room for a device, ERR_CRYPTO and
 * ERR_RANGE as from totp_code().
 */
enum error verify_code(const struct verify_context *c, struct record *r,
    const char *text, struct outcome *out);

/*
 * The same against one pending device of r, for a confirmation; the caller
 * confirms it.  The step is spent like a login's, and the same budget; a
 * recovery code does not count here, and is REASON_CODE_MALFORMED.
 */
enum error verify_pending(const struct verify_context *c, struct record *r,
    const struct device *pending, const char *text, struct outcome *out);

/* Codes that are right at one moment: devices x (window + 1 + lookahead). */
uint32_t verify_right_codes(const struct record *r, const struct policy *p);

#endif
