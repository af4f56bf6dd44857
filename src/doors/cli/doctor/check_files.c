/* Files: what sshd and PAM read, in which order, and since when. */
#include <dirent.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "places.h"

#define SECOND 1000000000
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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

	if (m->now->views == 0)
		return false;
	pid_file = settings_value(&m->now->view[0]->settings, "pidfile");
	since = started(pid_file);
	if (since == 0) {
		found(r, SEVERITY_WARNING, "",
		    "reload sshd after each change of its files",
		    "when sshd read its files cannot be seen, for there is no "
		    "PidFile (%s)",
		    text_escape_utf8(shown, sizeof shown, pid_file));
		return true;
	}
	file = m->now->drop_in[1] == 0
	    ? NULL
	    : m->now->config.line[m->now->drop_in[0]].file;
	for (size_t i = 0; i < m->now->config.sources; i++) {
		const struct source *s = m->now->config.source[i];

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
	for (size_t d = DOOR_SESSION; d < DOORS; d++)
		if (m->shipped[d].count == 0)
			found(r, SEVERITY_ERROR, "", again,
			    "a file of " PATH_DROP_INS
			    " cannot be read: what the drop-in has to be is "
			    "not known");
	if (m->stack.count == 0 || m->one_stack.count == 0)
		found(r, SEVERITY_ERROR, "", again,
		    "a file of " PATH_STACKS
		    " cannot be read: what PAM's lines have to be is not "
		    "known");
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
	for (size_t n = 0; n < m->now->lines.count; n++) {
		const char *text = m->now->lines.line[n].text;

		if (strstr(text, "pam_env.so") == NULL ||
		    strstr(text, "user_readenv=1") == NULL)
			continue;
		lines_place(&m->now->lines, n, place, sizeof place);
		found(r, SEVERITY_WARNING, "",
		    "take user_readenv=1 out of that line",
		    "%s: PAM reads ~/.pam_environment, whose variables shells "
		    "obey before the gate runs, where the drop-in does not "
		    "set them",
		    place);
	}
	return m->now->lines.count > 0;
}

/* ---- systemd ---- */

#define UNIT "otpgated.service"

/* Another file in the place of the unit. */
static void
check_unit_file(struct report *r, const struct lines *shipped, const char *path)
{
	static const char mend[] =
	    "take that file away, or make it the same again, then: systemctl "
	    "daemon-reload; systemctl restart otpgated";
	struct lines l = {.count = 0};
	struct difference d;

	lines_add(&l, path, lines_of_shipped, 0);
	if (l.failed[0] != '\0')
		found(r, SEVERITY_ERROR, "", mend,
		    "%s is in the place of the unit that is installed, and "
		    "cannot be read",
		    path);
	else if (l.sources > 0 &&
	    !shipped_compare(&d, &l, (const size_t[]){0, l.count}, shipped)) {
		char line[SHOWN_LINE_MAX] = "nothing more";

		if (d.line != NO_LINE)
			(void)text_escape_utf8(
			    line, sizeof line, l.line[d.line].text);
		found(r, SEVERITY_ERROR, "", mend,
		    "%s has: %s -- shipped is: %s", path, line,
		    d.shipped == NULL ? "nothing more" : d.shipped);
	}
	lines_free(&l);
}

/* The line that is shipped with the key of text, or NULL. */
static const char *
shipped_key(const struct lines *shipped, const char *text)
{
	size_t length = strcspn(text, "= \t");

	for (size_t n = 0; n < shipped->count; n++) {
		const char *other = shipped->line[n].text;

		if (other[0] != '[' && strcspn(other, "= \t") == length &&
		    strncmp(other, text, length) == 0)
			return other;
	}
	return NULL;
}

/* What is put beside the unit may set more, but nothing that it sets. */
static void
check_unit_drop_in(
    struct report *r, const struct lines *shipped, const char *path)
{
	struct lines l = {.count = 0};
	char line[SHOWN_LINE_MAX], place[PLACE_MAX];

	lines_add(&l, path, lines_of_shipped, 0);
	for (size_t n = 0; n < l.count; n++) {
		const char *other = shipped_key(shipped, l.line[n].text);

		if (other == NULL)
			continue;
		lines_place(&l, n, place, sizeof place);
		found(r, SEVERITY_ERROR, "",
		    "take that line out, then: systemctl daemon-reload; "
		    "systemctl restart otpgated",
		    "%s has: %s -- shipped is: %s", place,
		    text_escape_utf8(line, sizeof line, l.line[n].text), other);
	}
	lines_free(&l);
}

bool
check_unit(const struct machine *m, struct report *r)
{
	static const char *const places[] = {
	    "/etc/systemd/system/", "/run/systemd/system/"};
	struct lines shipped = {.count = 0};
	char path[256];
	bool looked;

	(void)m;
	lines_add(&shipped, PATH_UNIT, lines_of_shipped, 0);
	for (size_t i = 0; i < COUNT(places) && shipped.count > 0; i++) {
		glob_t hits;

		(void)text_print(path, sizeof path, "%s" UNIT, places[i]);
		check_unit_file(r, &shipped, path);
		(void)text_print(
		    path, sizeof path, "%s" UNIT ".d/*.conf", places[i]);
		if (glob(path, 0, NULL, &hits) != 0)
			continue;
		for (size_t k = 0; k < hits.gl_pathc; k++)
			check_unit_drop_in(r, &shipped, hits.gl_pathv[k]);
		globfree(&hits);
	}
	looked = shipped.count > 0;
	lines_free(&shipped);
	return looked;
}
