#include "daemon/judge.h"

#include <string.h>

#include "base/text.h"
#include "core/methods.h"

/* Either list is enough. */
static void
judge_exemption(
    const struct daemon *d, const struct evidence *e, struct judgement *out)
{
	const struct policy *p = daemon_policy(d);

	if (exempt_by_group(p->exempt_groups, &d->groups, &e->groups, out->by))
		out->exempt = "group";
	else if (exempt_by_network(p->exempt_networks, e->address, out->by))
		out->exempt = "network";
}

static enum service_state
service_of(const struct policy *p, const char *service)
{
	if (strcmp(service, SERVICE_SSH) == 0)
		return p->ssh ? SERVICE_ON : SERVICE_OFF;
	return service_state(p->services, service);
}

struct judgement
judge_login(const struct daemon *d, const struct evidence *e)
{
	const struct policy *p = daemon_policy(d);
	struct judgement j = {VERDICT_DENY, REASON_POLICY_BROKEN, NULL, ""};
	struct rule_facts facts;

	judge_exemption(d, e, &j);
	facts = (struct rule_facts){
	    .global_off = !p->enabled,
	    .service = service_of(p, e->service),
	    .exempt = j.exempt != NULL,
	    .method_challenged =
		methods_intersect(e->methods, p->challenge_methods),
	    .optional = p->mode == POLICY_OPTIONAL,
	    .verified = e->verified,
	    .login = methods_classify(e->methods, p->passwordless),
	    .record = d->store_good ? e->record : RECORD_BROKEN,
	};
	if (!d->policy_good && facts.login != LOGIN_PASSWORDLESS)
		return j;
	j.verdict = rule_judge(&facts, &j.reason);
	if (j.reason == REASON_RECORD_BROKEN && !d->store_good)
		j.reason = REASON_STORE_BROKEN;
	return j;
}

void
judge_detail(const struct daemon *d, uint32_t uid, enum reason why, char *out,
    size_t size)
{
	const char *detail = "";

	if (why == REASON_POLICY_BROKEN)
		detail = d->policy_detail;
	else if (uid == 0)
		detail = d->policy_detail[0] != '\0' ? d->policy_detail
						     : d->store_detail;
	(void)text_copy(out, size, detail);
}
