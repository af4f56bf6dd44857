/*
 * Changes of the policy.  otpgated never writes a policy file: it drafts and
 * vets the text, root's command puts it in its place and asks for a reload.
 *
 * A policy that is required shuts people out, and a mistake in it
 * administrators too: guards stand before it.  --force is the way past them,
 * for root, who can edit the files anyway.
 *
 * Rules:
 *   - A draft that would be refused MUST be refused, whatever is forced.
 *   - Each guard that is passed over MUST be logged.
 *   - A code MUST be looked at only where nothing else is in the way: it is
 *     spent by that.
 */
#include "daemon/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* One change while it is looked at. */
struct drafting {
	struct daemon *d;
	struct caller *c;
	const struct wire_draft_request *q;
	struct wire_draft_reply *a;
	const struct policy *now;
	const struct policy *next; /* NULL until it is known */
};

static bool
is_key(const struct drafting *w, const char *key)
{
	return strcmp(w->q->key, key) == 0;
}

/* ---- the guards ---- */

static bool
turns_off(const struct drafting *w)
{
	return w->now->mode == POLICY_REQUIRED &&
	    (is_key(w, "enabled") || is_key(w, "ssh")) &&
	    strcmp(w->q->value, "false") == 0;
}

static bool
becomes_required(const struct drafting *w)
{
	return w->next->mode == POLICY_REQUIRED &&
	    (w->now->mode != POLICY_REQUIRED || is_key(w, "policy"));
}

/* Under the required policy there is always one who can get in and mend. */
static bool
moves_administrators(const struct drafting *w)
{
	return w->next->mode == POLICY_REQUIRED && !becomes_required(w) &&
	    strcmp(w->next->admin_groups, w->now->admin_groups) != 0;
}

static bool
needs_administrators(const struct drafting *w)
{
	return becomes_required(w) || moves_administrators(w);
}

static bool
store_bad(const struct drafting *w)
{
	return !w->d->store_good;
}

static bool
nobody_enrolled(const struct drafting *w)
{
	return w->a->enrolled_count == 0;
}

static bool
always(const struct drafting *w)
{
	(void)w;
	return true;
}

/* A guard bars a change that it meets when it finds what it looks for. */
static const struct guard {
	const char *word; /* in the log */
	bool (*meets)(const struct drafting *);
	bool (*bars)(const struct drafting *);
	const char *sentence;
} guards[] = {
    {"switches", turns_off, always,
	"while the policy is 'required' neither switch can be turned off; "
	"first run: otpgate policy set policy optional; or add --force, which "
	"does both"},
    {"store", needs_administrators, store_bad,
	"the store of second factors cannot be read, so that no administrator "
	"can prove a code; look at: otpgate status"},
    {"administrator", becomes_required, nobody_enrolled,
	"the policy cannot become 'required' before a member of admin_groups "
	"has a second factor; set one up: otpgate enroll USER"},
    {"admin-groups", moves_administrators, nobody_enrolled,
	"while policy is 'required' a member of admin_groups has to have a "
	"second factor, and of these groups nobody has"},
};

/* The code is asked for behind all guards; forced past, it is one of them. */
static const struct guard code_guard = {"code", becomes_required, always, ""};

static bool
bars(const struct guard *g, const struct drafting *w)
{
	return g->meets(w) && g->bars(w);
}

static void
refuse(const struct drafting *w, const char *sentence)
{
	w->a->state = DRAFT_REFUSED;
	(void)text_print(
	    w->a->complaint, sizeof w->a->complaint, "%s\n", sentence);
}

/* False, after a complaint, where one bars and is not forced. */
static bool
passes_guards(const struct drafting *w)
{
	for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++)
		if (!w->q->force && bars(&guards[i], w)) {
			refuse(w, guards[i].sentence);
			return false;
		}
	return true;
}

static void
force(const struct drafting *w, const struct guard *g)
{
	struct wire_draft_reply *a = w->a;
	struct log_line l;

	if (!bars(g, w) || a->forced_count >= WIRE_GUARDS)
		return;
	(void)text_copy(
	    a->forced[a->forced_count].word, sizeof a->forced[0].word, g->word);
	a->forced_count++;
	log_start(&l, LOG_LEVEL_WARNING, "forced");
	log_text(&l, "guard", g->word);
	log_text(&l, "option", w->q->key);
	log_text(&l, "value", w->q->value);
	log_number(&l, "by", w->c->peer.uid);
	log_end(&l);
}

