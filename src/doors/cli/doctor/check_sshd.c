/* What sshd makes of the logins of different people. */
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "places.h"

#define PLACE_MAX (SHOWN_VALUE_MAX + 16)
#define NAMES_MAX 4 /* of variables in one finding */
#define FIXES_RELOAD "and reload sshd"

/* Whether a line of the configuration is one that is looked for. */
typedef bool line_test(const struct machine *m, size_t n, const char *value);

/* Where the first line with keyword stands that test likes; "" for none. */
static const char *
place_of(const struct machine *m, const char *keyword, line_test *test,
    char out[static PLACE_MAX])
{
	char word[64];

	out[0] = '\0';
	for (size_t n = 0; n < m->config.count && out[0] == '\0'; n++) {
		const char *value =
		    line_keyword(m->config.line[n].text, word, sizeof word);

		if (strcmp(word, keyword) == 0 && test(m, n, value))
			lines_place(&m->config, n, out, PLACE_MAX);
	}
	return out;
}

static bool
runs_another(const struct machine *m, size_t n, const char *value)
{
	struct gate_line line;

	(void)m;
	(void)n;
	return gate_line_read(&line, value, PATH_GATE) == ERR_ABSENT;
}

static bool
is_foreign(const struct machine *m, size_t n, const char *value)
{
	size_t first;

	(void)value;
	return m->config.line[n].file != machine_drop_in(m, &first);
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
	char other[PLACE_MAX];
	size_t first;

	if (machine_drop_in(m, &first) == NULL)
		found(r, SEVERITY_ERROR, v->whom,
		    "copy " PATH_DROP_IN " to " SSHD_DIRECTORY
		    ", let " SSHD_CONFIG " begin with \"Include " SSHD_DIRECTORY
		    "/*.conf\", " FIXES_RELOAD,
		    "the drop-in is not included: no file that sshd reads has "
		    "a ForceCommand that runs " PATH_GATE);
	else if (place_of(m, "forcecommand", runs_another, other)[0] != '\0')
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

/* What is wrong with the auth door, check_auth_door() says. */
static bool
has_other_door(const struct machine *m)
{
	return machine_asks_by_pam(m) || machine_wants_pam(m);
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
		else if (v->gate == ERR_ABSENT && !is_excepted(m, v) &&
		    !has_other_door(m))
			report_no_gate(m, r, v);
	}
	return machine_is_guarded(m);
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
	return machine_is_guarded(m);
}

/* ---- what shells obey before the gate ---- */

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
		if (missing++ <= NAMES_MAX)
			(void)text_print(out + used, size - used, "%s%s",
			    used == 0 ? "" : ", ",
			    missing > NAMES_MAX ? "..." : word);
	}
	return missing;
}

bool
check_setenv(const struct machine *m, struct report *r)
{
	char names[512], other[PLACE_MAX];

	for (size_t i = 0; i < m->views; i++) {
		const struct view *v = m->view[i];

		if (v->gate == ERR_ABSENT ||
		    missing_names(m, v, names, sizeof names) == 0)
			continue;
		(void)place_of(m, "setenv", is_foreign, other);
		found(r, SEVERITY_ERROR, v->whom,
		    "put variables of your own at the end of the drop-in's "
		    "two SetEnv lines, take other SetEnv lines "
		    "out, " FIXES_RELOAD,
		    "the drop-in's SetEnv line is not in force (%s), so that "
		    "files and variables of users come before the gate%s%s",
		    names, other[0] != '\0' ? "; another one wins: " : "",
		    other);
	}
	return machine_is_guarded(m);
}
