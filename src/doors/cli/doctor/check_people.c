/* People: their shells, their names, and who of them administers. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"

#define ADMIN_GROUPS "sudo,wheel,root"

/* ---- shells ---- */

static bool
is_among(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

#define AMONG(word, words) is_among(word, words, sizeof words / sizeof words[0])

static void
check_shell(struct report *r, const struct account *a, bool has_secret)
{
	static const char *const good[] = {"sh", "bash", "dash", "zsh", "fish",
	    "tcsh", "csh", "ksh", "ksh93", "mksh", "mksh-static"};
	static const char *const closed[] = {
	    "nologin", "false", "true", "sync", "halt", "shutdown", "reboot"};
	static const char *const tied[] = {"rbash", "rksh", "rksh93", "rzsh",
	    "rmksh", "lksh", "git-shell", "scponly", "rssh"};
	const char *slash = strrchr(a->shell, '/');
	const char *shell = slash == NULL ? "sh" : slash + 1;
	char name[SHOWN_VALUE_MAX], path[SHOWN_VALUE_MAX];

	(void)text_escape_utf8(name, sizeof name, a->name);
	(void)text_escape_utf8(path, sizeof path, a->shell);
	if (AMONG(shell, closed) && !has_secret)
		return; /* nobody is to log in */
	if (AMONG(shell, closed) || AMONG(shell, tied))
		found(r, SEVERITY_WARNING, name,
		    "give another shell (usermod -s), or except the account "
		    "by name in the drop-in",
		    "the login shell %s cannot run the gate: no login gets in",
		    path);
	else if (a->shell[0] != '\0' && access(a->shell, X_OK) != 0)
		found(r, SEVERITY_WARNING, name,
		    "give another shell (usermod -s), or install that one",
		    "the login shell %s is not there: no login gets in", path);
	else if (!AMONG(shell, good))
		found(r, SEVERITY_WARNING, name,
		    "give another shell (usermod -s), or find out what it "
		    "reads before it runs \"exec\"",
		    "the login shell %s is none that otpgate knows: it may not "
		    "run the gate, or read files of the user before",
		    path);
}

bool
check_shells(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->accounts; i++) {
		const struct account *a = &m->account[i];
		bool secret = machine_has_secret(m, a->uid);

		if (a->uid == 0 || secret ||
		    (a->uid >= UID_ORDINARY && a->uid < 65534))
			check_shell(r, a, secret);
	}
	return m->accounts > 0;
}

/* ---- names ---- */

static void
check_name(struct report *r, const struct owner *o)
{
	const struct passwd *entry = getpwnam(o->name);
	char was[SHOWN_VALUE_MAX], is[SHOWN_VALUE_MAX];

	if (o->name[0] == '\0' || (entry != NULL && entry->pw_uid == o->uid))
		return;
	(void)text_escape_utf8(was, sizeof was, o->name);
	errno = 0;
	entry = getpwuid(o->uid);
	if (entry != NULL)
		found(r, SEVERITY_WARNING,
		    text_escape_utf8(is, sizeof is, entry->pw_name),
		    "where it is somebody else, clear the factor (otpgate "
		    "clear USER) and have a new one set up",
		    "the second factor of uid %u was set up for %s, and now "
		    "counts for another name",
		    o->uid, was);
	else if (errno == 0 || errno == ENOENT || errno == ESRCH)
		found(r, SEVERITY_WARNING, was,
		    "clear what is left of it (otpgate clear UID)",
		    "the account of uid %u is gone, and its second factor is "
		    "kept: whoever gets that uid gets it",
		    o->uid);
}

bool
check_names(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->owners; i++)
		check_name(r, &m->owner[i]);
	return m->owners_known;
}

/* ---- administrators ---- */

struct search {
	const struct machine *m;
	bool any; /* an administrator with a secret */
};

static bool
has_enrolled_member(const struct machine *m, const struct group *g)
{
	for (size_t i = 0; i < m->owners; i++) {
		const struct owner *o = &m->owner[i];
		const struct passwd *entry =
		    o->has_secret ? getpwuid(o->uid) : NULL;

		if (entry != NULL &&
		    machine_is_member(entry->pw_name, entry->pw_gid, g))
			return true;
	}
	return false;
}

static bool
search_group(void *context, const char *word)
{
	struct search *s = context;
	const struct group *g = getgrnam(word);

	s->any = s->any || (g != NULL && has_enrolled_member(s->m, g));
	return !s->any;
}

bool
check_admin(const struct machine *m, struct report *r)
{
	const char *groups = machine_option(m, "admin_groups", ADMIN_GROUPS);
	bool required =
	    strcmp(machine_option(m, "policy", "optional"), "required") == 0;
	struct search s = {.m = m, .any = false};

	if (!m->owners_known || !m->policy_known)
		return false;
	(void)machine_each_word(groups, search_group, &s);
	if (!s.any)
		found(r, required ? SEVERITY_ERROR : SEVERITY_WARNING, "",
		    "have one set up: otpgate enroll USER",
		    "no administrator (a member of %s) has a second factor%s",
		    groups,
		    required ? ", and the policy is required: none of them "
			       "gets in with a password"
			     : "");
	return true;
}

/* ---- guessing ---- */

bool
check_bound(const struct machine *m, struct report *r)
{
	char shown[WIRE_DETAIL_MAX];

	if (!m->policy_known || m->policy.bound[0] == '\0')
		return false;
	found(r, SEVERITY_OK, "", "", "with this policy, %s",
	    text_escape_utf8(shown, sizeof shown, m->policy.bound));
	return true;
}
