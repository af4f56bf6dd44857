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
specify(
    const struct machine *m, const struct example *e, char *spec, size_t size)
{
	spec[0] = '\0';
	return add_criterion(spec, size, "user", e->user) &&
	    add_criterion(spec, size, "host", either(e->host, SOMEWHERE)) &&
	    add_criterion(spec, size, "addr", either(e->address, SOMEWHERE)) &&
	    add_criterion(
		spec, size, "laddr", either(e->local_address, "127.0.0.1")) &&
	    add_criterion(spec, size, "lport",
		either(e->local_port, either(m->port, "22")));
}

static void
note_refusal(struct machine *m, enum error e, const char *said)
{
	char line[512];

	if (m->sshd != OK)
		return;
	m->sshd = e;
	(void)text_print(
	    line, sizeof line, "%.*s", (int)strcspn(said, "\r\n"), said);
	(void)text_escape_utf8(m->sshd_said, sizeof m->sshd_said, line);
}

/* What sshd makes of such a login; NULL, and noted, when it does not say. */
static struct view *
ask_sshd(struct machine *m, const struct example *e)
{
	static char sshd[] = PATH_SSHD, show[] = "-T", given[] = "-C";
	static struct program program;
	char spec[CRITERION_MAX * 6];
	char *const words[] = {sshd, show, given, spec, NULL};
	struct view *v;
	enum error result;

	if (!specify(m, e, spec, sizeof spec))
		return NULL;
	result = program_run(&program, words);
	v = calloc(1, sizeof *v);
	if (result == OK)
		result = v == NULL
		    ? ERR_MEMORY
		    : settings_read(&v->settings, program.output, program.size);
	if (result == OK)
		return v;
	note_refusal(m, result, program.complaint);
	free(v);
	return NULL;
}

/* Adds what sshd makes of e; whom it is about is filled in by the caller. */
static struct view *
add_view(struct machine *m, const struct example *e)
{
	struct view *v;

	if (m->views >= VIEWS_MAX) {
		m->views_cut = true;
		return NULL;
	}
	v = ask_sshd(m, e);
	if (v == NULL)
		return NULL;
	v->gate = gate_line_read(
	    &v->line, settings_value(&v->settings, "forcecommand"), PATH_GATE);
	if (m->views == 0)
		(void)text_copy(m->port, sizeof m->port,
		    settings_value(&v->settings, "port"));
	m->view[m->views++] = v;
	return v;
}

static void
add_account_view(struct machine *m, const struct account *a, const char *why)
{
	struct example e = {.user = ""};
	char shown[256];
	struct view *v;

	if (text_copy(e.user, sizeof e.user, a->name) != OK ||
	    (v = add_view(m, &e)) == NULL)
		return;
	v->account = true;
	v->named = true;
	v->uid = a->uid;
	(void)text_print(v->whom, sizeof v->whom, "%s%s",
	    text_escape_utf8(shown, sizeof shown, a->name), why);
}

/* ---- who is looked at ---- */

static bool
was_viewed(const struct machine *m, uid_t uid)
{
	for (size_t i = 0; i < m->views; i++)
		if (m->view[i]->account && m->view[i]->uid == uid)
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

static bool
add_member_view(void *context, const char *word)
{
	struct machine *m = context;
	const struct account *a;
	char why[NAME_MAX_BYTES + 32];

	if (word[0] == '!' || (a = member_of(m, getgrnam(word))) == NULL)
		return true;
	(void)text_print(why, sizeof why, " (of the exempted group %s)", word);
	add_account_view(m, a, why);
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

static void
add_match_view(struct machine *m, size_t n, const char *user)
{
	char word[16];
	const char *criteria =
	    line_keyword(m->config.line[n].text, word, sizeof word);
	const struct account *member;
	struct example e;
	struct view *v;
	bool named;

	if (!match_example(criteria, &e))
		return;
	named = e.user[0] != '\0' || e.group[0] != '\0';
	if (e.user[0] == '\0' && e.group[0] != '\0') {
		member = member_of_pattern(m, e.group);
		user = member == NULL ? user : member->name;
	}
	if (e.user[0] == '\0' && text_copy(e.user, sizeof e.user, user) != OK)
		return;
	if ((v = add_view(m, &e)) == NULL)
		return;
	v->named = named;
	(void)text_copy(v->whom, sizeof v->whom, "logins of ");
	lines_place(&m->config, n, v->whom + strlen(v->whom),
	    sizeof v->whom - strlen(v->whom));
}

static void
look_at_matches(struct machine *m, const char *user)
{
	char word[16];

	for (size_t n = 0; n < m->config.count; n++) {
		const char *criteria =
		    line_keyword(m->config.line[n].text, word, sizeof word);

		if (strcmp(word, "match") != 0 || match_is_all(criteria))
			continue;
		m->matches = true;
		add_match_view(m, n, user);
	}
}

/* Those with a secret, or those without, while there is time. */
static void
look_at_those(struct machine *m, bool with_secret, int64_t end)
{
	for (size_t i = 0; i < m->accounts && !m->views_cut; i++) {
		const struct account *a = &m->account[i];

		if (machine_has_secret(m, a->uid) != with_secret ||
		    was_viewed(m, a->uid) ||
		    (!with_secret && runs_nothing(a->shell) &&
			a->uid < UID_ORDINARY))
			continue;
		if (clock_milliseconds() > end)
			m->views_cut = true;
		else
			add_account_view(m, a, "");
	}
}

/* A block may be about anybody, by name or by group. */
static void
look_at_everybody(struct machine *m)
{
	int64_t end = clock_milliseconds() + ASKING_MAX;

	look_at_those(m, true, end);
	look_at_those(m, false, end);
}

void
views_take(struct machine *m)
{
	const struct account *root = machine_account_of(m, 0);
	const struct account *user = ordinary(m);

	if (root != NULL)
		add_account_view(m, root, "");
	if (m->sshd != OK) /* it would say the same of everybody */
		return;
	if (user != NULL)
		add_account_view(m, user, "");
	(void)machine_each_word(
	    machine_option(m, "exempt_groups", ""), add_member_view, m);
	look_at_matches(m, user == NULL ? "nobody" : user->name);
	if (m->matches)
		look_at_everybody(m);
}
