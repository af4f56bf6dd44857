/* What sshd makes of the logins of different people. */
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "doors/cli/doctor/match.h"
#include "places.h"

#define FIXES_RELOAD "and reload sshd"

/* The first line of the configuration with keyword whose value test likes. */
static bool
place_of(const struct machine *m, const char *keyword,
    bool (*likes)(const struct machine *m, size_t n, const char *value),
    char *out, size_t size)
{
	char word[64];

	for (size_t n = 0; n < m->config.count; n++) {
		const char *value =
		    line_keyword(m->config.line[n].text, word, sizeof word);

		if (strcmp(word, keyword) != 0 || !likes(m, n, value))
			continue;
		lines_place(&m->config, n, out, size);
		return true;
	}
	return false;
}

static bool
runs_gate(const struct machine *m, size_t n, const char *value)
{
	struct gate_line line;

	(void)m;
	(void)n;
	return gate_line_read(&line, value, PATH_GATE) != ERR_ABSENT;
}

static bool
runs_another(const struct machine *m, size_t n, const char *value)
{
	return !runs_gate(m, n, value);
}

/* ---- the configuration as a whole ---- */

bool
check_sshd_config(const struct machine *m, struct report *r)
{
	if (m->sshd != OK && m->views == 0)
		found(r, SEVERITY_ERROR, "",
		    "run \"sshd -t\", mend what it says, and run this again",
		    "sshd cannot be asked what it makes of its files (%s): %s",
		    error_text(m->sshd), m->sshd_said);
	else if (m->sshd != OK)
		found(r, SEVERITY_WARNING, "", "",
		    "sshd could not be asked about every login (%s): %s",
		    error_text(m->sshd), m->sshd_said);
	if (m->config.failed[0] != '\0')
		found(r, SEVERITY_WARNING, "", "",
		    "%s cannot be read, so that no line of it is named here",
		    m->config.failed);
	if (m->views_cut)
		found(r, SEVERITY_WARNING, "",
		    "look at the others with \"sshd -T -C user=NAME,...\"",
		    "only %zu logins were looked at; there are more accounts",
		    m->views);
	return true;
}

/* ---- the gate ---- */

/* Why v does not run the gate. */
static void
report_no_gate(const struct machine *m, struct report *r, const struct view *v)
{
	char other[SHOWN_VALUE_MAX + 16];

	if (!place_of(m, "forcecommand", runs_gate, other, sizeof other))
		found(r, SEVERITY_ERROR, v->whom,
		    "copy " PATH_DROP_IN " to " SSHD_DIRECTORY
		    ", let " SSHD_CONFIG " begin with \"Include " SSHD_DIRECTORY
		    "/*.conf\", " FIXES_RELOAD,
		    "the drop-in is not included: no file that sshd reads has "
		    "a ForceCommand that runs " PATH_GATE);
	else if (place_of(m, "forcecommand", runs_another, other, sizeof other))
		found(r, SEVERITY_ERROR, v->whom,
		    "let the drop-in come first, with its \"Match all\" block, "
		    "or take that line out, " FIXES_RELOAD,
		    "the drop-in is overridden by %s: such logins do not run "
		    "the gate",
		    other);
	else
		found(r, SEVERITY_ERROR, v->whom,
		    "put the \"Match all\" block of the drop-in back, and let "
		    "it come first, " FIXES_RELOAD,
		    "such logins do not run the gate, though the drop-in is "
		    "read");
}

/* A ForceCommand of their own that was meant for just these people. */
static bool
is_excepted(const struct machine *m, const struct view *v)
{
	bool guarded = false;

	if (v->gate != ERR_ABSENT || !v->named ||
	    settings_is(&v->settings, "forcecommand", "none"))
		return false;
	for (size_t i = 0; i < m->views; i++)
		guarded = guarded ||
		    (m->view[i]->account && m->view[i]->gate != ERR_ABSENT);
	return guarded;
}

