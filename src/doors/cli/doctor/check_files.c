/* Files: what sshd and PAM read, in which order, and since when. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "places.h"

#define SECOND 1000000000

bool
check_order(const struct machine *m, struct report *r)
{
	const char *seen = NULL;
	char place[SHOWN_VALUE_MAX + 16];
	size_t first;

	if (machine_drop_in(m, &first) == NULL)
		return false;
	for (size_t n = 0; n < first; n++) {
		if (m->config.line[n].file == seen)
			continue;
		seen = m->config.line[n].file;
		lines_place(&m->config, n, place, sizeof place);
		found(r, SEVERITY_WARNING, "",
		    "give the drop-in a name that sorts first, and "
		    "let " SSHD_CONFIG " begin with the line that includes it",
		    "%s is read before the drop-in, and what is set there wins",
		    place);
	}
	return true;
}

/* ---- since when sshd runs ---- */

/* When sshd wrote its pid file, which is when it read the others; 0: unknown */
static int64_t
started(const char *pid_file)
{
	struct stat st;

	if (stat(pid_file, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	return (int64_t)st.st_mtim.tv_sec * SECOND + st.st_mtim.tv_nsec;
}

/* What changed besides files: one of them was put there or taken away. */
static bool
directory_changed(int64_t since)
{
	struct stat st;

	return stat(SSHD_DIRECTORY, &st) == 0 &&
	    (int64_t)st.st_mtim.tv_sec * SECOND + st.st_mtim.tv_nsec > since;
}

static void
report_changed(struct report *r, const char *path, bool drop_in)
{
	char shown[SHOWN_VALUE_MAX];

	(void)text_escape_utf8(shown, sizeof shown, path);
	found(r, drop_in ? SEVERITY_ERROR : SEVERITY_WARNING, "",
	    "reload sshd (systemctl reload ssh), which nobody is logged out by",
	    "sshd has not been reloaded since %s changed: it does not run with "
	    "what this is about",
	    shown);
}

bool
check_reload(const struct machine *m, struct report *r)
{
	const char *pid_file, *file;
	char shown[SHOWN_VALUE_MAX];
	bool changed = false;
	int64_t since;
	size_t first;

	if (m->views == 0)
		return false;
	pid_file = settings_value(&m->view[0]->settings, "pidfile");
	since = started(pid_file);
	if (since == 0) {
		found(r, SEVERITY_WARNING, "",
		    "reload sshd after each change of its files",
		    "when sshd read its files cannot be seen, for there is no "
		    "PidFile (%s)",
		    text_escape_utf8(shown, sizeof shown, pid_file));
		return true;
	}
	file = machine_drop_in(m, &first);
	for (size_t i = 0; i < m->config.sources; i++) {
		const struct source *s = m->config.source[i];

		if (s->changed <= since)
			continue;
		changed = true;
		report_changed(r, s->path, s->path == file);
	}
	if (!changed && directory_changed(since))
		report_changed(r, SSHD_DIRECTORY, false);
	return true;
}

/* ---- the gate ---- */

static const char again[] =
    "install otpgate again, and see who else can write there";

/* Whoever can change what runs in place of every session has them all. */
static void
check_owned(struct report *r, const char *path, mode_t type, mode_t needed)
{
	struct stat st;

	if (lstat(path, &st) != 0 || (st.st_mode & S_IFMT) != type ||
	    (st.st_mode & needed) != needed)
		found(r, SEVERITY_ERROR, "", again,
		    "%s is missing or cannot be used by everybody: every login "
		    "is refused",
		    path);
	else if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		found(r, SEVERITY_ERROR, "", again,
		    "%s can be changed by others than root", path);
}

static bool
holds_something(const char *path)
{
	const struct dirent *entry;
	DIR *d = opendir(path);
	size_t count = 0;

	while (d != NULL && (entry = readdir(d)) != NULL)
		count += strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0;
	if (d != NULL)
		(void)closedir(d);
	return count > 0;
}

bool
check_gate(const struct machine *m, struct report *r)
{
	check_owned(r, PATH_GATE, S_IFREG, S_IXUSR | S_IXGRP | S_IXOTH);
	check_owned(r, PATH_KEYS, S_IFREG, S_IXUSR | S_IXGRP | S_IXOTH);
	check_owned(r, PATH_EMPTY, S_IFDIR, S_IXOTH);
	if (holds_something(PATH_EMPTY))
		found(r, SEVERITY_ERROR, "", "take out what is in it",
		    PATH_EMPTY " is not empty: shells that start the gate read "
			       "what is in it");
	if (m->standard.count == 0)
		found(r, SEVERITY_WARNING, "", again,
		    PATH_DROP_IN " cannot be read: which variables have to be "
				 "set is not known");
	return true;
}

/* ---- PAM ---- */

bool
check_user_readenv(const struct machine *m, struct report *r)
{
	char place[SHOWN_VALUE_MAX + 16];

	/* Only the gate is started by a shell. */
	if (!machine_is_guarded(m))
		return false;
	for (size_t n = 0; n < m->stack.count; n++) {
		const char *text = m->stack.line[n].text;

		if (strstr(text, "pam_env.so") == NULL ||
		    strstr(text, "user_readenv=1") == NULL)
			continue;
		lines_place(&m->stack, n, place, sizeof place);
		found(r, SEVERITY_WARNING, "",
		    "take user_readenv=1 out of that line",
		    "%s: PAM reads ~/.pam_environment, whose variables shells "
		    "obey before the gate runs, where the drop-in does not "
		    "set them",
		    place);
	}
	return m->stack.count > 0;
}
