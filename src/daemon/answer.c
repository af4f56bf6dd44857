#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/verify.h"

/* Who may use a verb. */
enum who {
	WHO_NOBODY,
	WHO_ROOT,  /* uid 0 alone */
	WHO_SELF,  /* anybody about himself, root about anybody */
	WHO_KEYS,  /* root, and the account that runs `keys`, which may say
	              nothing else */
	WHO_CALLER /* anybody, about this connection's own login */
};

/*
 * Decodes, answers, encodes.  The handler runs on a request that was read to
 * its last byte, or not at all.
 */
#define VERB_SERVE(verb, request, reply)                                    \
	static enum status serve_##verb(struct daemon *d, struct caller *c, \
	    struct reader *r, struct writer *w)                             \
	{                                                                   \
		struct wire_##request q;                                    \
		struct wire_##reply a;                                      \
		enum status s = STATUS_MALFORMED;                           \
                                                                            \
		memset(&a, 0, sizeof a);                                    \
		get_##request(r, &q);                                       \
		if (reader_finish(r) == OK)                                 \
			s = answer_##verb(d, c, &q, &a);                    \
		put_reply_header(w, VERB_##verb, s);                        \
		if (s == STATUS_OK)                                         \
			put_##reply(w, &a);                                 \
		explicit_bzero(&q, sizeof q);                               \
		explicit_bzero(&a, sizeof a);                               \
		return s;                                                   \
	}
VERB_LIST(VERB_SERVE)

/*
 * The trust boundary.  A verb that is not here is refused.  The request of a
 * WHO_SELF verb begins with the uid that it is about.
 */
static const struct row {
	enum verb verb;
	enum who who;
	enum status (*serve)(
	    struct daemon *, struct caller *, struct reader *, struct writer *);
} table[] = {
    {VERB_login, WHO_SELF, serve_login},
    {VERB_code, WHO_CALLER, serve_code},
    {VERB_status, WHO_SELF, serve_status},
    {VERB_enroll, WHO_SELF, serve_enroll},
    {VERB_confirm, WHO_SELF, serve_confirm},
    {VERB_recovery, WHO_SELF, serve_recovery},
    {VERB_remove, WHO_SELF, serve_remove},
    {VERB_health, WHO_ROOT, serve_health},
    {VERB_list, WHO_ROOT, serve_list},
    {VERB_clear, WHO_ROOT, serve_clear},
    {VERB_unlock, WHO_ROOT, serve_unlock},
    {VERB_ticket, WHO_ROOT, serve_ticket},
    {VERB_explain, WHO_ROOT, serve_explain},
    {VERB_policy, WHO_ROOT, serve_policy},
    {VERB_draft, WHO_ROOT, serve_draft},
    {VERB_reload, WHO_ROOT, serve_reload},
    {VERB_import, WHO_ROOT, serve_import},
    {VERB_stage, WHO_ROOT, serve_stage},
    {VERB_take, WHO_ROOT, serve_take},
    {VERB_session, WHO_ROOT, serve_session},
    {VERB_connection, WHO_SELF, serve_connection},
    {VERB_trust, WHO_SELF, serve_trust},
    {VERB_trusted, WHO_SELF, serve_trusted},
    {VERB_revoke, WHO_SELF, serve_revoke},
    {VERB_vouched, WHO_SELF, serve_vouched},
    {VERB_emit, WHO_KEYS, serve_emit},
    {VERB_digits, WHO_ROOT, serve_digits},
};

static const struct row *
row_of(enum verb verb)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].verb == verb)
			return &table[i];
	return NULL;
}

bool
caller_is_root(const struct caller *c)
{
	return c->peer.uid == 0;
}

bool
caller_sets_up(const struct caller *c, uint32_t uid)
{
	return c->challenge.setup && c->challenge.login.uid == uid;
}

/* r stands at the start of the message; it is a copy. */
static bool
allowed(const struct daemon *d, const struct row *row, const struct caller *c,
    struct reader r)
{
	if (c->peer.uid == d->keys_uid)
		return row->who == WHO_KEYS;
	switch (row->who) {
	case WHO_ROOT:
	case WHO_KEYS:
		return caller_is_root(c);
	case WHO_SELF:
		return caller_is_root(c) || read_u32(&r) == c->peer.uid;
	case WHO_CALLER:
		return true;
	case WHO_NOBODY:
		break;
	}
	return false;
}

/*
 * Without its turn a store is one that cannot be read: what does not hang on
 * it, a login without a password, is answered all the same.
 */
