#include "machine.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "armed.h"
#include "run.h"
#include "text.h"

#define LOG MACHINE_RUN "/log"

void
machine_put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	size_t size = strlen(text);

	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(write(fd, text, size), (ssize_t)size);
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
}

const char *
machine_get(const char *path)
{
	struct text *t = text_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	while (text_read(t, fd) > 0)
		;
	close(fd);
	return t->bytes;
}

/* ---- the log ---- */

long
machine_log_mark(void)
{
	struct stat st;

	cr_assert_eq(stat(LOG, &st), 0);
	return (long)st.st_size;
}

const char *
machine_log_since(long from)
{
	return machine_get(LOG) + from;
}

/* The first whole line from *at on that has both, or NULL; *at behind it. */
static const char *
find_line(const char *text, size_t *at, const char *one, const char *other)
{
	size_t size;

	for (; text[*at + (size = strcspn(text + *at, "\n"))] == '\n';
	     *at += size + 1) {
		const char *line = text + *at;

		if (memmem(line, size, one, strlen(one)) != NULL &&
		    memmem(line, size, other, strlen(other)) != NULL)
			return text_format("%.*s", (int)size, line);
	}
	return NULL;
}

const char *
machine_log_await(long from, const char *one, const char *other)
{
	int64_t end = run_clock() + DEADLINE;
	struct pollfd p = {.events = POLLIN};
	int log = open(LOG, O_RDONLY | O_CLOEXEC);
	struct text *t = text_new();
	const char *line;
	size_t at = 0;

	p.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	cr_assert_geq(inotify_add_watch(p.fd, LOG, IN_MODIFY), 0);
	cr_assert_eq(lseek(log, from, SEEK_SET), from);
	while ((line = find_line(t->bytes, &at, one, other)) == NULL) {
		cr_assert_lt(run_clock(), end,
		    "no \"%s\", \"%s\" in %zu bytes of log", one, other,
		    t->size);
		if (text_read(t, log) > 0)
			continue;
		cr_assert_geq(poll(&p, 1, 1000), 0);
		while (text_read(text_new(), p.fd) > 0)
			;
	}
	close(p.fd);
	close(log);
	return line;
}

/* ---- otpgated ---- */

void
machine_enable(void)
{
	/* what another program left would be looked at */
	armed_only();
	run_fine(COMMAND("otpgate", "policy", "set", "window",
	    text_format("%d", MACHINE_WINDOW)));
	run_fine(COMMAND("otpgate", "enable", "ssh"));
	run_fine(COMMAND("otpgate", "enable"));
}

void
machine_daemon_start(const char *const wrapper[])
{
	const char *argv[32] = {TESTBED, "daemon"};
	size_t i;

	for (i = 0; wrapper[i] != NULL && i < 29; i++)
		argv[2 + i] = wrapper[i];
	run_fine(argv);
}

void
machine_daemon_stop(const char *signal)
{
	run_fine(COMMAND(TESTBED, "daemon_stop", signal));
}

pid_t
machine_daemon_pid(void)
{
	return (pid_t)atoi(machine_get(MACHINE_RUN "/otpgated.pid"));
}
