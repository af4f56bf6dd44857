/*
 * Rules:
 *   - A broken record MUST deny, and MUST NOT read as an absent one.
 *   - What nobody thought of MUST deny.
 */
#include "core/rule.h"

static enum verdict
decided(enum verdict v, enum reason r, enum reason *why)
{
	*why = r;
	return v;
}

/* The login is subject to the rule: what the record says decides. */
static enum verdict
judge_record(const struct rule_facts *f, enum reason *why)
{
	switch (f->record) {
	case RECORD_GOOD:
		if (f->verified)
			return decided(VERDICT_PASS, REASON_CONNECTION, why);
		return decided(VERDICT_CHALLENGE, REASON_HAS_SECRET, why);
	case RECORD_ABSENT:
		if (f->optional)
			return decided(VERDICT_OFFER, REASON_NO_SECRET, why);
		return decided(VERDICT_SETUP, REASON_SETUP_REQUIRED, why);
	case RECORD_BROKEN:
		return decided(VERDICT_DENY, REASON_RECORD_BROKEN, why);
	case RECORD_STATE_COUNT:
		break;
	}
	return decided(VERDICT_DENY, REASON_UNDECIDED, why);
}

enum verdict
rule_judge(const struct rule_facts *f, enum reason *why)
{
	if ((unsigned int)f->login >= LOGIN_CLASS_COUNT ||
	    (unsigned int)f->record >= RECORD_STATE_COUNT)
		return decided(VERDICT_DENY, REASON_UNDECIDED, why);
	if (f->global_off)
		return decided(VERDICT_PASS, REASON_GLOBAL_OFF, why);
	if (f->service == SERVICE_OFF)
		return decided(VERDICT_PASS, REASON_SERVICE_OFF, why);
	if (f->service != SERVICE_ON)
		return decided(VERDICT_DENY, REASON_SERVICE_UNNAMED, why);
	if (f->login == LOGIN_PASSWORDLESS &&
	    (f->optional || !f->method_challenged))
		return decided(VERDICT_PASS, REASON_PASSWORDLESS, why);
	if (f->exempt)
		return decided(VERDICT_PASS, REASON_EXEMPT, why);
	return judge_record(f, why);
}
