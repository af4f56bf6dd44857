/* Settings that are to have one value, and those that let too much in. */
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"

#define FIXES_RELOAD "and reload sshd"

/* ---- variables that clients set ---- */

static void
report_pattern(struct report *r, const struct view *v, const char *pattern)
{
	char shown[SHOWN_VALUE_MAX];
	bool overruled;
	const char *name = accepted_variable(&v->settings, pattern, &overruled);

	if (name == NULL)
		return;
	(void)text_escape_utf8(shown, sizeof shown, pattern);
	if (overruled)
		found(r, SEVERITY_WARNING, v->whom,
		    "accept by name what clients may set, as Debian's LANG "
		    "LC_* does, " FIXES_RELOAD,
		    "AcceptEnv %s takes variables that shells obey; the "
		    "drop-in's SetEnv line overrules it (%s)",
		    shown, name);
	else
		found(r, SEVERITY_ERROR, v->whom,
		    "accept by name what clients may set, as Debian's LANG "
		    "LC_* does, " FIXES_RELOAD,
		    "AcceptEnv %s lets clients set variables that shells obey "
		    "before the gate runs (%s)",
		    shown, name);
}

bool
check_accept_env(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->views; i++) {
		const struct view *v = m->view[i];
		const char *pattern;
		size_t at = 0;

		while (v->gate != ERR_ABSENT &&
		    (pattern = settings_next(&v->settings, "acceptenv", &at)) !=
			NULL)
			report_pattern(r, v, pattern);
	}
	return machine_is_guarded(m);
}

/* ---- one setting each ---- */

/* A keyword that should have one value. */
struct wish {
	const char *keyword, *wanted;
	enum severity severity;
	const char *text;
};

/* Reports each view that runs the gate and has another value. */
static bool
check_wishes(const struct machine *m, struct report *r,
    const struct wish *wishes, size_t count, const char *mend)
{
	char shown[SHOWN_VALUE_MAX];

	for (size_t i = 0; i < m->views; i++) {
		const struct view *v = m->view[i];

		for (size_t k = 0; k < count && v->gate != ERR_ABSENT; k++) {
			const struct wish *w = &wishes[k];
			const char *value =
			    settings_value(&v->settings, w->keyword);

			if (value[0] == '\0' || strcmp(value, w->wanted) == 0)
				continue;
			found(r, w->severity, v->whom, mend, "%s is %s: %s",
			    w->keyword,
			    text_escape_utf8(shown, sizeof shown, value),
			    w->text);
		}
	}
	return machine_is_guarded(m);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

bool
check_user_environment(const struct machine *m, struct report *r)
{
	static const struct wish wishes[] = {
	    {"permituserenvironment", "no", SEVERITY_WARNING,
		"sshd reads ~/.ssh/environment, and shells obey it before the "
		"gate runs"},
	    {"permituserrc", "no", SEVERITY_WARNING,
		"sshd runs ~/.ssh/rc before the gate"},
	};

	return check_wishes(m, r, wishes, COUNT(wishes),
	    "let the drop-in come first, " FIXES_RELOAD);
}

bool
check_expose_auth_info(const struct machine *m, struct report *r)
{
	static const struct wish wishes[] = {
	    {"exposeauthinfo", "yes", SEVERITY_ERROR,
		"sshd does not tell the gate how a login proved itself, so "
		"that it refuses whoever has no code to give, those with keys "
		"too"},
	};

	return check_wishes(m, r, wishes, COUNT(wishes),
	    "set ExposeAuthInfo to yes where it is set first, " FIXES_RELOAD);
}

static const char closed[] =
    "let the drop-in come first, and let no Match block set it, " FIXES_RELOAD;

/* DisableForwarding closes these in every sshd. */
static void
report_open(struct report *r, const struct view *v)
{
	static const char *const kinds[] = {"allowtcpforwarding",
	    "allowstreamlocalforwarding", "allowagentforwarding",
	    "x11forwarding"};
	bool all = settings_is(&v->settings, "disableforwarding", "yes");

	for (size_t k = 0; k < COUNT(kinds); k++) {
		const char *value = settings_value(&v->settings, kinds[k]);

		if (value[0] == '\0' || strcmp(value, "no") == 0)
			continue;
		if (!all)
			found(r, SEVERITY_ERROR, v->whom, closed,
			    "forwarding is open, and never meets the gate: "
			    "disableforwarding is %s, %s is %s",
			    settings_value(&v->settings, "disableforwarding"),
			    kinds[k], value);
		else if (k >= 2)
			found(r, SEVERITY_WARNING, v->whom, closed,
			    "%s is %s; DisableForwarding closes it only from "
			    "OpenSSH 10.0 on",
			    kinds[k], value);
	}
}

bool
check_forwarding(const struct machine *m, struct report *r)
{
	static const struct wish tunnel[] = {
	    {"permittunnel", "no", SEVERITY_ERROR,
		"tunnels are open, and never meet the gate"},
	};

	for (size_t i = 0; i < m->views; i++)
		if (m->view[i]->gate != ERR_ABSENT)
			report_open(r, m->view[i]);
	return check_wishes(m, r, tunnel, COUNT(tunnel), closed);
}