bool
check_drop_in(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->views; i++) {
		const struct view *v = m->view[i];

		if (v->gate == ERR_REFUSED)
			found(r, SEVERITY_ERROR, v->whom,
			    "mend the words of the ForceCommand line; "
			    "otpgate-gate(8) has them, " FIXES_RELOAD,
			    "the gate refuses every login, for its "
			    "ForceCommand has a word that it does not know");
		else if (v->gate == ERR_FORMAT)
			found(r, SEVERITY_WARNING, v->whom,
			    "write the words without quotes",
			    "the words of the ForceCommand can be read by a "
			    "shell alone, and were not looked at");
		else if (v->gate == ERR_ABSENT && !is_excepted(m, v))
			report_no_gate(m, r, v);
	}
	return m->views > 0;
}

bool
check_own_command(const struct machine *m, struct report *r)
{
	char shown[SHOWN_VALUE_MAX];

	for (size_t i = 0; i < m->views; i++) {
		const struct view *v = m->view[i];
		bool secret = v->account && machine_has_secret(m, v->uid);

		if (!is_excepted(m, v))
			continue;
		(void)text_escape_utf8(shown, sizeof shown,
		    settings_value(&v->settings, "forcecommand"));
		if (secret)
			found(r, SEVERITY_ERROR, v->whom,
			    "take the exception out of the drop-in, or clear "
			    "the second factor (otpgate clear USER)",
			    "has a second factor and is never asked for it: "
			    "the ForceCommand is %s",
			    shown);
		else
			found(r, SEVERITY_WARNING, v->whom, "",
			    "has a ForceCommand of its own, %s, and is asked "
			    "by nobody",
			    shown);
	}
	return m->views > 0;
}

/* ---- what shells obey before the gate ---- */

static bool
any_line(const struct machine *m, size_t n, const char *value)
{
	char word[64];
	const char *gate = m->config.line[n].file;

	(void)value;
	/* not those of the drop-in itself */
	for (size_t i = 0; i < m->config.count; i++) {
		const char *command =
		    line_keyword(m->config.line[i].text, word, sizeof word);

		if (m->config.line[i].file == gate &&
		    strcmp(word, "forcecommand") == 0 &&
		    runs_gate(m, i, command))
			return false;
	}
	return true;
}

/* The words of the drop-in's SetEnv line, as installed. */
static const char *
standard_setenv(const struct machine *m)
{
	char word[64];

	for (size_t n = 0; n < m->standard.count; n++) {
		const char *value =
		    line_keyword(m->standard.line[n].text, word, sizeof word);

		if (strcmp(word, "setenv") == 0)
			return value;
	}
	return "HOME=" PATH_EMPTY;
}

/* The names of those words that sshd does not set so; how many. */
static unsigned int
missing_names(
    const struct machine *m, const struct view *v, char *out, size_t size)
{
	const char *at = standard_setenv(m);
	unsigned int missing = 0;
	char word[SHOWN_VALUE_MAX];

	out[0] = '\0';
	while (line_word(&at, word, sizeof word)) {
		size_t used = strlen(out);

		if (settings_has_env(&v->settings, word))
			continue;
		word[strcspn(word, "=")] = '\0';
		if (missing++ < 4)
			(void)text_print(out + used, size - used, "%s%s",
			    used == 0 ? "" : ", ", word);
	}
	return missing;
}

bool
check_setenv(const struct machine *m, struct report *r)
{
	char names[512], other[SHOWN_VALUE_MAX + 16];

	for (size_t i = 0; i < m->views; i++) {
		const struct view *v = m->view[i];
		bool wins;

		if (v->gate == ERR_ABSENT ||
		    missing_names(m, v, names, sizeof names) == 0)
			continue;
		wins = place_of(m, "setenv", any_line, other, sizeof other);
		found(r, SEVERITY_ERROR, v->whom,
		    "put variables of your own at the end of the drop-in's "
		    "two SetEnv lines, take other SetEnv lines "
		    "out, " FIXES_RELOAD,
		    "the drop-in's SetEnv line is not in force (%s%s), so that "
		    "files and variables of users come before the gate%s%s",
		    names, ", ...", wins ? "; another one wins: " : "",
		    wins ? other : "");
	}
	return m->views > 0;
}

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
	return m->views > 0;
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
	return m->views > 0;
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
