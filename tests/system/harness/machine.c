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

/* The first line of text that has both, or NULL. */
static const char *
find_line(const char *text, const char *one, const char *other)
{
	size_t size;

	for (; *text != '\0'; text += size + (text[size] == '\n')) {
		const char *line;

		size = strcspn(text, "\n");
		line = text_format("%.*s", (int)size, text);
		if (text_has(line, one) && text_has(line, other))
			return line;
	}
	return NULL;
}

const char *
machine_log_await(long from, const char *one, const char *other)
{
	struct pollfd p = {.events = POLLIN};
	int64_t end = run_clock() + DEADLINE;
	const char *line;
	char events[4096];

	p.fd = inotify_init1(IN_CLOEXEC);
	cr_assert_geq(inotify_add_watch(p.fd, LOG, IN_MODIFY), 0);
	while (
	    (line = find_line(machine_log_since(from), one, other)) == NULL) {
		cr_assert_lt(run_clock(), end, "no \"%s\", \"%s\" in:\n%s", one,
		    other, machine_log_since(from));
		if (poll(&p, 1, 1000) == 1)
			cr_assert_gt(read(p.fd, events, sizeof(events)), 0);
	}
	close(p.fd);
	return line;
}

/* ---- otpgated ---- */

void
machine_enable(void)
{
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
