/* Asking sshd what it makes of its configuration, for one login each. */
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/machine.h"
#include "doors/cli/doctor/match.h"
#include "doors/cli/doctor/program.h"
#include "os/clock.h"
#include "places.h"

#define ASKING_MAX 20000 /* milliseconds for all accounts together */

/* From the net, and from no network that anybody has (RFC 5737). */
#define SOMEWHERE "192.0.2.1"

/* ---- one login ---- */

static bool
add_criterion(char *spec, size_t size, const char *name, const char *value)
{
	size_t used = strlen(spec);

	/* a comma would begin the next one */
	return strchr(value, ',') == NULL &&
	    text_print(spec + used, size - used, "%s%s=%s",
		used == 0 ? "" : ",", name, value) == OK;
}

static const char *
either(const char *value, const char *standard)
{
	return value[0] != '\0' ? value : standard;
}

/* Every criterion is named: sshd refuses to guess one. */
static bool
specify(const struct sshd *s, const struct example *e, char *spec, size_t size)
{
	spec[0] = '\0';
	return add_criterion(spec, size, "user", e->user) &&
	    add_criterion(spec, size, "host", either(e->host, SOMEWHERE)) &&
	    add_criterion(spec, size, "addr", either(e->address, SOMEWHERE)) &&
	    add_criterion(
		spec, size, "laddr", either(e->local_address, "127.0.0.1")) &&
	    add_criterion(spec, size, "lport",
		either(e->local_port, either(s->port, "22")));
}

static void
note_refusal(struct sshd *s, enum error e, const char *said)
{
	char line[512];

	if (s->asked != OK)
		return;
	s->asked = e;
	(void)text_print(
	    line, sizeof line, "%.*s", (int)strcspn(said, "\r\n"), said);
	(void)text_escape_utf8(s->said, sizeof s->said, line);
}

/* What sshd makes of such a login; NULL, and noted, when it does not say. */
static struct view *
ask_sshd(struct sshd *s, const struct example *e)
{
	static char show[] = "-T", given[] = "-C";
	static struct program program;
	char spec[CRITERION_MAX * 6];
	char *words[LISTENER_WORDS_MAX + 5] = {
	    s->listener.program, show, given, spec};
	struct view *v;
	enum error result;

	if (!specify(s, e, spec, sizeof spec))
		return NULL;
	for (size_t i = 0; i < s->listener.count; i++)
		words[4 + i] = s->listener.text + s->listener.at[i];
	result = program_run(&program, words);
	v = calloc(1, sizeof *v);
	if (result == OK)
		result = v == NULL
		    ? ERR_MEMORY
		    : settings_read(&v->settings, program.output, program.size);
	if (result == OK)
		return v;
	note_refusal(s, result, program.complaint);
	free(v);
	return NULL;
}

/* Adds what sshd makes of e; whom it is about is filled in by the caller. */
static struct view *
add_view(struct sshd *s, const struct example *e)
{
	struct view *v;

	if (s->views >= VIEWS_MAX) {
		s->views_cut = true;
		return NULL;
	}
	v = ask_sshd(s, e);
	if (v == NULL)
		return NULL;
	v->gate = gate_line_read(
	    &v->line, settings_value(&v->settings, "forcecommand"), PATH_GATE);
	if (s->views == 0)
		(void)text_copy(s->port, sizeof s->port,
		    settings_value(&v->settings, "port"));
	s->view[s->views++] = v;
	return v;
}

static void
add_account_view(struct sshd *s, const struct account *a, const char *why)
{
	struct example e = {.user = ""};
	char shown[256];
	struct view *v;

	if (text_copy(e.user, sizeof e.user, a->name) != OK ||
	    (v = add_view(s, &e)) == NULL)
		return;
	v->account = true;
	v->named = true;
	v->uid = a->uid;
	(void)text_print(v->whom, sizeof v->whom, "%s%s",
	    text_escape_utf8(shown, sizeof shown, a->name), why);
}

/* ---- who is looked at ---- */

static bool
was_viewed(const struct sshd *s, uid_t uid)
{
	for (size_t i = 0; i < s->views; i++)
		if (s->view[i]->account && s->view[i]->uid == uid)
			return true;
	return false;
}

static bool
runs_nothing(const char *shell)
{
	size_t length = strlen(shell);

	return (length >= 7 && strcmp(shell + length - 7, "nologin") == 0) ||
	    (length >= 5 && strcmp(shell + length - 5, "false") == 0);
}

struct membership {
	const struct account *account;
	bool any;
};

static bool
note_membership(void *context, const char *word)
{
	struct membership *s = context;

	s->any = s->any ||
	    machine_is_member(
		s->account->name, s->account->gid, getgrnam(word));
	return !s->any;
}

