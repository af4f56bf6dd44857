/* Root's view of everybody: listing, clearing, unlocking. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/cli.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/question.h"
#include "doors/cli/say.h"
#include "doors/cli/ticket.h"
#include "doors/cli/view.h"
#include "term/qr.h"

/* ---- page by page ---- */

/*
 * Calls act for everybody, in the order of uids, until it says false.  False
 * then, and when a page could not be had.
 */
static bool
for_each_user(
    bool (*act)(void *context, const struct wire_user *u), void *context)
{
	struct wire_list_request q = {.from = 0};
	struct wire_list_reply page;

	do {
		if (!query_good(query_list(&q, &page)))
			return false;
		for (size_t i = 0; i < page.user_count; i++)
			if (!act(context, &page.user[i]))
				return false;
		/* a page that leads back would never end */
		if (page.next != 0 && page.next <= q.from)
			return false;
		q.from = page.next;
	} while (q.from != 0);
	return true;
}

/* ---- users ---- */

/* Begun with the first user, so that a listing that fails at once is none. */
struct listing {
	bool as_json;
	bool begun;
	struct json json;
	struct table *table;
};

/* A window gets what it can hold, all else everything. */
static bool
is_wide(void)
{
	struct qr_screen screen;

	qr_screen_of(STDOUT_FILENO, &screen);
	return screen.style == QR_NONE || screen.columns >= VIEW_WIDE;
}

static bool
listing_begin(struct listing *l)
{
	if (l->begun)
		return true;
	l->begun = true;
	if (l->as_json) {
		json_start(&l->json, stdout);
		json_open_list(&l->json, NULL);
		return true;
	}
	l->table = view_users(stdout, is_wide());
	return l->table != NULL;
}

/* One that broke off stays open: no reader takes it for the whole. */
static void
listing_end(struct listing *l, bool whole)
{
	table_end(&l->table);
	if (!whole || !l->as_json)
		return;
	json_close_list(&l->json);
	json_finish(&l->json);
}

static bool
listing_add(void *context, const struct wire_user *u)
{
	struct listing *l = context;

	if (listing_begin(l) && l->as_json) {
		view_json_user(&l->json, NULL, u);
		return true;
	}
	if (l->table != NULL && view_user(l->table, u) == OK)
		return true;
	complain("%s", error_text(ERR_MEMORY));
	return false;
}

enum ending
do_users(struct cli *c)
{
	struct listing l = {.as_json = c->json};
	bool whole = for_each_user(listing_add, &l);

	if (whole)
		whole = listing_begin(&l);
	listing_end(&l, whole);
	return whole ? ENDING_DONE : ENDING_FAILED;
}

/* ---- clear ---- */

/* What clearing means for the next login. */
static const char *
what_follows(const struct wire_status_reply *a)
{
	if (a->enabled == 0 || a->ssh == 0)
		return "Two-factor is off, so logins stay as they are.";
	if (a->required != 0)
		return "Two-factor is required here: the next login with a "
		       "password has to set it up again.";
	return "Logins with the password alone are then let in, until it is "
	       "set up again.";
}

static bool
confirm_clear(
    struct cli *c, const struct wire_status_reply *a, const char *shown)
{
	char question[SHOWN_MAX + 64];

	if (c->given.text[SLOT_YES] != NULL)
		return true;
	say("All devices (%u) and recovery codes of %s will be forgotten. %s",
	    a->user.devices, shown, what_follows(a));
	(void)text_print(question, sizeof question,
	    "Clear the second factor of %s? [y/N] ", shown);
	if (question_yes(c, question))
		return true;
	complain("nothing was changed");
	return false;
}

static bool
nothing_to_clear(const struct wire_status_reply *a)
{
	return a->user.state == RECORD_ABSENT && a->device_count == 0;
}

