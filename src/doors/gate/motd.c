#include "doors/gate/motd.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utmpx.h>

#include "base/text.h"

#define WTMP "/var/log/wtmp"
#define WTMP_LOOK 32768 /* entries from the end that are looked at */

/* ---- the message of the day ---- */

static bool
show_file(int terminal, const char *path)
{
	char part[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	while ((n = read(fd, part, sizeof part)) > 0)
		if (write(terminal, part, (size_t)n) != n)
			break;
	(void)close(fd);
	return true;
}

static int
is_file(const struct dirent *d)
{
	return d->d_type == DT_REG || d->d_type == DT_LNK;
}

/* True when one of the first count of directories has a file of that name. */
static bool
shown_before(const char *const directories[], size_t count, const char *name)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < count; i++)
		if (text_print(path, sizeof path, "%s/%s", directories[i],
			name) == OK &&
		    access(path, F_OK) == 0)
			return true;
	return false;
}

/* The files of one directory, less those that an earlier one overrides. */
static void
show_directory(int terminal, const char *const directories[], size_t which)
{
	struct dirent **found;
	char path[PATH_MAX];
	int count = scandir(directories[which], &found, is_file, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = found[i]->d_name;

		if (!shown_before(directories, which, name) &&
		    text_print(path, sizeof path, "%s/%s", directories[which],
			name) == OK)
			(void)show_file(terminal, path);
		free(found[i]);
	}
	if (count >= 0)
		free(found);
}

static void
show_motd(int terminal)
{
	static const char *const files[] = {
	    "/etc/motd", "/run/motd", "/usr/lib/motd"};
	static const char *const directories[] = {
	    "/etc/motd.d", "/run/motd.d", "/usr/lib/motd.d"};

	(void)show_file(terminal, "/run/motd.dynamic");
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (show_file(terminal, files[i]))
			break;
	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
		show_directory(terminal, directories, i);
}

static bool
hushed(const struct user *user)
{
	char path[PATH_MAX];
	struct stat st;

	return text_print(path, sizeof path, "%s/.hushlogin", user->home) ==
	    OK &&
	    stat(path, &st) == 0;
}

/* ---- the last login ---- */

/*
 * True for a login of name.  Programs that merely open a terminal window
 * leave entries too: they have a host, but no address.
 */
static bool
is_login(const struct utmpx *u, const char *name)
{
	static const int32_t none[4];

	return u->ut_type == USER_PROCESS &&
	    strncmp(u->ut_user, name, sizeof u->ut_user) == 0 &&
	    (u->ut_host[0] == '\0' ||
		memcmp(u->ut_addr_v6, none, sizeof none) != 0);
}

static void
take(struct last_login *out, const struct utmpx *u)
{
	char host[sizeof u->ut_host + 1];

	memcpy(host, u->ut_host, sizeof u->ut_host);
	host[sizeof u->ut_host] = '\0';
	(void)text_escape(out->from, sizeof out->from, host);
	out->time = u->ut_tv.tv_sec;
}

/* From the end on: the newest on line is the present one, and is left out. */
static bool
search(struct last_login *out, int fd, off_t entries, const char *name,
    const char *line)
{
	const off_t size = (off_t)sizeof(struct utmpx);
	bool present = false;
	struct utmpx u;

	for (off_t i = entries; i > 0 && entries - i < WTMP_LOOK; i--) {
		if (pread(fd, &u, sizeof u, (i - 1) * size) != size)
			return false;
		if (!is_login(&u, name))
			continue;
		if (!present &&
		    strncmp(u.ut_line, line, sizeof u.ut_line) == 0) {
			present = true;
			continue;
		}
		take(out, &u);
		return true;
	}
	return false;
}

bool
last_login_find(struct last_login *out, const char *path, const char *name,
    const char *line)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool found = false;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		found = search(out, fd,
		    st.st_size / (off_t)sizeof(struct utmpx), name, line);
	(void)close(fd);
	return found;
}

static void
show_last_login(const struct facts *facts)
{
	struct last_login last;
	const char *line = ttyname(STDIN_FILENO);
	char when[64];
	struct tm broken;
	time_t time;

	if (line == NULL)
		return;
	if (text_starts(line, "/dev/"))
		line += strlen("/dev/");
	if (!last_login_find(&last, WTMP, facts->user.name, line))
		return;
	time = (time_t)last.time;
	if (localtime_r(&time, &broken) == NULL ||
	    strftime(when, sizeof when, "%a %b %e %H:%M:%S %Y", &broken) == 0)
		return;
	(void)dprintf(facts->terminal, "Last login: %s%s%s\r\n", when,
	    last.from[0] == '\0' ? "" : " from ", last.from);
}

void
motd_show(const struct facts *facts)
{
	if (hushed(&facts->user))
		return;
	show_motd(facts->terminal);
	show_last_login(facts);
}
