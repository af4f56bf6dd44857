/* How term/prompt.c asks, on a real terminal and without one. */
#include "term/prompt.h"

#include <criterion/criterion.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "os/clock.h"

#define QUESTION "Verification code: "
#define PATIENCE 20000 /* milliseconds that only a broken prompt takes */

struct answer {
	enum error e;
	int signal;
	char text[64];
};

/* The person's side of a question that another process asks. */
static int master = -1, slave = -1; /* the terminal */
static int input[2] = {-1, -1};	    /* standard input without one */
static int output[2] = {-1, -1};    /* standard error without one */
static int watch[2] = {-1, -1};
static int result[2] = {-1, -1};
static struct termios before;
static pid_t asker = -1;

static void
open_terminal(void)
{
	cr_assert_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
	cr_assert_eq(tcgetattr(slave, &before), 0);
}

static void
open_pipes(void)
{
	cr_assert_eq(pipe(input), 0);
	cr_assert_eq(pipe(output), 0);
}

static void
ask_and_report(struct prompt p)
{
	struct answer a = {ERR_UNSET, 0, "unwritten"};

	if (input[0] >= 0) {
		(void)dup2(input[0], STDIN_FILENO);
		(void)dup2(output[1], STDERR_FILENO);
		(void)close(input[1]);
		(void)close(output[0]);
		(void)close(output[1]);
	}
	(void)close(master);
	(void)close(watch[0]);
	a.e = prompt_line(&p, QUESTION, a.text, 16, &a.signal);
	if (write(result[1], &a, sizeof a) != (ssize_t)sizeof a)
		_exit(2);
	_exit(0);
}

/* Asks from a process of its own, in a group of its own. */
static void
ask(int64_t milliseconds)
{
	struct prompt p = {
	    .terminal = slave, .deadline = clock_milliseconds() + milliseconds};

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, watch), 0);
	cr_assert_eq(pipe(result), 0);
	p.watch = watch[1];
	asker = fork();
	cr_assert_geq(asker, 0);
	if (asker == 0) {
		(void)setpgid(0, 0);
		ask_and_report(p);
	}
	if (input[0] >= 0) {
		(void)close(input[0]);
		(void)close(output[1]);
	}
}

/* Waits until want has come from fd. */
static void
await_text(int fd, const char *want)
{
	char got[256] = "";
	size_t used = 0;

	while (strstr(got, want) == NULL) {
		cr_assert_lt(used, sizeof got - 1);
		cr_assert_eq(read(fd, got + used, 1), 1);
		got[++used] = '\0';
	}
}

static void
type(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, text, size);

		cr_assert_gt(n, 0);
		text += n;
		size -= (size_t)n;
	}
}

static struct answer
answer(void)
{
	struct answer a;

	cr_assert_eq(read(result[0], &a, sizeof a), (ssize_t)sizeof a);
	cr_assert_eq(waitpid(asker, NULL, 0), asker);
	return a;
}

static void
expect_answer(enum error e, const char *text)
{
	struct answer a = answer();

	cr_expect_eq(a.e, e, "%s", error_text(a.e));
	cr_expect_str_eq(a.text, text);
	cr_expect_eq(a.signal, 0);
}

static void
expect_mode_restored(void)
{
	struct termios now;

	cr_assert_eq(tcgetattr(slave, &now), 0);
	cr_expect_eq(now.c_lflag, before.c_lflag);
	cr_expect_eq(now.c_iflag, before.c_iflag);
}

static bool
echoes(void)
{
	struct termios now;

	cr_assert_eq(tcgetattr(slave, &now), 0);
	return (now.c_lflag & ECHO) != 0;
}

/* ---- on a terminal ---- */

Test(term_prompt, reads_a_line_that_is_not_shown)
{
	char shown[64];
	ssize_t n;

	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	cr_expect_not(echoes());
	type(master, "123456\n", 7);
	expect_answer(OK, "123456");
	n = read(master, shown, sizeof shown);
	cr_assert_eq(n, 2);
	cr_expect_arr_eq(shown, "\r\n", 2);
	expect_mode_restored();
}

Test(term_prompt, takes_what_was_typed_ahead)
{
	open_terminal();
	type(master, "123456\nls\n", 10);
	ask(PATIENCE);
	expect_answer(OK, "123456");
	await_text(slave, "ls\n");
}

Test(term_prompt, ends_at_its_deadline)
{
	open_terminal();
	ask(0);
	expect_answer(ERR_TIMEOUT, "");
	expect_mode_restored();
}

