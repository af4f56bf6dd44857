#include "daemon/judge.h"

#include "base/text.h"
#include "core/methods.h"

void
judge_facts(const struct daemon *d, enum record_state record,
    const char *methods, struct rule_facts *out)
{
	const struct policy *p = daemon_policy(d);

	*out = (struct rule_facts){
	    .global_off = !p->enabled,
	    .service_off = !p->ssh,
	    .exempt = false,
	    .method_challenged =
		methods_intersect(methods, p->challenge_methods),
	    .optional = p->mode == POLICY_OPTIONAL,
	    .login = methods_classify(methods, p->passwordless),
	    .record = d->store_good ? record : RECORD_BROKEN,
	};
}

enum verdict
judge_login(const struct daemon *d, enum record_state record,
    const char *methods, enum reason *why)
{
	struct rule_facts facts;
	enum verdict v;

	judge_facts(d, record, methods, &facts);
	if (!d->policy_good && facts.login != LOGIN_PASSWORDLESS) {
		*why = REASON_POLICY_BROKEN;
		return VERDICT_DENY;
	}
	v = rule_judge(&facts, why);
	if (*why == REASON_RECORD_BROKEN && !d->store_good)
		*why = REASON_STORE_BROKEN;
	return v;
}

void
judge_detail(const struct daemon *d, uint32_t uid, enum reason why, char *out,
    size_t size)
{
	const char *detail = "";

	if (why == REASON_STORE_BROKEN)
		detail = d->store_detail;
	else if (why == REASON_POLICY_BROKEN)
		detail = d->policy_detail;
	else if (uid == 0)
		detail = d->policy_detail[0] != '\0' ? d->policy_detail
						     : d->store_detail;
	(void)text_copy(out, size, detail);
}
