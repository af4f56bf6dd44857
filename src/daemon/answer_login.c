/*
 * Logins: the rule first, then the code.
 *
 * Rules:
 *   - The verdict MUST come from rule_judge() and verify_code() alone; what is
 *     here gathers their facts and tells what they said.
 *   - A record that cannot be known MUST count as broken.
 */
#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/seen.h"
#include "core/throttle.h"
#include "core/verify.h"

/* ---- the log line of a decision ---- */

/* The device whose code opened, where one did. */
static void
log_device(struct caller *c, const struct record *r)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].id == c->challenge.device)
			log_text(&c->line, "device", r->device[i].label);
}

static void
log_login(struct caller *c, const struct record *r, const struct judgement *j,
    const struct wire_login_reply *a)
{
	const struct wire_login_request *q = &c->challenge.login;
	enum log_level level =
	    a->verdict == VERDICT_DENY ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO;

	log_start(&c->line, level, c->challenge.session ? "session" : "login");
	answer_log_user(c, r, q->name);
	log_text(&c->line, "service", q->service);
	log_text(&c->line, "address", q->address);
	log_text(&c->line, "methods", q->methods);
	log_text(&c->line, "kind", kind_word((enum kind)q->kind));
	log_text(&c->line, "terminal", q->terminal ? "yes" : "no");
	log_text(&c->line, "verdict", verdict_word((enum verdict)a->verdict));
	log_text(&c->line, "reason", reason_word((enum reason)a->reason));
	c->exempt = a->reason == REASON_EXEMPT;
	if (c->exempt)
		log_text(&c->line, j->exempt, j->by);
	log_device(c, r);
	if (a->verdict == VERDICT_CHALLENGE)
		log_number(&c->line, "tries", a->tries);
	if (a->offer)
		log_text(&c->line, "set-up", "offered");
	if (a->wait > 0)
		log_number(&c->line, "wait", a->wait);
	c->logged = true;
	c->kept = answer_always_logged((enum reason)a->reason);
}

/* ---- the code ---- */

/* What is told once the door is open, and only then. */
static void
tell_success(
    const struct record *r, const struct outcome *o, struct wire_login_reply *a)
{
	a->verdict = VERDICT_PASS;
	a->failed = o->failed;
	a->braked = o->braked;
	a->skew = o->skew;
	a->recovery_left = (uint8_t)record_recovery_left(r);
}

/* How many wrong codes the rate limit still takes from there, up to 255. */
static uint8_t
tries_left(struct daemon *d, const struct record *r, const char *address)
{
	int64_t now = daemon_now(d);
	uint32_t tries = throttle_tries(&r->tally.throttle,
	    verify_right_codes(r, daemon_policy(d)),
	    network_known(&r->tally, address, now), now);

	return (uint8_t)(tries < UINT8_MAX ? tries : UINT8_MAX);
}

static enum status
try_code(struct daemon *d, struct caller *c, struct record *r, const char *code,
    struct wire_login_reply *a)
{
	struct challenge *challenge = &c->challenge;
	const struct news old = r->tally.news;
	struct outcome o;
	enum status s;

	challenge->tries--;
	s = answer_verify(d, r, challenge->login.address, code, &o);
	if (s != STATUS_OK)
		return s;
	a->reason = (uint8_t)o.reason;
	a->wait = o.wait;
	a->tries = (uint8_t)challenge->tries;
	a->left = tries_left(d, r, challenge->login.address);
	if (!outcome_opens(&o)) {
		a->verdict =
		    challenge->tries > 0 ? VERDICT_CHALLENGE : VERDICT_DENY;
		return STATUS_OK;
	}
	s = answer_opened(d, c, a->proof);
	if (s != STATUS_OK)
		return s;
	challenge->device = o.device;
	tell_success(r, &o, a);
	s = answer_tell_news(d, c, r, &old, a);
	if (s != STATUS_OK)
		return s;
	/* Not before: root's door asks for whom it has not seen to be that. */
	return answer_remember_name(d, c, r, challenge->login.name);
}

/* Says before the first prompt what only a wait or a recovery code mends. */
static void
tell_brake(struct daemon *d, struct record *r, const char *address,
    struct wire_login_reply *a)
{
	int64_t now = daemon_now(d);
	uint32_t cost = throttle_cost(verify_right_codes(r, daemon_policy(d)));
	bool known = network_known(&r->tally, address, now);
	struct throttle copy = r->tally.throttle;

	a->left = tries_left(d, r, address);
	switch (throttle_ask(&copy, cost, known, now, &a->wait)) {
	case THROTTLE_LOCKED:
		a->reason = REASON_LOCKED;
		break;
	case THROTTLE_WAIT:
		a->reason = REASON_BRAKED;
		break;
	case THROTTLE_GO:
		break;
	}
}

/* ---- set-up ---- */

/*
 * Whether a set-up is to be offered now.  A person at a shell is offered one,
 * once on each connection; where it is required, any terminal will do, each
 * time.  Who has no ticket where one is asked for could only fail.
 */
