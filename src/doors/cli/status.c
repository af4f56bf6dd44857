/* One's own state, another user's, and the machine's. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/cli.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "doors/cli/view.h"
#include "places.h"

#define RECOVERY_FEW 3 /* left: time for new ones */

/* Whose factor the sentences are about. */
struct subject {
	bool own;
	bool root;		     /* root is told, who can mend it */
	bool account;		     /* the user database knows the user */
	char word[SHOWN_MAX];	     /* for USER: a name or a uid */
	char factor[SHOWN_MAX + 32]; /* "The second factor of alice" */
};

static void
subject_init(struct subject *s, const struct cli *c, const struct person *p)
{
	char shown[SHOWN_MAX];

	s->own = p->uid == c->uid;
	s->root = c->root;
	s->account = p->name[0] != '\0';
	(void)person_shown(p, shown);
	(void)person_word(p, s->word);
	if (s->own)
		(void)text_copy(
		    s->factor, sizeof s->factor, "Your second factor");
	else
		(void)text_print(s->factor, sizeof s->factor,
		    "The second factor of %s", shown);
}

/* ---- in words ---- */

static void
say_switches(const struct wire_status_reply *a)
{
	if (a->enabled == 0)
		say("Two-factor is off on this machine: no login is asked for "
		    "a code.");
	else if (a->ssh == 0)
		say("Two-factor is on, but not for SSH: no login is asked for "
		    "a code.");
	else if (a->required != 0)
		say("Two-factor is on for SSH, and required of everybody.");
	else
		say("Two-factor is on for SSH.");
}

static void
say_absent(const struct wire_status_reply *a, const struct subject *s)
{
	const char *name = s->own ? "" : s->word;
	const char *gap = s->own ? "" : " ";

	if (!s->account)
		say("%s is not set up, and there is no such account.",
		    s->factor);
	else if (a->device_count > 0)
		say("%s waits for its first code: otpgate confirm%s%s CODE, or "
		    "begin again: otpgate enroll%s%s",
		    s->factor, gap, name, gap, name);
	else
		say("%s is not set up. To do that: otpgate enroll%s%s",
		    s->factor, gap, name);
}

static void
say_mending(const struct subject *s)
{
	if (s->root)
		say("If only this one is damaged, this ends it, and it can be "
		    "set up again: otpgate clear %s",
		    s->word);
	else
		say("Root can look into it: otpgate show %s", s->word);
}

static void
say_factor(const struct wire_status_reply *a, const struct subject *s)
{
	const char *verb = a->enabled != 0 && a->ssh != 0 ? "are" : "would be";
	unsigned int devices = a->user.devices;

	if (a->user.state == RECORD_ABSENT) {
		say_absent(a, s);
	} else if (a->user.state != RECORD_GOOD) {
		say("%s cannot be read: logins with a password %s refused.",
		    s->factor, verb);
		say_mending(s);
	} else {
		say("%s is set up with %u device%s: logins with a password "
		    "%s asked for a code.",
		    s->factor, devices, devices == 1 ? "" : "s", verb);
	}
}

static void
say_numbers(const struct wire_status_reply *a, const struct subject *s)
{
	char last[VIEW_TIME_MAX], from[ADDRESS_MAX * 4];

	say_fact("Recovery codes left", "%u%s", a->user.recovery_left,
	    a->user.recovery_left <= RECOVERY_FEW && s->own
		? " (for new ones: otpgate recovery)"
		: "");
	say_fact("Last right code", "%s%s%s", view_time(a->user.last, last),
	    a->user.last_from[0] != '\0' ? " from " : "",
	    text_escape_utf8(from, sizeof from, a->user.last_from));
	view_brake(a, s->word);
}

static void
say_state(const struct wire_status_reply *a, const struct subject *s)
{
	say_switches(a);
	if (a->detail[0] != '\0')
		say("Beware: %s", a->detail);
	say_factor(a, s);
	if (a->device_count > 0) {
		(void)putchar('\n');
		view_devices(stdout, a->device, a->device_count);
	}
	if (a->user.state != RECORD_GOOD)
		return;
	(void)putchar('\n');
	say_numbers(a, s);
}

/* ---- the machine, for root ---- */

static void
say_part(const char *name, uint8_t good, const char *detail)
{
	say_fact(name, "%s%s%s", good != 0 ? "good" : "not usable",
	    detail[0] != '\0' ? ": " : "", detail);
}

static void
say_health(const struct wire_health_reply *h)
{
	char version[WIRE_KEY_MAX * 4];

	(void)putchar('\n');
	say_fact("otpgated", "version %s, process %" PRId64 "%s",
	    text_escape_utf8(version, sizeof version, h->version), h->pid,
	    strcmp(h->version, OTPGATE_VERSION) == 0
		? ""
		: "; this command is of version " OTPGATE_VERSION
		  ": restart otpgated");
	say_part("Policy", h->policy_good, h->policy_detail);
	say_part("Store", h->store_good, h->store_detail);
	say_fact("Users", "%" PRIu32 ", %" PRIu32 " with a confirmed device",
	    h->users, h->enrolled);
}

static void
json_health(struct json *j, const struct wire_health_reply *h)
{
	json_open_object(j, "otpgated");
	json_text(j, "version", h->version);
	json_number(j, "pid", h->pid);
	json_time(j, "now", h->now);
	json_number(j, "users", h->users);
	json_number(j, "enrolled", h->enrolled);
	json_truth(j, "policy_good", h->policy_good != 0);
	json_text(j, "policy_detail",
	    h->policy_detail[0] != '\0' ? h->policy_detail : NULL);
	json_truth(j, "store_good", h->store_good != 0);
	json_text(j, "store_detail",
	    h->store_detail[0] != '\0' ? h->store_detail : NULL);
	json_close_object(j);
}

/* ---- the sentences ---- */

/* h: NULL unless the machine's state is to be shown too. */
static enum ending
show(const struct cli *c, const struct person *p,
    const struct wire_health_reply *h)
{
	struct wire_user_request q = person_request(c, p);
	struct wire_status_reply a;
	struct subject s;
	struct json j;

	if (!query_good(query_status(&q, &a)))
		return ENDING_FAILED;
	if (c->json) {
		json_start(&j, stdout);
		json_open_object(&j, NULL);
		view_json_status(&j, &a);
		if (h != NULL)
			json_health(&j, h);
		json_close_object(&j);
		json_finish(&j);
		return ENDING_DONE;
	}
	subject_init(&s, c, p);
	say_state(&a, &s);
	if (h != NULL)
		say_health(h);
	return ENDING_DONE;
}

enum ending
do_status(struct cli *c)
{
	const struct wire_empty_request q = {0};
	struct wire_health_reply health;
	struct person p;

	if (!person_given(c, &p))
		return ENDING_FAILED;
	if (!c->root)
		return show(c, &p, NULL);
	if (!query_good(query_health(&q, &health)))
		return ENDING_FAILED;
	return show(c, &p, &health);
}

enum ending
do_show(struct cli *c)
{
	struct person p;

	return person_given(c, &p) ? show(c, &p, NULL) : ENDING_FAILED;
}
