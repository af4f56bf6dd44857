/* Settings of others that let too much in, or too few. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"

#define DEADLINE_STANDARD "60" /* of the policy, in seconds */

/* ---- variables that clients set ---- */

static void
report_pattern(struct report *r, const char *whom, const char *pattern)
{
	const char *name = accepted_variable(pattern);
	char shown[SHOWN_VALUE_MAX];

	if (name != NULL)
		found(r, SEVERITY_ERROR, whom,
		    "accept by name what clients may set, as Debian's LANG "
		    "LC_* does, " RELOAD,
		    "AcceptEnv %s lets clients set variables that shells obey "
		    "before the gate runs (%s)",
		    text_escape_utf8(shown, sizeof shown, pattern), name);
}

/* Calls act for each line of the files with keyword, whoever it is about. */
static void
each_line(const struct machine *m, struct report *r, const char *keyword,
    void (*act)(struct report *r, const char *whom, const char *value))
{
	const struct lines *l = &m->now->config;
	char word[64], place[PLACE_MAX];

	for (size_t n = 0; n < l->count; n++) {
		const char *value =
		    line_keyword(l->line[n].text, word, sizeof word);

		if (strcmp(word, keyword) != 0)
			continue;
		lines_place(l, n, place, sizeof place);
		act(r, place, value);
	}
}

static void
report_patterns(struct report *r, const char *whom, const char *value)
{
	char word[SHOWN_VALUE_MAX];

	while (line_word(&value, word, sizeof word))
		report_pattern(r, whom, word);
}

bool
check_accept_env(const struct machine *m, struct report *r)
{
	const struct view *v = m->now->views == 0 ? NULL : m->now->view[0];
	const char *pattern;
	size_t at = 0;

	if (!machine_is_guarded(m))
		return false;
	each_line(m, r, "acceptenv", report_patterns);
	/* and what it was started with */
	while (m->now->listener.count > 0 && v != NULL &&
	    (pattern = settings_next(&v->settings, "acceptenv", &at)) != NULL)
		report_pattern(r, v->whom, pattern);
	return true;
}

/* ---- empty passwords ---- */

static void
report_empty(struct report *r, const char *whom, const char *value)
{
	if (strcasecmp(value, "no") != 0)
		found(r, SEVERITY_ERROR, whom,
		    "take PermitEmptyPasswords out, " RELOAD,
		    "permitemptypasswords is not no: an account without a "
		    "password needs nothing to get in, and nobody asks it");
}

bool
check_empty_passwords(const struct machine *m, struct report *r)
{
	each_line(m, r, "permitemptypasswords", report_empty);
	for (size_t i = 0; i < m->now->views; i++)
		if (m->now->listener.count > 0)
			report_empty(r, m->now->view[i]->whom,
			    settings_value(&m->now->view[i]->settings,
				"permitemptypasswords"));
	return m->now->views > 0;
}

/* ---- the time for a login ---- */

/* The session door's question comes when sshd no longer counts. */
bool
check_grace(const struct machine *m, struct report *r)
{
	long deadline =
	    strtol(machine_option(m, "deadline", DEADLINE_STANDARD), NULL, 10);
	long grace;

	if (!m->now->stack.asks || m->now->views == 0)
		return false;
	grace =
	    strtol(settings_value(&m->now->view[0]->settings, "logingracetime"),
		NULL, 10);
	if (grace != 0 && grace <= deadline)
		found(r, SEVERITY_WARNING, "",
		    "set LoginGraceTime to more than that, for the password "
		    "takes some of it (120 is sshd's own), or set the policy's "
		    "deadline lower",
		    "sshd ends a login after %ld s (LoginGraceTime), and the "
		    "question for a code may wait for %ld s (deadline)",
		    grace, deadline);
	return true;
}
