/* The doors and the keys: what asks, what is asked, and what is not. */
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "doors/cli/fallback.h"

/* ---- which doors ---- */

bool
check_both_doors(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->now->views && m->now->stack.asks; i++)
		if (m->now->view[i]->gate != ERR_ABSENT)
			found(r, SEVERITY_WARNING, m->now->view[i]->whom,
			    "take one of them out: the drop-in with the "
			    "ForceCommand, or the lines of " STACK_MODULE,
			    "both doors are in force: PAM asks for a code, and "
			    "the gate for another one");
	return machine_is_guarded(m);
}

/* ---- lists of keys ---- */

/* Lists that sshd reads, and those that the gate was told to look at. */
struct lists {
	const char *option;  /* of the gate */
	const char *keyword; /* of sshd */
	const struct patterns *named;
};

/* True where sshd reads none of the lists that the gate looks at. */
static bool
has_none(const struct lists *l, const char *value)
{
	for (size_t i = 0; i < l->named->count; i++)
		if (gate_line_names(value, l->named->pattern[i]))
			return false;
	return strcmp(value, "none") != 0;
}

static void
report_lack(struct report *r, const struct view *v, const struct lists *l,
    const char *lacking)
{
	static const char mend[] =
	    "name the same files on both ForceCommand lines of the drop-in "
	    "and in sshd's configuration, and reload sshd";
	const char *value = settings_value(&v->settings, l->keyword);
	char shown[SHOWN_VALUE_MAX];

	(void)text_escape_utf8(shown, sizeof shown, lacking);
	if (v->line.words.unlisted_shell)
		found(r, SEVERITY_ERROR, v->whom, mend,
		    "%s names %s, and no %s does: with --unlisted-keys=shell "
		    "keys in it that are bound to a command run anything",
		    l->keyword, shown, l->option);
	else if (has_none(l, value))
		found(r, SEVERITY_ERROR, v->whom, mend,
		    "%s names %s, and no %s does: the gate refuses every login "
		    "by key",
		    l->keyword, shown, l->option);
	else
		found(r, SEVERITY_WARNING, v->whom, mend,
		    "%s names %s, and no %s does: the gate refuses logins by "
		    "keys in it",
		    l->keyword, shown, l->option);
}

static void
compare_lists(struct report *r, const struct view *v, const struct lists *l)
{
	const char *value = settings_value(&v->settings, l->keyword);
	char lacking[SHOWN_VALUE_MAX];

	if (gate_line_lacks(l->named, value, lacking, sizeof lacking))
		report_lack(r, v, l, lacking);
	for (size_t i = 0; i < l->named->count; i++) {
		const char *list = l->named->pattern[i];
		char shown[SHOWN_VALUE_MAX];

		if (gate_line_names(value, list))
			continue;
		(void)text_escape_utf8(shown, sizeof shown, list);
		found(r, SEVERITY_WARNING, v->whom,
		    "take it off both ForceCommand lines of the drop-in, and "
		    "reload sshd",
		    "%s%s: sshd reads no such list (%s), and whoever can write "
		    "it can say there what a key is bound to",
		    l->option, shown, l->keyword);
	}
}

bool
check_keys(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->now->views; i++) {
		const struct view *v = m->now->view[i];
		const struct lists keys = {
		    "--keys=", "authorizedkeysfile", &v->line.words.keys};
		const struct lists principals = {"--principals=",
		    "authorizedprincipalsfile", &v->line.words.principals};

		if (v->gate != OK)
			continue;
		compare_lists(r, v, &keys);
		if (v->line.words.principals.count > 0 ||
		    !settings_is(&v->settings, "trustedusercakeys", "none"))
			compare_lists(r, v, &principals);
	}
	return machine_is_guarded(m);
}

/* ---- otpgated not running ---- */

bool
check_fallback(const struct machine *m, struct report *r)
{
	bool challenged =
	    fallback_covers(machine_option(m, "challenge_methods", "")) ||
	    !fallback_covers(machine_option(m, "passwordless", "publickey"));

	for (size_t i = 0; i < m->now->views && challenged; i++)
		if (m->now->view[i]->gate == OK &&
		    m->now->view[i]->line.words.fallback_publickey)
			found(r, SEVERITY_ERROR, m->now->view[i]->whom,
			    "take --fallback=publickey off both ForceCommand "
			    "lines of the drop-in, and reload sshd",
			    "the policy asks logins by key for a code, and "
			    "--fallback=publickey lets them in without one "
			    "while otpgated gives no answer");
	return machine_is_guarded(m) && m->policy_known;
}
