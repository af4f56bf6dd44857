/*
 * The facts of a login, put before the rule: what the policy, the store and
 * the methods say.  A login and `otpgate explain` both come through here, so
 * that what is explained is what is done.
 */
#ifndef DAEMON_JUDGE_H
#define DAEMON_JUDGE_H

#include <stddef.h>

#include "core/rule.h"
#include "daemon/daemon.h"

/* The facts, for a user whose record is in that state. */
void judge_facts(const struct daemon *d, enum record_state record,
    const char *methods, struct rule_facts *out);

/*
 * The verdict; *why says what decided.  While the policy cannot be trusted, a
 * login that used a password is denied whatever the last good policy says.
 */
enum verdict judge_login(const struct daemon *d, enum record_state record,
    const char *methods, enum reason *why);

/*
 * What a door shows beside the verdict: file and line of a bad policy or the
 * trouble of the store, when that is why, and always to root.  "" otherwise.
 */
void judge_detail(const struct daemon *d, uint32_t uid, enum reason why,
    char *out, size_t size);

#endif
