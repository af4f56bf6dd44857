/* Keys that stand in no list: who hands them to sshd. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "doors/cli/doctor/keys_line.h"
#include "places.h"

#define COMMAND "authorizedkeyscommand"
#define BEHIND                                                         \
	"put it behind --then on both AuthorizedKeysCommand lines "    \
	"of the drop-in, and reload sshd: " PATH_KEYS " %u %f --then " \
	"COMMAND ..."

static bool
is_set(const struct view *v, const char *keyword)
{
	const char *value = settings_value(&v->settings, keyword);

	return value[0] != '\0' && strcmp(value, "none") != 0;
}

/* Of certificates: what lets keys in that the gate cannot look up, or NULL. */
static const char *
hidden_authority(const struct view *v)
{
	if (!is_set(v, "trustedusercakeys"))
		return NULL;
	if (is_set(v, "authorizedprincipalscommand"))
		return "authorizedprincipalscommand";
	return is_set(v, "authorizedprincipalsfile") ? NULL
						     : "trustedusercakeys";
}

/*
 * Keys of source come in, and the gate knows nothing of them.  Where there is
 * no gate, sshd itself obeys what they are bound to.
 */
static void
report_hidden(struct report *r, const struct view *v, const char *source)
{
	if (v->gate != OK)
		return;
	if (v->line.words.unlisted_shell)
		found(r, SEVERITY_WARNING, v->whom, "",
		    "keys of %s run anything, also those bound to a "
		    "command: --unlisted-keys=shell says so",
		    source);
	else
		found(r, SEVERITY_ERROR, v->whom,
		    "keep the keys in files that --keys= or "
		    "--principals= names, or, where none of them is "
		    "bound to a command, say --unlisted-keys=shell",
		    "%s lets keys in that stand in no list, so that "
		    "nobody can tell what they are bound to: the gate "
		    "refuses them",
		    source);
}

/* Ours is in force: can it be asked as it wants to be? */
static void
check_ours(struct report *r, const struct view *v, const struct keys_line *k)
{
	static const char mend[] =
	    "take both lines from " PATH_DROP_IN ", and reload sshd";

	if (!settings_is(&v->settings, COMMAND "user", ACCOUNT_KEYS))
		found(r, SEVERITY_WARNING, v->whom, mend,
		    COMMAND "user is not " ACCOUNT_KEYS
			    ", which alone may ask otpgated for keys: "
			    "trusted keys open nothing");
	if (strcasecmp(
		settings_value(&v->settings, "fingerprinthash"), "SHA256") != 0)
		found(r, SEVERITY_WARNING, v->whom,
		    "take FingerprintHash out of sshd's configuration, and "
		    "reload sshd",
		    "fingerprinthash is not SHA256, by which keys are looked "
		    "up: trusted keys open nothing");
	if (k->then[0] != '\0')
		report_hidden(r, v, COMMAND "'s --then");
}

/* Another one is in force, or none. */
static void
check_other(struct report *r, const struct view *v, enum error e)
{
	if (e == ERR_FORMAT)
		found(r, SEVERITY_WARNING, v->whom,
		    "take the line from " PATH_DROP_IN ", and reload sshd",
		    COMMAND " does not call " PATH_KEYS
			    " as otpgate-keys(8) says: no key comes from it");
	else if (e == ERR_ABSENT)
		found(r, SEVERITY_WARNING, v->whom,
		    "take both AuthorizedKeysCommand lines from " PATH_DROP_IN
		    ", and reload sshd",
		    COMMAND " is none: keys that users vouch for (otpgate "
			    "trust) open nothing");
	else
		found(r, SEVERITY_ERROR, v->whom, BEHIND,
		    COMMAND " is the site's own, which displaces that of the "
			    "drop-in: keys that users vouch for open nothing");
}

static void
check_view(struct report *r, const struct view *v)
{
	const char *value = settings_value(&v->settings, COMMAND);
	const char *authority = hidden_authority(v);
	struct keys_line k;
	enum error e = keys_line_read(&k, value, PATH_KEYS);

	if (e == OK)
		check_ours(r, v, &k);
	else
		check_other(r, v, e);
	if (e == ERR_FOREIGN)
		report_hidden(r, v, COMMAND);
	if (authority != NULL)
		report_hidden(r, v, authority);
}

/* ---- what ours displaces ---- */

/* True where somebody's logins are asked that way, or it stands behind ours. */
static bool
is_in_force(const struct machine *m, const char *value, const char *program)
{
	for (size_t i = 0; i < m->now->views; i++) {
		const char *other =
		    settings_value(&m->now->view[i]->settings, COMMAND);
		struct keys_line k;

		if (strcmp(other, value) == 0 ||
		    (keys_line_read(&k, other, PATH_KEYS) == OK &&
			strcmp(k.then, program) == 0))
			return true;
	}
	return false;
}

static void
report_displaced(const struct machine *m, struct report *r)
{
	char word[64], place[SHOWN_VALUE_MAX], shown[SHOWN_VALUE_MAX];
	struct keys_line k;

	for (size_t n = 0; n < m->now->config.count; n++) {
		const char *value = line_keyword(
		    m->now->config.line[n].text, word, sizeof word);

		if (strcmp(word, COMMAND) != 0 ||
		    keys_line_read(&k, value, PATH_KEYS) != ERR_FOREIGN ||
		    is_in_force(m, value, k.program))
			continue;
		lines_place(&m->now->config, n, place, sizeof place);
		found(r, SEVERITY_ERROR, "", BEHIND,
		    "%s: the " COMMAND " %s is displaced by that of the "
		    "drop-in: its keys are not taken",
		    place, text_escape_utf8(shown, sizeof shown, k.program));
	}
}

/* Of the auth door, which has the same line. */
static bool
has_steps(const struct machine *m)
{
	return m->now->door == DOOR_STEPS || m->now->door == DOOR_ONE;
}

bool
check_keys_command(const struct machine *m, struct report *r)
{
	if (!machine_is_guarded(m) && !has_steps(m))
		return false;
	for (size_t i = 0; i < m->now->views; i++)
		if (m->now->view[i]->gate == OK || has_steps(m))
			check_view(r, m->now->view[i]);
	report_displaced(m, r);
	return true;
}
