#include "terminal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"

static _Noreturn void
start(const char *const argv[])
{
	union {
		const char *const *given;
		char *const *wanted; /* execvp(3) changes nothing of them */
	} args = {.given = argv};

	execvp(argv[0], args.wanted);
	_exit(127);
}

static void
start_in(struct terminal *t, struct window window, const char *const argv[])
{
	struct winsize size = {.ws_row = window.rows, .ws_col = window.columns};

	t->window = window;
	t->seen = text_new();
	t->at = 0;
	t->pid = forkpty(&t->fd, NULL, NULL, &size);
	cr_assert_geq(t->pid, 0);
	if (t->pid == 0)
		start(argv);
}

void
terminal_start(struct terminal *t, const char *const argv[])
{
	start_in(t, WINDOW_LARGE, argv);
}

static void
ssh_in(struct terminal *t, struct window window, const struct user *u, int port,
    const char *const words[])
{
	const char *argv[32] = {"ssh", "-p", text_format("%d", port), "-l",
	    u->name, "-F", "none", "-o", "IdentitiesOnly=yes"};
	size_t n = 9, i;

	if (u->key[0] != '\0') {
		argv[n++] = "-i";
		argv[n++] = u->key;
	}
	for (i = 0; words[i] != NULL && words[i][0] == '-'; i++)
		argv[n++] = words[i];
	argv[n++] = "127.0.0.1";
	for (; words[i] != NULL; i++)
		argv[n++] = words[i];
	start_in(t, window, argv);
	if (u->key[0] != '\0')
		return;
	terminal_await(t, "assword: ");
	terminal_type(t, u->password);
	terminal_type(t, "\n");
}

void
terminal_ssh(struct terminal *t, const struct user *u, int port,
    const char *const words[])
{
	ssh_in(t, WINDOW_LARGE, u, port, words);
}

void
terminal_ssh_in(struct terminal *t, struct window window, const struct user *u,
    const char *const words[])
{
	ssh_in(t, window, u, SSHD_GUARDED, words);
}

void
terminal_await(struct terminal *t, const char *text)
{
	int64_t end = run_clock() + DEADLINE;
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	const char *hit;

	while ((hit = strstr(t->seen->bytes + t->at, text)) == NULL) {
		cr_assert_lt(
		    run_clock(), end, "no \"%s\" in: %s", text, t->seen->bytes);
		if (poll(&p, 1, 1000) == 1)
			cr_assert_gt(text_read(t->seen, t->fd), 0,
			    "ended before \"%s\": %s", text, t->seen->bytes);
	}
	t->at = (size_t)(hit - t->seen->bytes) + strlen(text);
}

void
terminal_type(struct terminal *t, const char *text)
{
	size_t size = strlen(text);

	cr_assert_eq(write(t->fd, text, size), (ssize_t)size);
}

bool
terminal_echoes(const struct terminal *t)
{
	struct termios mode;

	cr_assert_eq(tcgetattr(t->fd, &mode), 0);
	return (mode.c_lflag & ECHO) != 0;
}

void
terminal_hang_up(struct terminal *t)
{
	close(t->fd);
	t->fd = -1;
}

int
terminal_finish(struct terminal *t)
{
	if (t->fd >= 0) {
		while (text_read(t->seen, t->fd) > 0)
			;
		close(t->fd);
	}
	return run_wait(t->pid);
}