static enum status
serve_without_store(struct daemon *d, struct caller *c, const struct row *row,
    struct reader *r, struct writer *w)
{
	enum status s;

	d->store_good = false;
	(void)text_copy(d->store_detail, sizeof d->store_detail,
	    "the store takes nothing; look for room on its disk");
	s = row->serve(d, c, r, w);
	d->store_good = true;
	d->store_detail[0] = '\0';
	return s;
}

static enum status
serve(struct daemon *d, struct caller *c, const struct row *row,
    struct reader *r, struct writer *w)
{
	enum status s = STATUS_REFUSED;

	if (d->store_good && store_enter(d->store) != OK)
		return serve_without_store(d, c, row, r, w);
	s = row->serve(d, c, r, w);
	if (d->store_good &&
	    store_leave(d->store, s == STATUS_OK ? OK : ERR_REFUSED) != OK)
		s = STATUS_NOT_COMMITTED;
	return s;
}

void
answer_status_only(
    const uint8_t *request, size_t size, enum status status, struct writer *w)
{
	struct reader r;
	enum verb verb;

	reader_init(&r, request, size);
	(void)get_request_header(&r, &verb);
	put_reply_header(w, verb, status);
}

static void
note_refusal(struct caller *c, enum verb verb, enum status s)
{
	log_start(&c->line, LOG_LEVEL_WARNING, "request-refused");
	log_number(&c->line, "by", c->peer.uid);
	log_number(&c->line, "pid", c->peer.pid);
	log_text(&c->line, "verb", verb_word(verb));
	log_text(&c->line, "status", status_word(s));
	c->logged = true;
	c->kept = false; /* nothing bounds how many there are */
}

/* Tells of the lines that the minutes before did not show. */
static void
note_held(struct daemon *d)
{
	struct flood_seat left[FLOOD_SEATS];
	uint32_t seats = flood_end(&d->lines, daemon_now(d), left);

	for (uint32_t i = 0; i < seats; i++)
		if (left[i].refused > 0)
			log_message(LOG_LEVEL_WARNING, "lines-held",
			    "%u more lines about requests of uid %u in one "
			    "minute",
			    left[i].refused, left[i].uid);
}

/* Whether the caller's line is one of those that f shows in a minute. */
static bool
is_shown(struct daemon *d, struct flood *f, const struct caller *c)
{
	uint32_t uid = c->peer.uid;

	/* All of the uids that users have invented are one. */
	if (!flood_seated(f, uid) && !peer_is_native(&c->peer))
		uid = PEER_NOBODY;
	return flood_take(f, uid, LINES_SHOWN, daemon_now(d));
}

/*
 * Anybody can ask as fast as he likes.  What others did must not drown in it,
 * nor the log's own limits hold it back; what changed something is kept.  So
 * is an exemption that let somebody in, whatever else its user asks; but he can
 * claim an address and ask for that without end, and so these have a limit,
 * too.
 */
static void
hold_flood(struct daemon *d, struct caller *c)
{
	if (!c->logged || c->kept || caller_is_root(c))
		return;
	if (c->exempt && is_shown(d, &d->exempts, c))
		return;
	note_held(d);
	c->logged = is_shown(d, &d->lines, c);
}

void
answer(struct daemon *d, struct caller *c, const uint8_t *request, size_t size,
    struct writer *w)
{
	size_t start = w->used;
	struct reader r;
	enum verb verb;
	enum status s;
	const struct row *row;

	c->logged = c->kept = c->stands = c->exempt = false;
	c->proven = NULL;
	reader_init(&r, request, size);
	s = get_request_header(&r, &verb);
	row = row_of(verb);
	if (s == STATUS_OK && row == NULL)
		s = STATUS_UNKNOWN_VERB;
	if (s == STATUS_OK && !allowed(d, row, c, r))
		s = STATUS_NOT_ALLOWED;
	if (s == STATUS_OK)
		s = serve(d, c, row, &r, w);
	if (s != STATUS_OK || w->error != OK) {
		w->used = start;
		w->error = OK;
		answer_status_only(
		    request, size, s == STATUS_OK ? STATUS_REFUSED : s, w);
		c->stands = false;
		if (!c->logged)
			note_refusal(c, verb, s);
	} else if (c->proven != NULL) {
		origin_verify(d->origins, c->proven, daemon_now(d));
	}
	c->proven = NULL;
	hold_flood(d, c);
}
