/*
 * Bringing users over from another program: its file is read here, and
 * otpgated judges what became of each line; all are taken, or none.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/batch.h"
#include "doors/cli/cli.h"
#include "doors/cli/import.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "os/clock.h"
#include "places.h"
#include "term/progress.h"
#include "wire/ask.h"

#define TAKE_TIMEOUT 300000 /* milliseconds: all is written in one go */

static const char *
word_of(uint8_t why)
{
	static const char *const words[IMPORT_WHY_COUNT] = {
	    [IMPORT_SHORT] = "the secret is shorter than 80 bits",
	    [IMPORT_RANGE] = "a number in it is out of range",
	    [IMPORT_AHEAD] = "it says that a code of a time to come was used",
	    [IMPORT_SCRATCH] =
		"more than ten scratch codes, or one of them twice",
	    [IMPORT_TWICE] = "this secret stands there already, for the same "
			     "user",
	    [IMPORT_GUARDED] = "the user has another second factor here; to "
			       "end that one, run: otpgate clear USER",
	    [IMPORT_BROKEN] = "the user's record here is damaged; run: otpgate "
			      "show USER",
	    [IMPORT_FULL] = "a user has at most eight devices",
	};

	if (why < IMPORT_WHY_COUNT && words[why] != NULL)
		return words[why];
	return "otpgated refused it";
}

/* ---- otpgated's part ---- */

static bool
said(enum error e, enum status s)
{
	if (e == OK)
		return query_good(s);
	complain_unreachable(e);
	return false;
}

static bool
start(struct ask *a, const struct batch *b, bool skip_bad,
    struct wire_import_reply *reply)
{
	const struct wire_import_request q = {
	    .records = b->records, .skip_bad = skip_bad};
	const struct wire_empty_request nothing = {0};
	struct wire_health_reply health;
	enum status s;
	enum error e = ask_open(a, PATH_SOCKET);

	/* Descriptors are let through once otpgated knows who is here. */
	if (e == OK)
		e = ask_health(a, &nothing, &health, &s);
	if (e == OK) {
		a->passed = &b->fd;
		e = ask_import(a, &q, reply, &s);
		a->passed = NULL;
	}
	if (e == OK && s == STATUS_EXISTS) {
		complain("another import is under way");
		return false;
	}
	return said(e, s);
}

/* Has everything looked at, and notes what is bad. */
static bool
stage(struct ask *a, struct batch *b, struct wire_import_reply *reply)
{
	const struct wire_empty_request q = {0};
	struct progress bar;
	bool good = true;

	progress_start(&bar, stderr, "Importing");
	while (good &&
	    (reply->phase == PHASE_READING || reply->phase == PHASE_CHECKING)) {
		enum status s;
		enum error e = ask_stage(a, &q, reply, &s);

		for (size_t i = 0; i < reply->refusal_count; i++)
			batch_refuse_record(b, reply->refusal[i].record,
			    word_of(reply->refusal[i].why));
		progress_show(
		    &bar, reply->done, reply->total, clock_milliseconds());
		good = e == OK && s == STATUS_OK;
		if (!good) {
			progress_end(&bar);
			return said(e, s);
		}
	}
	progress_end(&bar);
	return good;
}

static bool
take(struct ask *a, struct wire_import_reply *reply)
{
	const struct wire_empty_request q = {0};
	enum status s;
	enum error e = ERR_UNSET;

	a->timeout = TAKE_TIMEOUT;
	e = ask_take(a, &q, reply, &s);
	if (e == OK && s == STATUS_EXISTS) {
		complain("somebody's second factor was changed meanwhile, so "
			 "nothing was imported; run it again");
		return false;
	}
	if (e != OK)
		complain("whether the users were imported is not known; to "
			 "see, run: otpgate users");
	return said(e, s);
}

/* ---- all of it ---- */

static const char *
ending_of(uint32_t count)
{
	return count == 1 ? "" : "s";
}

static void
say_taken(const struct wire_import_reply *reply)
{
	say("%u user%s imported, with %u device%s; they count at once.",
	    reply->users, ending_of(reply->users), reply->devices,
	    ending_of(reply->devices));
	if (reply->same > 0)
		say("%u device%s there already, and nothing of %s was changed.",
		    reply->same, reply->same == 1 ? " was" : "s were",
		    reply->same == 1 ? "it" : "them");
}

/* What was read is sound, as far as it goes: otpgated has the last word. */
static enum ending
hand_over(struct batch *b, bool skip_bad)
{
	static struct wire_import_reply reply;
	struct ask a = {.fd = -1};
	bool taken = false;

	if (start(&a, b, skip_bad, &reply) && stage(&a, b, &reply)) {
		batch_tell(b, stderr);
		if (b->bad == 0 || skip_bad)
			taken = take(&a, &reply);
		else
			complain("nothing was imported: %u line%s cannot be "
				 "taken; with --skip-bad the others are",
			    b->bad, ending_of(b->bad));
	}
	ask_close(&a);
	if (taken)
		say_taken(&reply);
	return taken && b->bad == 0 ? ENDING_DONE : ENDING_FAILED;
}

static enum ending
import(const struct cli *c, bool (*read)(struct batch *, const char *))
{
	static struct batch b;
	bool skip_bad = c->given.text[SLOT_SKIP_BAD] != NULL;
	enum ending end = ENDING_FAILED;

	if (batch_open(&b) && read(&b, c->given.text[SLOT_FILE])) {
		if (b.records > IMPORT_RECORDS_MAX)
			complain("more than %u lines: import them in parts",
			    IMPORT_RECORDS_MAX);
		else if (b.records > 0 && batch_seal(&b))
			end = hand_over(&b, skip_bad);
		else if (!b.failed) {
			batch_tell(&b, stderr);
			complain("there is nobody to import");
		}
	}
	if (b.failed)
		complain("%s", error_text(ERR_MEMORY));
	batch_close(&b);
	return end;
}

enum ending
do_import_oath(struct cli *c)
{
	return import(c, import_read_oath);
}

enum ending
do_import_google(struct cli *c)
{
	return import(c, import_read_google);
}