static void
force_all(const struct drafting *w)
{
	for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++)
		force(w, &guards[i]);
	force(w, &code_guard);
}

/* ---- the administrators ---- */

/* The groups of a list, for root's command to look up. */
static size_t
list_groups(const char *list, struct wire_group out[POLICY_GROUPS_MAX])
{
	struct list_entry entry;
	size_t count = 0;

	while (count < POLICY_GROUPS_MAX && list_next(&list, &entry))
		memcpy(out[count++].name, entry.name, sizeof entry.name);
	return count;
}

/* Whose word it is that they are members: root's.  That they can prove: ours */
static void
note_enrolled(const struct drafting *w)
{
	struct wire_draft_reply *a = w->a;

	for (size_t i = 0; i < w->q->member_count; i++) {
		struct record r;

		answer_load(w->d, w->q->member[i].value, &r);
		if (r.state == RECORD_GOOD)
			a->enrolled[a->enrolled_count++] = w->q->member[i];
		record_wipe(&r);
	}
}

static bool
is_enrolled(const struct drafting *w, uint32_t uid)
{
	for (size_t i = 0; i < w->a->enrolled_count; i++)
		if (w->a->enrolled[i].value == uid)
			return true;
	return false;
}

/* Spent, or paid for, as at a login. */
static enum status
prove(const struct drafting *w, bool *proven)
{
	const struct wire_draft_request *q = w->q;
	struct outcome o;
	struct record r;
	enum status s;

	*proven = false;
	w->a->state = DRAFT_CODE;
	if (q->proof[0] == '\0')
		return STATUS_OK;
	if (!is_enrolled(w, q->admin)) {
		refuse(w,
		    "the code has to come from an administrator who has a "
		    "second factor");
		return STATUS_OK;
	}
	answer_load(w->d, q->admin, &r);
	s = answer_stand(w->d, answer_verify(w->d, &r, NULL, q->proof, &o));
	if (s == STATUS_OK) {
		answer_note(w->c,
		    &(struct note){"policy-proof", &r, q->name, q->address},
		    &o);
		w->a->reason = (uint8_t)o.reason;
		w->a->wait = o.wait;
		*proven = outcome_opens(&o);
		answer_note_end(w->c, s, &o);
	}
	record_wipe(&r);
	return s;
}

/* ---- the draft ---- */

/*
 * The required policy cannot be with a switch off: who forces one off gets the
 * optional one with it.
 */
static enum error
draft(const struct drafting *w, struct config *fresh)
{
	const struct config_change change[] = {{w->q->key, w->q->value},
	    {turns_off(w) ? "policy" : NULL, "optional"}, {NULL, NULL}};

	return config_draft(
	    fresh, &w->d->place, change, w->a->text, sizeof w->a->text);
}

/* What stands before a policy that could be. */
static enum status
pass(const struct drafting *w)
{
	struct wire_draft_reply *a = w->a;
	bool proven = true;
	enum status s = STATUS_OK;

	a->exempt_count = list_groups(w->next->exempt_groups, a->exempt);
	a->admin_count = list_groups(w->next->admin_groups, a->admin);
	if (needs_administrators(w) && !w->q->told) {
		a->state = DRAFT_MEMBERS;
		return STATUS_OK;
	}
	note_enrolled(w);
	if (!passes_guards(w))
		return STATUS_OK;
	if (w->q->force)
		force_all(w);
	else if (becomes_required(w))
		s = prove(w, &proven);
	if (s == STATUS_OK && proven)
		a->state = DRAFT_GOOD;
	return s;
}

static enum status
vet(struct drafting *w, struct config *fresh)
{
	enum error e = draft(w, fresh);

	w->next = &fresh->policy;
	if (e == OK)
		return pass(w);
	if (e == ERR_ABSENT)
		return STATUS_ABSENT;
	if (e != ERR_REFUSED)
		return STATUS_REFUSED;
	(void)text_copy(
	    w->a->complaint, sizeof w->a->complaint, fresh->complaint);
	return STATUS_OK;
}

enum status
answer_draft(struct daemon *d, struct caller *c,
    const struct wire_draft_request *q, struct wire_draft_reply *a)
{
	struct drafting w = {d, c, q, a, daemon_policy(d), NULL};
	struct config *fresh = malloc(sizeof *fresh);
	enum status s = STATUS_REFUSED;

	a->state = DRAFT_REFUSED;
	if (fresh != NULL)
		s = vet(&w, fresh);
	if (a->state != DRAFT_GOOD)
		a->text[0] = '\0';
	free(fresh);
	return s;
}
