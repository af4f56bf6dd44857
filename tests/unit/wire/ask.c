/* The doors' half, against another process that answers as it pleases. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/local_socket.h"
#include "wire/ask.h"

static struct ask ask;
static pid_t child;

/* A child at the other end, which answers the first request with bytes. */
static void
answer_with(const void *bytes, size_t size)
{
	uint8_t request[WIRE_REQUEST_MAX];
	int pair[2];
	size_t got;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		(void)close(pair[0]);
		if (socket_wait(pair[1], clock_milliseconds() + 5000, -1) ==
			OK &&
		    socket_receive(pair[1], request, sizeof request, &got) ==
			OK &&
		    size > 0)
			(void)socket_send(pair[1], bytes, size);
		_exit(0);
	}
	(void)close(pair[1]);
	ask.fd = pair[0];
}

static void
end_child(void)
{
	ask_close(&ask);
	if (child > 0)
		(void)waitpid(child, NULL, 0);
}

TestSuite(wire_ask, .fini = end_child, .timeout = 60);

/* What ask_reload() makes of the bytes. */
static enum error
ask_once(enum status *status, struct wire_reload_reply *a)
{
	const struct wire_reload_request q = {0};

	return ask_reload(&ask, &q, a, status);
}

Test(wire_ask, a_whole_reply_is_taken)
{
	const uint8_t bytes[] = {
	    WIRE_VERSION, VERB_reload, STATUS_OK, 0, 2, 'n', 'o'};
	struct wire_reload_reply a;
	enum status status;

	answer_with(bytes, sizeof bytes);
	cr_expect_eq(ask_once(&status, &a), OK);
	cr_expect_eq(status, STATUS_OK);
	cr_expect_str_eq(a.complaint, "no");
}

Test(wire_ask, a_refusal_has_no_message)
{
	const uint8_t bytes[] = {WIRE_VERSION, VERB_reload, STATUS_NOT_ALLOWED};
	struct wire_reload_reply a;
	enum status status;

	answer_with(bytes, sizeof bytes);
	cr_expect_eq(ask_once(&status, &a), OK);
	cr_expect_eq(status, STATUS_NOT_ALLOWED);
	cr_expect_str_eq(a.complaint, "");
}

Test(wire_ask, every_cut_and_every_byte_more_is_refused)
{
	const uint8_t bytes[] = {
	    WIRE_VERSION, VERB_reload, STATUS_OK, 0, 2, 'n', 'o', 0};

	for (size_t size = 1; size <= sizeof bytes; size++) {
		struct wire_reload_reply a;
		enum status status = STATUS_OK;

		if (size == sizeof bytes - 1)
			continue; /* that one is whole */
		answer_with(bytes, size);
		cr_expect_neq(ask_once(&status, &a), OK, "%zu bytes", size);
		cr_expect_eq(status, STATUS_REFUSED, "%zu bytes", size);
		end_child();
	}
}

Test(wire_ask, the_end_of_the_other_side_is_a_refusal)
{
	struct wire_reload_reply a;
	enum status status = STATUS_OK;

	answer_with(NULL, 0);
	cr_expect_eq(ask_once(&status, &a), ERR_CLOSED);
	cr_expect_eq(status, STATUS_REFUSED);
}

/* Whoever the answer is for has gone, and the other side says nothing. */
Test(wire_ask, the_end_of_the_client_is_a_refusal)
{
	struct wire_reload_reply a;
	enum status status = STATUS_OK;
	int pair[2], left[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	cr_assert_eq(pipe(left), 0);
	(void)close(left[0]);
	ask = (struct ask){.fd = pair[0], .client = &left[1]};
	cr_expect_eq(ask_once(&status, &a), ERR_INTERRUPTED);
	cr_expect_eq(status, STATUS_REFUSED);
	(void)close(left[1]);
	(void)close(pair[1]);
}

Test(wire_ask, nobody_there_is_told_from_every_other_trouble)
{
	char long_path[300];
	struct ask a;

	memset(long_path, 'x', sizeof long_path - 1);
	long_path[sizeof long_path - 1] = '\0';
	cr_expect_eq(ask_open(&a, "/nonexistent/otpgated.sock"), ERR_DOWN);
	cr_expect_eq(ask_open(&a, long_path), ERR_LONG);
	cr_expect_eq(a.fd, -1);
	ask.fd = -1;
}