static bool
is_exempt(const struct machine *m, const struct account *a)
{
	struct membership s = {.account = a, .any = false};

	(void)machine_each_word(
	    machine_option(m, "exempt_groups", ""), note_membership, &s);
	return s.any;
}

/* Somebody who is nothing special; NULL where everybody is. */
static const struct account *
ordinary(const struct machine *m)
{
	for (size_t i = 0; i < m->accounts; i++) {
		const struct account *a = &m->account[i];

		if (a->uid >= UID_ORDINARY && a->uid < 65534 &&
		    !runs_nothing(a->shell) && !is_exempt(m, a))
			return a;
	}
	return machine_account(m, "nobody");
}

static const struct account *
member_of(const struct machine *m, const struct group *g)
{
	for (size_t i = 0; i < m->accounts; i++)
		if (machine_is_member(m->account[i].name, m->account[i].gid, g))
			return &m->account[i];
	return NULL;
}

/* One sshd, and the machine that it is asked on. */
struct asking {
	const struct machine *m;
	struct sshd *s;
};

static bool
add_member_view(void *context, const char *word)
{
	struct asking *asking = context;
	const struct account *a;
	char why[NAME_MAX_BYTES + 32];

	if (word[0] == '!' ||
	    (a = member_of(asking->m, getgrnam(word))) == NULL)
		return true;
	(void)text_print(why, sizeof why, " (of the exempted group %s)", word);
	add_account_view(asking->s, a, why);
	return true;
}

/* ---- Match lines ---- */

/* Group patterns are compared with the groups that somebody is in. */
static const struct account *
member_of_pattern(const struct machine *m, const char *pattern)
{
	const struct account *a = NULL;
	const struct group *g;

	setgrent();
	while (a == NULL && (g = getgrent()) != NULL)
		if (pattern_fits(pattern, g->gr_name))
			a = member_of(m, g);
	endgrent();
	return a;
}

/* One login that the Match line n is about. */
static void
add_match_view(const struct machine *m, struct sshd *s, size_t n,
    const struct example *e, const char *user)
{
	bool named = e->user[0] != '\0' || e->group[0] != '\0';
	const struct account *member;
	struct example whole = *e;
	struct view *v;

	if (e->user[0] == '\0' && e->group[0] != '\0') {
		member = member_of_pattern(m, e->group);
		user = member == NULL ? user : member->name;
	}
	if ((e->user[0] == '\0' &&
		text_copy(whole.user, sizeof whole.user, user) != OK) ||
	    (v = add_view(s, &whole)) == NULL)
		return;
	v->named = named;
	(void)text_copy(v->whom, sizeof v->whom, "logins of ");
	lines_place(&s->config, n, v->whom + strlen(v->whom),
	    sizeof v->whom - strlen(v->whom));
}

static void
look_at_matches(const struct machine *m, struct sshd *s, const char *user)
{
	struct example e;
	char word[16];

	for (size_t n = 0; n < s->config.count; n++) {
		const char *criteria =
		    line_keyword(s->config.line[n].text, word, sizeof word);

		if (strcmp(word, "match") != 0 || match_is_all(criteria))
			continue;
		s->matches = true;
		for (size_t i = 0; match_example(criteria, i, &e); i++)
			add_match_view(m, s, n, &e, user);
	}
}

/* Those with a secret, or those without, while there is time. */
static void
look_at_those(
    const struct machine *m, struct sshd *s, bool with_secret, int64_t end)
{
	for (size_t i = 0; i < m->accounts && !s->views_cut; i++) {
		const struct account *a = &m->account[i];

		if (machine_has_secret(m, a->uid) != with_secret ||
		    was_viewed(s, a->uid) ||
		    (!with_secret && runs_nothing(a->shell) &&
			a->uid < UID_ORDINARY))
			continue;
		if (clock_milliseconds() > end)
			s->views_cut = true;
		else
			add_account_view(s, a, "");
	}
}

/* A block may be about anybody, by name or by group. */
static void
look_at_everybody(const struct machine *m, struct sshd *s)
{
	int64_t end = clock_milliseconds() + ASKING_MAX;

	look_at_those(m, s, true, end);
	look_at_those(m, s, false, end);
}

void
views_take(const struct machine *m, struct sshd *s)
{
	const struct account *root = machine_account_of(m, 0);
	const struct account *user = ordinary(m);
	struct asking asking = {m, s};

	if (root != NULL)
		add_account_view(s, root, "");
	if (s->asked != OK) /* it would say the same of everybody */
		return;
	if (user != NULL)
		add_account_view(s, user, "");
	(void)machine_each_word(
	    machine_option(m, "exempt_groups", ""), add_member_view, &asking);
	look_at_matches(m, s, user == NULL ? "nobody" : user->name);
	if (s->matches)
		look_at_everybody(m, s);
}
