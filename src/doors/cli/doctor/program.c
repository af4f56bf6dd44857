#include "doors/cli/doctor/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"

#define NOT_STARTED 127

static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
static char locale[] = "LC_ALL=C";
static char *const environment[] = {path, locale, NULL};

/* The parent's ends. */
struct ends {
	int out, err;
};

/* In the child. */
static _Noreturn void
start(char *const *words, int out, int err)
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (in >= 0 && dup2(in, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0)
		(void)execve(words[0], words, environment);
	_exit(NOT_STARTED);
}

static pid_t
spawn(char *const *words, struct ends *ends)
{
	int out[2], err[2];
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC) != 0)
		return -1;
	if (pipe2(err, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			start(words, out[1], err[1]);
		(void)close(err[1]);
		ends->err = err[0];
		if (pid < 0)
			(void)close(err[0]);
	}
	(void)close(out[1]);
	ends->out = out[0];
	if (pid < 0)
		(void)close(out[0]);
	return pid;
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Reads what is there of standard output; false when it is too much. */
static bool
take_output(struct program *p, int *fd)
{
	size_t room = sizeof p->output - p->size;
	ssize_t n = read(*fd, p->output + p->size, room);

	if (n <= 0)
		close_end(fd);
	else
		p->size += (size_t)n;
	return n <= 0 || p->size < sizeof p->output;
}

/* Keeps the begin of standard error, and reads the rest of it. */
static void
take_complaint(struct program *p, int *fd)
{
	size_t used = strlen(p->complaint);
	char bytes[256];
	ssize_t n = read(*fd, bytes, sizeof bytes);

	if (n <= 0)
		close_end(fd);
	for (ssize_t i = 0; i < n && used + 1 < sizeof p->complaint; i++)
		if (bytes[i] != '\0')
			p->complaint[used++] = bytes[i];
	p->complaint[used] = '\0';
}

static enum error
drain(struct program *p, struct ends *ends)
{
	int64_t end = clock_milliseconds() + PROGRAM_TIMEOUT;

	while (ends->out >= 0 || ends->err >= 0) {
		struct pollfd fds[2] = {{.fd = ends->out, .events = POLLIN},
		    {.fd = ends->err, .events = POLLIN}};
		int64_t left = end - clock_milliseconds();

		if (left <= 0)
			return ERR_TIMEOUT;
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			return ERR_SYSTEM;
		if (fds[0].revents != 0 && !take_output(p, &ends->out))
			return ERR_LONG;
		if (fds[1].revents != 0)
			take_complaint(p, &ends->err);
	}
	return OK;
}

static enum error
reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ERR_SYSTEM;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
		return ERR_ABSENT;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : ERR_REFUSED;
}

enum error
program_run(struct program *p, char *const *words)
{
	struct ends ends = {-1, -1};
	enum error e, end;
	pid_t pid;

	p->size = 0;
	p->complaint[0] = '\0';
	if ((pid = spawn(words, &ends)) < 0)
		return ERR_SYSTEM;
	e = drain(p, &ends);
	close_end(&ends.out);
	close_end(&ends.err);
	if (e != OK)
		(void)kill(pid, SIGKILL);
	end = reap(pid);
	return e == OK ? end : e;
}
