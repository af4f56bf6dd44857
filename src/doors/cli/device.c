/* One's own devices: choosing one, and taking one away. */
#include "doors/cli/device.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/confirm.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/question.h"
#include "doors/cli/say.h"

#define LABEL_SHOWN (LABEL_MAX * 4) /* bytes of a label, escaped */

/* ---- which one ---- */

static void
complain_choice(const struct wire_status_reply *state)
{
	char list[DEVICES_MAX * (LABEL_SHOWN + 4)] = "", shown[LABEL_SHOWN];

	for (size_t i = 0; i < state->device_count; i++) {
		size_t used = strlen(list);

		if (state->device[i].confirmed != 0)
			(void)text_print(list + used, sizeof list - used,
			    "%s\"%s\"", used == 0 ? "" : ", ",
			    text_escape_utf8(
				shown, sizeof shown, state->device[i].label));
	}
	if (list[0] == '\0')
		complain("there is no second factor yet; to set it up, run: "
			 "otpgate enroll");
	else
		complain("which device? There are: %s", list);
}

/* The only one, or the one called label; NULL for none and for too many. */
static const struct wire_device *
choose(const struct wire_status_reply *state, const char *label)
{
	const struct wire_device *found = NULL;

	for (size_t i = 0; i < state->device_count; i++) {
		const struct wire_device *d = &state->device[i];

		if (d->confirmed == 0 ||
		    (label != NULL && strcmp(d->label, label) != 0))
			continue;
		if (found != NULL)
			return NULL;
		found = d;
	}
	return found;
}

bool
device_given(struct cli *c, char out[static LABEL_MAX], bool *last)
{
	struct wire_status_reply state;
	struct wire_user_request q;
	const struct wire_device *d;
	struct person p;

	if (!person_given(c, &p))
		return false;
	q = person_request(c, &p);
	if (!query_good(query_status(&q, &state)))
		return false;
	d = choose(&state, c->given.text[SLOT_DEVICE]);
	if (d == NULL) {
		complain_choice(&state);
		return false;
	}
	*last = state.user.devices == 1;
	return text_copy(out, LABEL_MAX, d->label) == OK;
}

/* ---- remove ---- */

static bool
confirm_removal(struct cli *c, const char *shown, bool last)
{
	char question[LABEL_SHOWN + 64];

	if (c->given.text[SLOT_YES] != NULL)
		return true;
	say("Codes of the device \"%s\" will not be taken any more.%s", shown,
	    last ? " It is the last one: the recovery codes end too, and you "
		   "have no second factor then."
		 : "");
	(void)text_print(
	    question, sizeof question, "Remove \"%s\"? [y/N] ", shown);
	if (question_yes(c, question))
		return true;
	complain("nothing was changed");
	return false;
}

static void
say_removed(const char *shown, const struct wire_remove_reply *a)
{
	if (a->devices > 0)
		say("\"%s\" is removed; %u device%s left.", shown,
		    (unsigned int)a->devices,
		    a->devices == 1 ? " is" : "s are");
	else if (a->enabled != 0)
		say("\"%s\" is removed: you have no second factor now. The "
		    "next login offers a new set-up.",
		    shown);
	else
		say("\"%s\" is removed: you have no second factor now.", shown);
}

static bool
take_own(struct cli *c, struct wire_remove_request *q, bool *last)
{
	struct wire_user_request about;
	struct person p;

	if (!person_given(c, &p) || !device_given(c, q->label, last))
		return false;
	about = person_request(c, &p);
	q->uid = about.uid;
	memcpy(q->name, about.name, sizeof q->name);
	memcpy(q->address, about.address, sizeof q->address);
	return true;
}

enum ending
do_remove(struct cli *c)
{
	struct proof proof = {c, 0};
	struct wire_remove_request q;
	struct wire_remove_reply a;
	char shown[LABEL_SHOWN];
	enum ending end = ENDING_FAILED;
	enum status s;
	bool last = false;

	memset(&q, 0, sizeof q);
	if (!take_own(c, &q, &last))
		return ENDING_FAILED;
	(void)text_escape_utf8(shown, sizeof shown, q.label);
	if (!confirm_removal(c, shown, last))
		return ENDING_FAILED;
	while (s = query_remove(&q, &a), !proof_done(s, a.reason))
		if (!proof_next(&proof, s, a.reason, a.wait, q.proof))
			goto out;
	say_removed(shown, &a);
	end = ENDING_DONE;
out:
	explicit_bzero(&q, sizeof q);
	return end;
}
