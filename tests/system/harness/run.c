#include "run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The three streams of a child, the parent's ends. */
struct streams {
	int in, out, err;
};

int64_t
run_clock(void)
{
	struct timespec now;

	cr_assert_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In the child.  uid 0 is left as it is. */
static _Noreturn void
start(uid_t uid, const char *const argv[], const int fds[3])
{
	union {
		const char *const *given;
		char *const *wanted; /* execvp(3) changes nothing of them */
	} args = {.given = argv};
	int i;

	for (i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			_exit(126);
	if (uid != 0 &&
	    (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 ||
		setresuid(uid, uid, uid) != 0))
		_exit(126);
	execvp(argv[0], args.wanted);
	_exit(127);
}

static pid_t
spawn(uid_t uid, const char *const argv[], struct streams *s)
{
	int in[2], out[2], err[2];
	pid_t pid;

	cr_assert_eq(pipe2(in, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(out, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(err, O_CLOEXEC), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0)
		start(uid, argv, (int[3]){in[0], out[1], err[1]});
	close(in[0]);
	close(out[1]);
	close(err[1]);
	*s = (struct streams){in[1], out[0], err[0]};
	cr_assert_eq(fcntl(s->in, F_SETFL, O_NONBLOCK), 0);
	return pid;
}

static void
close_stream(int *fd)
{
	close(*fd);
	*fd = -1;
}

/* Writes more of the input; closes the stream behind the last of it. */
static void
feed(int *fd, const char **input)
{
	size_t left = strlen(*input);
	ssize_t n = left == 0 ? 0 : write(*fd, *input, left);

	if (n < 0 && errno == EAGAIN)
		return;
	*input += n > 0 ? n : 0;
	if (n < 0 || **input == '\0')
		close_stream(fd);
}

static void
drain(struct streams *s, const char *input, struct result *r)
{
	int64_t end = run_clock() + DEADLINE;

	while (s->out >= 0 || s->err >= 0) {
		struct pollfd p[3] = {{.fd = s->out, .events = POLLIN},
		    {.fd = s->err, .events = POLLIN},
		    {.fd = s->in, .events = POLLOUT}};

		cr_assert_lt(run_clock(), end, "no end; so far: %s%s",
		    r->out->bytes, r->err->bytes);
		cr_assert(poll(p, 3, 1000) >= 0 || errno == EINTR);
		if (p[0].revents != 0 && text_read(r->out, s->out) <= 0)
			close_stream(&s->out);
		if (p[1].revents != 0 && text_read(r->err, s->err) <= 0)
			close_stream(&s->err);
		if (p[2].revents != 0)
			feed(&s->in, &input);
	}
	if (s->in >= 0)
		close_stream(&s->in);
}

struct result
run_as(uid_t uid, const char *const argv[], const char *input)
{
	struct result r = {.out = text_new(), .err = text_new()};
	struct streams s;
	pid_t pid;

	cr_assert_neq(signal(SIGPIPE, SIG_IGN), SIG_ERR);
	pid = spawn(uid, argv, &s);
	drain(&s, input == NULL ? "" : input, &r);
	r.status = run_wait(pid);
	return r;
}

struct result
run_input(const char *const argv[], const char *input)
{
	return run_as(0, argv, input);
}

struct result
run(const char *const argv[])
{
	return run_as(0, argv, NULL);
}

const char *
run_fine(const char *const argv[])
{
	struct result r = run(argv);

	cr_assert_eq(r.status, 0, "%s %s: status %d\n%s%s", argv[0],
	    argv[1] == NULL ? "" : argv[1], r.status, r.out->bytes,
	    r.err->bytes);
	return r.out->bytes;
}

int
run_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		cr_assert_eq(errno, EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
run_await_death(pid_t pid)
{
	struct pollfd p = {.events = POLLIN};

	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p.fd < 0 && errno == ESRCH)
		return;
	cr_assert_geq(p.fd, 0);
	cr_assert_eq(poll(&p, 1, DEADLINE), 1, "process %d does not end", pid);
	close(p.fd);
}
