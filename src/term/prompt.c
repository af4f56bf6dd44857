/*
 * Signals are blocked while the question stands and read from a descriptor:
 * what can end the wait is then one set of descriptors and one clock, and the
 * way out, which restores the terminal, is one.
 */
#include "term/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "os/clock.h"

#define LINE_LIMIT 131072 /* bytes after which a line is no answer */

/* What to wait for. */
enum { INPUT, WATCH, SIGNAL, OUTPUT, WAITS };

/* A question while it stands. */
struct question {
	const struct prompt *prompt;
	int input;
	int output;
	int signals;	      /* signalfd(2) */
	sigset_t blocked;     /* the mask to return to */
	bool changed;	      /* the terminal's mode is ours */
	struct termios saved; /* the mode to return to */
};

int
prompt_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/*
 * SIGTTOU is blocked so that the mode can be restored from the background,
 * and never waited for.
 */
static enum error
take_signals(struct question *q)
{
	static const int wanted[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP};
	sigset_t waited, blocked;

	(void)sigemptyset(&waited);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		(void)sigaddset(&waited, wanted[i]);
	blocked = waited;
	(void)sigaddset(&blocked, SIGTTOU);
	q->signals = signalfd(-1, &waited, SFD_CLOEXEC | SFD_NONBLOCK);
	if (q->signals < 0)
		return ERR_SYSTEM;
	return sigprocmask(SIG_BLOCK, &blocked, &q->blocked) == 0 ? OK
								  : ERR_SYSTEM;
}

/* TCSANOW and never TCSAFLUSH: what was typed ahead is the answer. */
static enum error
take_terminal(struct question *q)
{
	struct termios quiet;

	if (q->prompt->terminal < 0 || q->prompt->echo)
		return OK;
	if (tcgetattr(q->prompt->terminal, &q->saved) != 0)
		return errno == EIO ? ERR_CLOSED : ERR_SYSTEM;
	quiet = q->saved;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	if (tcsetattr(q->prompt->terminal, TCSANOW, &quiet) != 0)
		return errno == EIO ? ERR_CLOSED : ERR_SYSTEM;
	q->changed = true;
	return OK;
}

/* Nothing can be done where a terminal that is gone does not take it. */
static void
give_back(struct question *q)
{
	if (q->changed)
		(void)tcsetattr(q->prompt->terminal, TCSANOW, &q->saved);
	if (q->signals >= 0) {
		(void)close(q->signals);
		(void)sigprocmask(SIG_SETMASK, &q->blocked, NULL);
	}
}

static enum error
put(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_CLOSED;
		text += n;
		left -= (size_t)n;
	}
	return OK;
}

/* Which signal came; zero when none did after all. */
static int
signal_taken(struct question *q)
{
	struct signalfd_siginfo info;

	if (read(q->signals, &info, sizeof info) != (ssize_t)sizeof info)
		return 0;
	return (int)info.ssi_signo;
}

/* Milliseconds until the deadline, as poll(2) takes them. */
static int
time_left(const struct prompt *p)
{
	int64_t left = p->deadline - clock_milliseconds();

	return left <= 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

/*
 * Waits until there is a byte to read, but never past the deadline: input that
 * never ends is no answer.  Where the question stands on standard error, the
 * end of that is the end of whoever could have answered.
 */
static enum error
await(struct question *q, int *signal)
{
	struct pollfd p[WAITS] = {
	    [INPUT] = {.fd = q->input, .events = POLLIN},
	    [WATCH] = {.fd = q->prompt->watch, .events = POLLIN},
	    [SIGNAL] = {.fd = q->signals, .events = POLLIN},
	    [OUTPUT] = {.fd = q->prompt->terminal < 0 ? q->output : -1},
	};
	int left;

	while ((left = time_left(q->prompt)) > 0) {
		int n = poll(p, WAITS, left);

		if (n < 0 && errno != EINTR)
			return ERR_SYSTEM;
		if (n <= 0)
			continue;
		if (p[SIGNAL].revents != 0 && (*signal = signal_taken(q)) != 0)
			return ERR_INTERRUPTED;
		if (p[WATCH].revents != 0)
			return ERR_DOWN;
		if (p[OUTPUT].revents != 0)
			return ERR_CLOSED;
		if (p[INPUT].revents != 0)
			return OK;
	}
	return ERR_TIMEOUT;
}

/* One byte: OK, or ERR_CLOSED at the end of file and of the terminal. */
static enum error
get(int fd, char *out)
{
	ssize_t n;

	do
		n = read(fd, out, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? OK : ERR_CLOSED;
}

/* Reads to the line's end; input that has none ends the question. */
static enum error
read_line(struct question *q, char *out, size_t size, int *signal)
{
	enum error e = ERR_UNSET, flaw = OK;
	size_t used = 0, seen = 0;
	char c = '\0';

	for (;;) {
		if (seen++ == LINE_LIMIT) {
			e = ERR_CLOSED;
			break;
		}
		if ((e = await(q, signal)) != OK ||
		    (e = get(q->input, &c)) != OK)
			break;
		if (c == '\n' || c == '\r')
			break;
		if (c == '\0' && flaw == OK)
			flaw = ERR_FORMAT;
		if (used + 1 >= size)
			flaw = ERR_LONG;
		else
			out[used++] = c;
	}
	out[used] = '\0';
	explicit_bzero(&c, sizeof c);
	return e == OK ? flaw : e;
}

/* Asks once; a stop (^Z) shows as ERR_INTERRUPTED with SIGTSTP. */
static enum error
ask_once(const struct prompt *p, const char *text, char *out, size_t size,
    int *signal)
{
	struct question q = {.prompt = p,
	    .input = p->terminal >= 0 ? p->terminal : STDIN_FILENO,
	    .output = p->terminal >= 0 ? p->terminal : STDERR_FILENO,
	    .signals = -1};
	enum error e = ERR_UNSET;

	if ((e = take_signals(&q)) == OK && (e = take_terminal(&q)) == OK &&
	    (e = put(q.output, text)) == OK)
		e = read_line(&q, out, size, signal);
	if (q.changed)
		(void)put(q.output, "\n");
	give_back(&q);
	return e;
}

enum error
prompt_line(const struct prompt *p, const char *question, char *out,
    size_t size, int *signal)
{
	enum error e = ERR_UNSET;

	for (;;) {
		*signal = 0;
		e = ask_once(p, question, out, size, signal);
		if (e != ERR_INTERRUPTED || *signal != SIGTSTP)
			break;
		/* Stops here, the terminal restored; then asks again. */
		(void)raise(SIGTSTP);
	}
	if (e != OK)
		explicit_bzero(out, size);
	return e;
}