/* Somebody who types on and on must not keep the prompt open. */
Test(term_prompt, takes_nothing_after_its_deadline)
{
	open_terminal();
	type(master, "123456\n", 7);
	ask(0);
	expect_answer(ERR_TIMEOUT, "");
}

Test(term_prompt, ends_with_what_it_watches)
{
	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	cr_assert_eq(close(watch[1]), 0);
	cr_assert_eq(shutdown(watch[0], SHUT_RDWR), 0);
	expect_answer(ERR_DOWN, "");
	expect_mode_restored();
}

Test(term_prompt, ends_at_the_end_of_file)
{
	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	type(master, "\004", 1);
	expect_answer(ERR_CLOSED, "");
	expect_mode_restored();
}

Test(term_prompt, ends_when_the_terminal_goes)
{
	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	cr_assert_eq(close(master), 0);
	expect_answer(ERR_CLOSED, "");
}

Test(term_prompt, restores_the_terminal_at_a_signal_and_tells_it)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM};

	open_terminal();
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		struct answer a;

		ask(PATIENCE);
		await_text(master, QUESTION);
		cr_assert_eq(kill(asker, signals[i]), 0);
		a = answer();
		cr_expect_eq(a.e, ERR_INTERRUPTED);
		cr_expect_eq(a.signal, signals[i]);
		cr_expect_str_eq(a.text, "");
		expect_mode_restored();
	}
}

Test(term_prompt, stops_with_the_terminal_restored_and_asks_again)
{
	int status;

	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	cr_assert_eq(kill(asker, SIGTSTP), 0);
	cr_assert_eq(waitpid(asker, &status, WUNTRACED), asker);
	cr_assert(WIFSTOPPED(status));
	cr_expect(echoes());
	cr_assert_eq(kill(asker, SIGCONT), 0);
	await_text(master, QUESTION);
	cr_expect_not(echoes());
	type(master, "654321\n", 7);
	expect_answer(OK, "654321");
}

Test(term_prompt, reads_a_long_line_to_its_end)
{
	static char line[65536];

	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	memset(line, '1', sizeof line);
	type(master, line, sizeof line);
	type(master, "\nnext\n", 6);
	expect_answer(ERR_LONG, "");
}

Test(term_prompt, refuses_a_nul)
{
	open_terminal();
	ask(PATIENCE);
	await_text(master, QUESTION);
	type(master, "123456\0\n", 8);
	expect_answer(ERR_FORMAT, "");
}

Test(term_prompt, takes_fifteen_bytes_into_sixteen)
{
	open_terminal();
	ask(PATIENCE);
	type(master, "123456789012345\n", 16);
	expect_answer(OK, "123456789012345");
	ask(PATIENCE);
	type(master, "1234567890123456\n", 17);
	expect_answer(ERR_LONG, "");
}

/* ---- without one ---- */

Test(term_prompt, asks_on_standard_error_and_leaves_the_rest_unread)
{
	char rest[16];
	int twin;

	open_pipes();
	twin = dup(input[0]);
	ask(PATIENCE);
	await_text(output[0], QUESTION);
	type(input[1], "123456\nDATA", 11);
	expect_answer(OK, "123456");
	cr_assert_eq(read(twin, rest, sizeof rest), 4);
	cr_expect_arr_eq(rest, "DATA", 4);
}

Test(term_prompt, takes_a_carriage_return_for_the_end)
{
	open_pipes();
	ask(PATIENCE);
	type(input[1], "123456\r", 7);
	expect_answer(OK, "123456");
}

Test(term_prompt, ends_with_an_input_that_has_ended)
{
	open_pipes();
	ask(PATIENCE);
	type(input[1], "1234", 4);
	cr_assert_eq(close(input[1]), 0);
	expect_answer(ERR_CLOSED, "");
}

Test(term_prompt, ends_when_nobody_can_see_the_question)
{
	open_pipes();
	ask(PATIENCE);
	await_text(output[0], QUESTION);
	cr_assert_eq(close(output[0]), 0);
	expect_answer(ERR_CLOSED, "");
}

Test(term_prompt, reads_65536_bytes_of_a_pipe_to_their_end)
{
	static char line[65536];

	open_pipes();
	ask(PATIENCE);
	memset(line, '1', sizeof line);
	type(input[1], line, sizeof line);
	type(input[1], "\n", 1);
	expect_answer(ERR_LONG, "");
}

Test(term_prompt, gives_up_on_an_input_that_has_no_line)
{
	static char line[131072];

	open_pipes();
	ask(PATIENCE);
	memset(line, '1', sizeof line);
	type(input[1], line, sizeof line);
	expect_answer(ERR_CLOSED, "");
}
