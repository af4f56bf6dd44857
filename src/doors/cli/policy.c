/* The policy: showing it, changing it, and the two switches. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/amend.h"
#include "doors/cli/cli.h"
#include "doors/cli/doctor/doctor.h"
#include "doors/cli/fallback.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "places.h"
#include "term/json.h"
#include "term/table.h"

#define SSHD_CONFIG "/etc/ssh/sshd_config"
#define SSHD_CONFIGS "/etc/ssh/sshd_config.d/*.conf"

static void
say_bound(const struct wire_policy_reply *p)
{
	if (p->bound[0] != '\0')
		say("With this policy, %s.", p->bound);
}

/* ---- policy show ---- */

static void
show_as_json(const struct wire_policy_reply *p)
{
	struct json j;

	json_start(&j, stdout);
	json_open_object(&j, NULL);
	json_open_list(&j, "options");
	for (size_t i = 0; i < p->option_count; i++) {
		json_open_object(&j, NULL);
		json_text(&j, "key", p->option[i].key);
		json_text(&j, "value", p->option[i].value);
		json_text(&j, "source", p->option[i].source);
		json_close_object(&j);
	}
	json_close_list(&j);
	json_text(&j, "bound", p->bound);
	json_close_object(&j);
	json_finish(&j);
}

static enum error
show_as_table(const struct wire_policy_reply *p)
{
	static const char *const headings[] = {"OPTION", "VALUE", "FROM", NULL};
	struct table *t = table_new(stdout, headings);
	enum error e = t == NULL ? ERR_MEMORY : OK;

	for (size_t i = 0; i < p->option_count && e == OK; i++) {
		const char *const cells[] = {
		    p->option[i].key, p->option[i].value, p->option[i].source};

		e = table_row(t, cells);
	}
	table_end(&t);
	return e;
}

enum ending
do_policy_show(struct cli *c)
{
	const struct wire_empty_request q = {0};
	struct wire_policy_reply p;
	enum error e;

	if (!query_good(query_policy(&q, &p)))
		return ENDING_FAILED;
	if (c->json) {
		show_as_json(&p);
		return ENDING_DONE;
	}
	e = show_as_table(&p);
	if (e != OK) {
		complain("%s", error_text(e));
		return ENDING_FAILED;
	}
	(void)putchar('\n');
	say_bound(&p);
	return ENDING_DONE;
}

/* ---- policy set ---- */

/* Whether keys would be asked for a code with that value. */
static bool
asks_keys(const char *key, const char *value)
{
	if (strcmp(key, "challenge_methods") == 0)
		return fallback_covers(value);
	return strcmp(key, "passwordless") == 0 && !fallback_covers(value);
}

/* False, after a complaint, where the change would open a way around. */
static bool
is_consistent(const char *key, const char *value)
{
	char where[WIRE_SOURCE_MAX];
	enum error e;

	if (!asks_keys(key, value))
		return true;
	e = fallback_find(SSHD_CONFIG, SSHD_CONFIGS, where, sizeof where);
	if (e == ERR_ABSENT)
		return true;
	if (e == OK)
		complain("publickey cannot be challenged while %s says "
			 "--fallback=publickey, which lets it pass when "
			 "otpgated gives no answer: take that out and reload "
			 "sshd first",
		    where);
	else
		complain("cannot see whether sshd lets publickey pass: %s "
			 "cannot be read",
		    where);
	return false;
}

/* Whether the odds hang on that option. */
static bool
moves_bound(const char *key)
{
	return strcmp(key, "window") == 0 || strcmp(key, "lookahead") == 0 ||
	    strcmp(key, "digits") == 0;
}

enum ending
do_policy_set(struct cli *c)
{
	const char *key = c->given.text[SLOT_KEY];
	const char *value = c->given.text[SLOT_VALUE];
	struct wire_policy_reply now;
	const struct wire_option *o;
	char shown[SHOWN_MAX];
	enum ending end;

	if (!is_consistent(key, value))
		return ENDING_FAILED;
	end = amend_policy(c, key, value, &now);
	if (end != ENDING_DONE)
		return end;
	o = policy_option(&now, key);
	say("%s is now \"%s\".", key,
	    text_escape_utf8(shown, sizeof shown, o == NULL ? "" : o->value));
	if (moves_bound(key))
		say_bound(&now);
	return ENDING_DONE;
}

/* ---- the switches ---- */

static bool
is_on(const struct wire_policy_reply *p, const char *key)
{
	const struct wire_option *o = policy_option(p, key);

	return o != NULL && strcmp(o->value, "true") == 0;
}

/* Forced off, the switches took the required policy with them. */
static void
say_mode(const struct cli *c, const struct wire_policy_reply *p)
{
	const struct wire_option *o = policy_option(p, "policy");

	if (c->given.text[SLOT_FORCE] != NULL && o != NULL)
		say("The policy is \"%s\".", o->value);
}

static enum ending
turn(struct cli *c, const char *value)
{
	bool ssh = c->given.text[SLOT_SSH] != NULL;
	struct wire_policy_reply now;
	enum ending end = amend_policy(c, ssh ? "ssh" : "enabled", value, &now);

	if (end != ENDING_DONE)
		return end;
	if (is_on(&now, "enabled") && is_on(&now, "ssh"))
		say("Two-factor is on for SSH: users who have a second factor "
		    "are asked for a code when they log in with a password.");
	else if (is_on(&now, "enabled"))
		say("Two-factor is on, but not for SSH: to turn that on, run: "
		    "otpgate enable ssh");
	else if (is_on(&now, "ssh"))
		say("Two-factor is off; SSH is included when it is turned on: "
		    "otpgate enable");
	else
		say("Two-factor is off; what users have set up is kept.");
	say_mode(c, &now);
	return ENDING_DONE;
}

enum ending
do_enable(struct cli *c)
{
	bool force = c->given.text[SLOT_FORCE] != NULL;

	if (c->given.text[SLOT_SSH] != NULL && !doctor_allows(c, force))
		return ENDING_FAILED;
	return turn(c, "true");
}

enum ending
do_disable(struct cli *c)
{
	return turn(c, "false");
}
