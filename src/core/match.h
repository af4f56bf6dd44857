/*
 * The part of a verification that runs on secrets: which steps have the code
 * that was typed.  For verify.c, and for the test that proves it constant.
 *
 * Rules:
 *   - Every step of the range MUST be computed and compared.
 *   - No branch and no address MUST depend on the secret, on the right codes
 *     or on the number that was typed.  The form, the range, the count of
 *     digits that were typed and the time are public.
 *   - A caller MAY branch on a struct match: it is what the answer tells.
 */
#ifndef CORE_MATCH_H
#define CORE_MATCH_H

#include <stdint.h>

#include "base/error.h"
#include "core/code.h"
#include "core/record.h"
#include "core/totp.h"

/* The steps of a device that are looked at, both ends included. */
struct match_range {
	uint64_t first;
	uint64_t last;
	uint64_t spent;	 /* this step and all before it do not open */
	uint64_t closed; /* bit i: nor does step first + i, below 64 */
};

/* All that a code is compared with. */
struct match_field {
	uint32_t devices;
	const struct device *device[DEVICES_MAX];
	struct match_range range[DEVICES_MAX];
};

/* The last step of each kind that has the code; 0: none. */
struct match {
	uint64_t fresh; /* not spent: it opens */
	uint64_t used;	/* spent: it does not */
};

/*
 * The steps from earlier before now's to later after it, none of them spent.
 * Step 0, the first of 1970, is never among them: 0 says "none" everywhere.
 */
struct match_range match_range(const struct totp_form *form, int64_t now,
    uint32_t earlier, uint32_t later);

/*
 * Compares code, of kind CODE_TOTP, with each device's code of each step of
 * its range; match[i] is for device[i].  A code with another count of digits
 * than a device's has matches none of it.  An error is totp_code()'s, and
 * leaves no match at all.
 */
enum error match_code(struct totp *t, const struct match_field *field,
    const struct code *code, struct match match[static DEVICES_MAX]);

#endif
