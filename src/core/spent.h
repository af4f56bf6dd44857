/*
 * Which step another program's last code was of: some remember the code and
 * the time only.
 */
#ifndef CORE_SPENT_H
#define CORE_SPENT_H

#include <stdint.h>

#include "base/error.h"
#include "core/record.h"
#include "core/totp.h"

/*
 * Steps to either side of a time that a code is looked for in: what the widest
 * of the usual settings of pam_oath takes.
 */
#define SPENT_SEARCH 20

/*
 * The step up to which d's codes count as used, when number was the code that
 * was used last, at the time used: the last step around used, or around now,
 * that has this code.  Where none has it, the last of those around used: more
 * is spent then than was, and never less.  used is taken for now when it is 0
 * or later than that.  ERR_RANGE and ERR_CRYPTO as from totp_code().
 */
enum error spent_find(struct totp *t, const struct device *d, uint32_t number,
    int64_t used, int64_t now, uint64_t *spent);

#endif