enum ending
do_clear(struct cli *c)
{
	struct wire_user_request q;
	struct wire_status_reply state;
	struct wire_empty_reply done;
	char shown[SHOWN_MAX];
	struct person p;
	enum status s;

	if (!person_given(c, &p))
		return ENDING_FAILED;
	(void)person_shown(&p, shown);
	q = person_request(c, &p);
	if (!query_good(query_status(&q, &state)))
		return ENDING_FAILED;
	if (!nothing_to_clear(&state) && !confirm_clear(c, &state, shown))
		return ENDING_FAILED;
	s = query_clear(&q, &done);
	if (s == STATUS_ABSENT) {
		complain("%s has no second factor; there is nothing to clear",
		    shown);
		return ENDING_FAILED;
	}
	if (!query_good(s))
		return ENDING_FAILED;
	say("The second factor of %s is cleared. %s", shown,
	    what_follows(&state));
	if (c->given.text[SLOT_TICKET] != NULL && !ticket_make(c, &p))
		return ENDING_FAILED;
	return ENDING_DONE;
}

/* ---- unlock ---- */

/* What a clock that was ahead still leaves. */
static void
say_ahead(const struct cli *c, const char *shown, int64_t ahead)
{
	char wait[32];

	if (ahead == 0)
		return;
	(void)text_duration(wait, sizeof wait, ahead);
	if (c->given.text[SLOT_CLOCK] == NULL)
		say("Codes of %s count as used for the next %s, because the "
		    "clock was ahead; run: otpgate unlock %s --clock",
		    shown, wait, shown);
	else
		say("Some codes of %s stay used for the next %s, because too "
		    "many were used ahead to tell them apart.",
		    shown, wait);
}

static enum status
unlock(const struct cli *c, const struct wire_user_request *about,
    struct wire_unlock_reply *done)
{
	struct wire_unlock_request q;

	memset(&q, 0, sizeof q);
	q.uid = about->uid;
	memcpy(q.name, about->name, sizeof q.name);
	memcpy(q.address, about->address, sizeof q.address);
	q.clock = c->given.text[SLOT_CLOCK] != NULL;
	return query_unlock(&q, done);
}

enum ending
do_unlock(struct cli *c)
{
	struct wire_user_request q;
	struct wire_unlock_reply done;
	char shown[SHOWN_MAX];
	struct person p;
	enum status s;

	if (!person_given(c, &p))
		return ENDING_FAILED;
	(void)person_shown(&p, shown);
	q = person_request(c, &p);
	s = unlock(c, &q, &done);
	if (s == STATUS_ABSENT) {
		complain("%s has no second factor; there is nothing to unlock",
		    shown);
		return ENDING_FAILED;
	}
	if (!query_good(s))
		return ENDING_FAILED;
	if (done.changed == 0)
		say("Nothing changed: %s was not locked.", shown);
	else
		say("%s is not locked, and all tries are there again.", shown);
	say_ahead(c, shown, done.ahead);
	return ENDING_DONE;
}

/* Who cannot be unlocked does not keep the others from it. */
struct unlocking {
	const struct cli *c;
	unsigned int done, failed;
};

static bool
unlock_one(void *context, const struct wire_user *u)
{
	struct unlocking *un = context;
	struct wire_user_request q;
	struct wire_unlock_reply done;
	char name[NAME_MAX_BYTES], shown[SHOWN_MAX];
	enum status s;

	memset(&q, 0, sizeof q);
	q.uid = u->uid;
	s = unlock(un->c, &q, &done);
	(void)text_escape_utf8(shown, sizeof shown, view_name(u, name));
	if (s == STATUS_OK) {
		un->done++;
		say_ahead(un->c, shown, done.ahead);
	}
	if (s == STATUS_OK || s == STATUS_ABSENT)
		return true;
	un->failed++;
	complain("%s could not be unlocked:", shown);
	return !query_good(s) && s != STATUS_UNREACHED;
}

enum ending
do_unlock_all(struct cli *c)
{
	struct unlocking un = {c, 0, 0};
	bool whole = for_each_user(unlock_one, &un);

	say("%u user%s: none is locked, and all tries are there again.",
	    un.done, un.done == 1 ? "" : "s");
	return whole && un.failed == 0 ? ENDING_DONE : ENDING_FAILED;
}
