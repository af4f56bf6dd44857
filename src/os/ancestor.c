#include "os/ancestor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/text.h"

#define PID_LAST 4194304 /* of Linux: proc(5), pid_max */
#define DEPTH 16	 /* processes that are looked at on the way up */
#define SSHDS 2		 /* of them, called sshd */
#define FILE_MAX 4096	 /* bytes of a file that are looked at */
#define START_FIELD 22	 /* of /proc/PID/stat */
#define COMMAND_FIELD 2	 /* of the same: a name, which can hold anything */

/* What proc(5) says of a process. */
struct process {
	pid_t pid;
	pid_t parent;
	bool roots;   /* all of its uids are 0 */
	bool sshd;    /* it is called so */
	bool session; /* it is called as only connections are */
};

/* The start of a file of pid's, terminated; false when it cannot be read. */
static bool
read_file(
    const char *proc, pid_t pid, const char *name, char out[static FILE_MAX])
{
	char path[256];
	ssize_t got;
	int fd;

	out[0] = '\0';
	if (snprintf(path, sizeof path, "%s/%ld/%s", proc, (long)pid, name) >=
	    (int)sizeof path)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, out, FILE_MAX - 1);
	out[got > 0 ? got : 0] = '\0';
	(void)close(fd);
	return got > 0;
}

/* What stands behind "name:" and blanks; "" where there is no such line. */
static const char *
field(const char *status, const char *name)
{
	size_t length = strlen(name);

	while (*status != '\0') {
		if (strncmp(status, name, length) == 0 &&
		    status[length] == ':') {
			status += length + 1;
			return status + strspn(status, " \t");
		}
		status += strcspn(status, "\n");
		status += *status == '\n';
	}
	return "";
}

/* The digits that text begins with, as a number from 1 to max; else 0. */
static uint64_t
number(const char *text, uint64_t max)
{
	char digits[24];
	size_t length = strspn(text, "0123456789");
	uint64_t value;

	if (text_print(digits, sizeof digits, "%.*s", (int)length, text) !=
		OK ||
	    text_number(digits, 1, max, &value) != OK)
		return 0;
	return value;
}

static bool
is_called(const char *from, const char *end, const char *name)
{
	size_t length = strlen(name);

	return end - from == (ptrdiff_t)length &&
	    memcmp(from, name, length) == 0;
}

/* "Uid: 0 0 0 0": real, effective, saved, of the file system. */
static bool
is_root(const char *status)
{
	const char *at = field(status, "Uid");

	for (int i = 0; i < 4; i++) {
		if (*at != '0' || (at[1] != '\t' && at[1] != '\n'))
			return false;
		at += 2;
	}
	return true;
}

/*
 * By "stat" first: "status" lists the groups of a process, of which a user can
 * have 65,536, and each of his logins would make us read that list.
 */
static bool
look_at(const char *proc, pid_t pid, struct process *out)
{
	char text[FILE_MAX];
	const char *name, *end;

	memset(out, 0, sizeof *out);
	if (!read_file(proc, pid, "stat", text) ||
	    (name = strchr(text, '(')) == NULL ||
	    (end = strrchr(text, ')')) == NULL || strlen(end) < 5)
		return false;
	out->pid = pid;
	/* ") S 1 ": its state, then its parent */
	out->parent = (pid_t)number(end + 4, PID_LAST);
	out->session = is_called(name + 1, end, "sshd-session");
	out->sshd = out->session || is_called(name + 1, end, "sshd");
	if (!out->sshd)
		return true;
	if (!read_file(proc, pid, "status", text))
		return false;
	out->roots = is_root(text);
	return true;
}

/*
 * Below a listener stands a connection, unless it is a listener itself that was
 * started from a session.  One that some other program accepted (inetd,
 * systemd's socket) has no listener above it, and tells by its title.
 */
static bool
serves_one(const char *proc, const struct process *p)
{
	char title[FILE_MAX];
	struct process above;

	if (p->session)
		return true;
	if (!read_file(proc, p->pid, "cmdline", title) ||
	    strstr(title, "[listener]") != NULL)
		return false;
	if (p->parent > 1 && look_at(proc, p->parent, &above) && above.roots &&
	    above.sshd)
		return true;
	return strncmp(title, "sshd: ", 6) == 0;
}

static enum error
read_start(const char *proc, pid_t pid, uint64_t *out)
{
	char stat[FILE_MAX];
	const char *at;

	if (!read_file(proc, pid, "stat", stat) ||
	    (at = strrchr(stat, ')')) == NULL)
		return ERR_ABSENT;
	for (int i = COMMAND_FIELD; i < START_FIELD; i++)
		if ((at = strchr(at + 1, ' ')) == NULL)
			return ERR_ABSENT;
	*out = number(at + 1, UINT64_MAX);
	return *out == 0 ? ERR_ABSENT : OK;
}

/*
 * PAM's dialogue runs in a child of the connection's sshd that is root's, too,
 * and is called sshd: only its title tells it from a connection's.
 */
static struct process
connection_of(const char *proc, struct process p)
{
	char title[FILE_MAX];
	struct process above;

	if (read_file(proc, p.pid, "cmdline", title) &&
	    strncmp(title, "sshd", 4) == 0 && strstr(title, "[pam]") != NULL &&
	    p.parent > 1 && look_at(proc, p.parent, &above) && above.roots &&
	    above.sshd && serves_one(proc, &above))
		return above;
	return p;
}

enum error
ancestor_sshd(const char *proc, pid_t pid, struct ancestor *out)
{
	struct process p;
	int sshds = 0;

	memset(out, 0, sizeof *out);
	for (int i = 0; i < DEPTH && pid > 1; i++, pid = p.parent) {
		if (!look_at(proc, pid, &p))
			return ERR_ABSENT;
		sshds += p.sshd;
		if (sshds > SSHDS)
			return ERR_ABSENT;
		if (!p.roots)
			continue;
		if (!serves_one(proc, &p))
			return ERR_ABSENT;
		p = connection_of(proc, p);
		if (read_start(proc, p.pid, &out->start) != OK)
			return ERR_ABSENT;
		out->pid = p.pid;
		return OK;
	}
	return ERR_ABSENT;
}

enum error
ancestor_hold(const char *proc, const struct ancestor *a, int *fd)
{
	uint64_t start;

	*fd = pidfd_open(a->pid, 0);
	if (*fd < 0)
		return errno == ESRCH ? ERR_ABSENT : ERR_SYSTEM;
	/* Read once it is held: the number can have changed hands before. */
	if (read_start(proc, a->pid, &start) == OK && start == a->start)
		return OK;
	(void)close(*fd);
	*fd = -1;
	return ERR_ABSENT;
}
