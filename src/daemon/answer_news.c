/*
 * What the owner is told once: what happened to the factor since the last
 * login that was told.
 *
 * Rules:
 *   - News MUST be told only to somebody who gave a code, or who has no factor
 *     that could ask for one.
 *   - News MUST NOT count as a factor, nor keep anybody out.
 */
#include "daemon/answer.h"

/*
 * Whether a person sees what the door is told now.  A program that brings its
 * code with it does not, and the news wait for a login that does.
 */
static bool
is_seen(const struct caller *c)
{
	const struct wire_login_request *q = &c->challenge.login;

	return !c->challenge.session &&
	    (q->terminal || c->challenge.asked || q->kind == KIND_LOGIN);
}

static void
describe_news(const struct news *n, struct wire_login_reply *a)
{
	for (unsigned int i = 0; i < NEWS_KINDS; i++)
		if (n->count[i] != 0)
			a->news[a->news_count++] = (struct wire_news){
			    (uint8_t)i, n->count[i], n->last[i]};
}

enum status
answer_tell_news(struct daemon *d, const struct caller *c, struct record *r,
    const struct news *old, struct wire_login_reply *a)
{
	if (!is_seen(c) || !news_any(old))
		return STATUS_OK;
	describe_news(old, a);
	if (a->verdict == VERDICT_SETUP)
		return STATUS_OK;
	news_drop(&r->tally.news, old);
	return store_save_tally(d->store, r) == OK ? STATUS_OK
						   : STATUS_NOT_COMMITTED;
}

/* ---- after a clear ---- */

enum error
answer_leave_news(struct daemon *d, const struct wire_user_request *q)
{
	struct record r;
	enum error e = OK;

	if (q->name[0] == '\0')
		return OK;
	e = store_load(d->store, q->uid, daemon_now(d), &r);
	news_note(&r.tally.news, NEWS_CLEARED, daemon_now(d));
	if (e == OK)
		e = store_save_tally(d->store, &r);
	if (e == OK)
		e = store_set_name(d->store, &r, q->name);
	record_wipe(&r);
	return e;
}

bool
answer_is_clear(struct daemon *d, const struct wire_user_request *q)
{
	struct record r;
	bool clear;

	answer_load(d, q->uid, &r);
	clear = q->name[0] != '\0' && r.state == RECORD_ABSENT &&
	    r.devices == 0 && r.ticket_until == 0 &&
	    r.tally.throttle.failed == 0;
	record_wipe(&r);
	return clear;
}
