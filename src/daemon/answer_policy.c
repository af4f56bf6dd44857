/*
 * The policy, shown and read anew.  answer_draft.c vets what is to change.
 */
#include "daemon/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/throttle.h"

static void
describe_bound(const struct policy *p, char *out, size_t size)
{
	uint32_t right = p->window + 1 + p->lookahead;
	struct throttle_bound one = throttle_bound(right, p->digits);
	struct throttle_bound all =
	    throttle_bound(right * DEVICES_MAX, p->digits);

	(void)text_print(out, size,
	    "guesses open a factor with one device at most %.2f times in "
	    "10,000 a day and %.2f between two logins of its owner; with %d "
	    "devices %.2f and %.2f; a million guesses a second at recovery "
	    "codes at most once in 10^%u days",
	    one.day / 100, one.row / 100, DEVICES_MAX, all.day / 100,
	    all.row / 100, one.recovery);
}

enum status
answer_policy(struct daemon *d, struct caller *c,
    const struct wire_empty_request *q, struct wire_policy_reply *a)
{
	(void)c;
	(void)q;
	for (size_t i = 0; i < option_count && i < WIRE_OPTIONS; i++) {
		struct wire_option *o = &a->option[i];

		(void)text_copy(o->key, sizeof o->key, option_table[i].key);
		option_write(&option_table[i], daemon_policy(d), o->value);
		(void)text_copy(
		    o->source, sizeof o->source, d->config.source[i]);
		a->option_count = i + 1;
	}
	describe_bound(daemon_policy(d), a->bound, sizeof a->bound);
	return STATUS_OK;
}

static void
take_groups(struct group_names *out, const struct wire_reload_request *q)
{
	out->count = q->group_count;
	for (size_t i = 0; i < q->group_count; i++) {
		struct group_name *entry = &out->entry[i];

		memcpy(entry->name, q->group[i].name, sizeof entry->name);
		entry->gid = q->group[i].gid;
	}
}

/* What names mean changes with the policy that has them, or not at all. */
enum status
answer_reload(struct daemon *d, struct caller *c,
    const struct wire_reload_request *q, struct wire_reload_reply *a)
{
	struct group_names former = d->groups;
	enum error e;

	take_groups(&d->groups, q);
	e = daemon_read_policy(d, false, a->complaint);
	if (e != OK)
		d->groups = former;
	log_start(&c->line, LOG_LEVEL_NOTICE, "reload");
	log_number(&c->line, "by", c->peer.uid);
	log_text(&c->line, "status",
	    status_word(e == OK ? STATUS_OK : STATUS_REFUSED));
	c->logged = true;
	return STATUS_OK;
}