static bool
offers(struct daemon *d, const struct caller *c, const struct record *r,
    enum verdict v)
{
	const struct wire_login_request *q = &c->challenge.login;
	struct origin *from;
	bool before;

	if (!q->terminal || (v != VERDICT_OFFER && v != VERDICT_SETUP))
		return false;
	if (daemon_policy(d)->setup == SETUP_TICKET &&
	    !answer_ticket_good(d, r))
		return false;
	if (v == VERDICT_SETUP)
		return true;
	if (q->kind != KIND_SHELL)
		return false;
	from = answer_origin(d, c, q->uid, q->service);
	before = from != NULL && from->offered;
	if (from != NULL)
		from->offered = true;
	return !before;
}

static void
offer(struct daemon *d, struct caller *c, const struct record *r,
    struct wire_login_reply *a)
{
	c->challenge.setup = offers(d, c, r, (enum verdict)a->verdict);
	if (!c->challenge.setup)
		return;
	a->offer = true;
	a->ticket = daemon_policy(d)->setup == SETUP_TICKET;
	a->deadline = SETUP_TIME;
}

/* Reasons that say the same whatever a store would. */
static bool
reason_needs_no_store(enum reason why)
{
	return why == REASON_PASSWORDLESS || why == REASON_GLOBAL_OFF ||
	    why == REASON_SERVICE_OFF || why == REASON_EXEMPT;
}

/* No door can ask any more: who is not let in now is refused. */
static void
conclude(struct wire_login_reply *a)
{
	if (a->verdict != VERDICT_PASS && a->verdict != VERDICT_OFFER)
		a->verdict = VERDICT_DENY;
}

/* Whether a code was given for the login before. */
static bool
is_verified(struct daemon *d, const struct caller *c)
{
	const struct wire_login_request *q = &c->challenge.login;

	return q->kind == KIND_LOGIN
	    ? c->challenge.proven
	    : answer_origin_verified(d, c, q->uid, q->service);
}

/* A gate's login that waits counts with others of its connection. */
static void
place(struct daemon *d, struct caller *c)
{
	const struct wire_login_request *q = &c->challenge.login;
	const struct origin *from;

	if ((!c->challenge.open && !c->challenge.setup) ||
	    q->kind == KIND_LOGIN || c->challenge.sshd.pid != 0)
		return;
	from = answer_origin(d, c, q->uid, q->service);
	if (from != NULL)
		c->challenge.sshd = from->sshd;
}

/* One step of a login: judge it, and where a code is due, look at code. */
static enum status
step(struct daemon *d, struct caller *c, const char *code,
    struct wire_login_reply *a)
{
	struct challenge *challenge = &c->challenge;
	const struct wire_login_request *q = &challenge->login;
	struct record r;
	struct judgement j;
	enum status s = STATUS_OK;

	answer_load(d, q->uid, &r);
	challenge->known = network_known(&r.tally, q->address, daemon_now(d));
	j = answer_judge(d, c, q, is_verified(d, c), r.state);
	a->verdict = (uint8_t)j.verdict;
	a->reason = (uint8_t)j.reason;
	c->stands = reason_needs_no_store(j.reason);
	a->deadline = daemon_policy(d)->deadline;
	a->tries = (uint8_t)challenge->tries;
	judge_detail(d, q->uid, j.reason, a->detail, sizeof a->detail);
	if (s == STATUS_OK && a->verdict == VERDICT_CHALLENGE) {
		if (code[0] != '\0')
			s = try_code(d, c, &r, code, a);
		else
			tell_brake(d, &r, q->address, a);
	} else if (a->verdict == VERDICT_OFFER || a->verdict == VERDICT_SETUP) {
		const struct news old = r.tally.news;

		s = answer_tell_news(d, c, &r, &old, a);
	}
	if (challenge->session)
		conclude(a);
	challenge->open = s == STATUS_OK && a->verdict == VERDICT_CHALLENGE;
	if (s == STATUS_OK) {
		offer(d, c, &r, a);
		place(d, c);
		log_login(c, &r, &j, a);
	}
	record_wipe(&r);
	return s;
}

enum status
answer_login(struct daemon *d, struct caller *c,
    const struct wire_login_request *q, struct wire_login_reply *a)
{
	/* One connection is one login: no second set of tries on it. */
	if (c->challenge.login.kind != KIND_UNKNOWN)
		return STATUS_REFUSED;
	if (q->kind == KIND_UNKNOWN || q->kind >= KIND_COUNT)
		return STATUS_MALFORMED;
	c->challenge.login = *q;
	explicit_bzero(c->challenge.login.code, CODE_TEXT_MAX);
	c->challenge.tries = TRIES;
	return step(d, c, q->code, a);
}

enum status
answer_code(struct daemon *d, struct caller *c,
    const struct wire_code_request *q, struct wire_login_reply *a)
{
	if (!c->challenge.open || c->challenge.tries == 0)
		return STATUS_NO_CHALLENGE;
	c->challenge.asked = true;
	if (q->code[0] != '\0')
		return step(d, c, q->code, a);
	/* An empty answer is one that is no code: it uses up a try. */
	return step(d, c, " ", a);
}
