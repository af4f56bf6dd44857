/*
 * Confirming a device, and new recovery codes.
 *
 * Rules:
 *   - Recovery codes MUST be wiped when they were shown.
 */
#include "doors/cli/confirm.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/question.h"
#include "doors/cli/say.h"
#include "term/json.h"
#include "term/setup.h"

bool
confirm_label(const char *text, char out[static LABEL_MAX])
{
	if (text == NULL)
		return true;
	if (*text != '\0' && text_copy(out, LABEL_MAX, text) == OK)
		return true;
	complain("--label is a name of 1 to %d bytes", LABEL_MAX - 1);
	return false;
}

void
confirm_say_off(void)
{
	say("Two-factor is not on for SSH on this machine: this takes effect "
	    "when root turns it on, with: otpgate enable, otpgate enable ssh");
}

/* ---- confirm ---- */

void
confirm_keep_advice(const struct cli *c, struct wire_recovery_reply *a)
{
	if (c->given.text[SLOT_USER] != NULL)
		a->devices = 0;
}

static void
json_recovery(struct json *j, const struct wire_recovery_reply *a)
{
	json_open_list(j, "recovery_codes");
	for (size_t i = 0; i < a->code_count; i++)
		json_text(j, NULL, a->code[i].text);
	json_close_list(j);
}

void
confirm_show(const struct cli *c, const struct wire_recovery_reply *a)
{
	char shown[LABEL_MAX * 4];
	struct json j;

	if (c->json) {
		json_start(&j, stdout);
		json_open_object(&j, NULL);
		json_text(&j, "device", a->label);
		json_truth(&j, "confirmed", true);
		json_truth(&j, "enabled", a->enabled != 0);
		json_recovery(&j, a);
		json_close_object(&j);
		json_finish(&j);
		return;
	}
	say("Confirmed: codes of \"%s\" count from now on.",
	    text_escape_utf8(shown, sizeof shown, a->label));
	if (a->enabled == 0)
		confirm_say_off();
	setup_show_recovery(stdout, a);
}

enum ending
do_confirm(struct cli *c)
{
	struct wire_confirm_request q;
	struct wire_recovery_reply a;
	struct wire_user_request about;
	enum ending end = ENDING_FAILED;
	struct person p;
	enum status s;

	memset(&q, 0, sizeof q);
	if (!confirm_label(c->given.text[SLOT_LABEL], q.label))
		return ENDING_USAGE;
	if (!person_given(c, &p))
		return ENDING_FAILED;
	about = person_request(c, &p);
	q.uid = about.uid;
	memcpy(q.name, about.name, sizeof q.name);
	memcpy(q.address, about.address, sizeof q.address);
	if (text_copy(q.code, sizeof q.code, c->given.text[SLOT_CODE]) != OK) {
		complain_outcome(REASON_CODE_MALFORMED, 0);
		return ENDING_FAILED;
	}
	s = query_confirm(&q, &a);
	if (s == STATUS_ABSENT)
		complain("no device waits for its confirmation; to set one up, "
			 "run: otpgate enroll");
	else if (query_good(s) && a.reason == REASON_CODE_ACCEPTED)
		end = ENDING_DONE;
	else if (s == STATUS_OK)
		complain_outcome(a.reason, a.wait);
	confirm_keep_advice(c, &a);
	if (end == ENDING_DONE)
		confirm_show(c, &a);
	explicit_bzero(&q, sizeof q);
	explicit_bzero(&a, sizeof a);
	return end;
}

/* ---- recovery ---- */

static void
show_recovery(const struct cli *c, const struct wire_recovery_reply *a)
{
	struct json j;

	if (!c->json) {
		say("The recovery codes that there were are void.");
		setup_show_recovery(stdout, a);
		return;
	}
	json_start(&j, stdout);
	json_open_object(&j, NULL);
	json_recovery(&j, a);
	json_close_object(&j);
	json_finish(&j);
}

enum ending
do_recovery(struct cli *c)
{
	struct proof proof = {c, 0};
	struct wire_user_request q;
	struct wire_recovery_reply a;
	enum ending end = ENDING_FAILED;
	struct person p;
	enum status s;

	if (!person_given(c, &p))
		return ENDING_FAILED;
	q = person_request(c, &p);
	while ((s = query_recovery(&q, &a)) != STATUS_OK || a.code_count == 0) {
		if (s == STATUS_ABSENT) {
			complain("there is no second factor yet; to set it up, "
				 "run: otpgate enroll");
			goto out;
		}
		if (!proof_next(&proof, s, a.reason, a.wait, q.proof))
			goto out;
	}
	show_recovery(c, &a);
	end = ENDING_DONE;
out:
	explicit_bzero(&q, sizeof q);
	explicit_bzero(&a, sizeof a);
	return end;
}
