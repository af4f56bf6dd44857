/* The refusal in the protocol of sftp, byte by byte. */
#include "doors/gate/sftp.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "os/clock.h"

#define LONG 600000 /* milliseconds that no test lives */
#define TEXT "a code is needed"

/* INIT of version 3; REALPATH "." as request 7. */
#define INIT "\0\0\0\5\1\0\0\0\3"
#define REALPATH "\0\0\0\12\20\0\0\0\7\0\0\0\1."
#define HELLO "\0\0\0\5\2\0\0\0\3"
#define STATUS_7 "\0\0\0\41\145\0\0\0\7\0\0\0\3\0\0\0\20" TEXT "\0\0\0\0"

static int in[2], out[2]; /* pipes: the client's ends are in[1] and out[0] */

static void
start(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(in), 0);
	cr_assert_eq(pipe(out), 0);
}

TestSuite(doors_gate_sftp, .init = start, .timeout = 60);

static void
send_bytes(const void *bytes, size_t size)
{
	cr_assert_eq(write(in[1], bytes, size), (ssize_t)size);
}

/* A literal without its NUL. */
#define SEND(bytes) send_bytes(bytes, sizeof(bytes) - 1)

static void
refuse(const char *text, int64_t milliseconds)
{
	sftp_refuse(in[0], out[1], text, clock_milliseconds() + milliseconds);
}

/* All that was answered until now is that, and nothing else. */
static void
expect_bytes(const void *bytes, size_t size)
{
	char got[8192];
	ssize_t n;

	(void)close(out[1]);
	n = read(out[0], got, sizeof got);
	cr_assert_eq(n, (ssize_t)size, "%zd bytes", n);
	cr_assert(memcmp(got, bytes, size) == 0);
}

#define EXPECT(bytes) expect_bytes(bytes, sizeof(bytes) - 1)

static void
refuse_to_the_end(void)
{
	(void)close(in[1]);
	refuse(TEXT, LONG);
}

Test(doors_gate_sftp, every_request_is_refused_under_its_id)
{
	SEND(INIT REALPATH "\0\0\0\5\23\1\2\3\4");
	refuse_to_the_end();
	EXPECT(HELLO STATUS_7 "\0\0\0\41\145\1\2\3\4\0\0\0\3\0\0\0\20" TEXT
			      "\0\0\0\0");
}

/* OpenSSH's own later versions, and the extensions of others. */
Test(doors_gate_sftp, what_follows_the_version_is_passed_over)
{
	SEND("\0\0\0\10\1\0\0\0\6abc" REALPATH);
	refuse_to_the_end();
	EXPECT(HELLO STATUS_7);
}

Test(doors_gate_sftp, a_long_request_is_passed_over)
{
	static char rest[32 * 1024];

	SEND(INIT "\0\0\200\5\6\0\0\0\1");
	send_bytes(rest, sizeof rest);
	SEND(REALPATH);
	refuse_to_the_end();
	EXPECT(HELLO "\0\0\0\41\145\0\0\0\1\0\0\0\3\0\0\0\20" TEXT
		     "\0\0\0\0" STATUS_7);
}

Test(doors_gate_sftp, nothing_is_said_before_the_client_speaks)
{
	refuse_to_the_end();
	EXPECT("");
}

Test(doors_gate_sftp, something_else_is_not_answered)
{
	SEND("ssh says hello\n");
	refuse_to_the_end();
	EXPECT("");
}

Test(doors_gate_sftp, a_request_before_init_is_not_answered)
{
	SEND(REALPATH);
	refuse_to_the_end();
	EXPECT("");
}

Test(doors_gate_sftp, a_second_init_ends_it)
{
	SEND(INIT INIT REALPATH);
	refuse_to_the_end();
	EXPECT(HELLO);
}

Test(doors_gate_sftp, a_packet_without_an_id_ends_it)
{
	SEND(INIT "\0\0\0\4\20\0\0\0\7" REALPATH);
	refuse(TEXT, LONG); /* the input has not ended */
	EXPECT(HELLO);
}

Test(doors_gate_sftp, a_packet_that_is_longer_than_any_ends_it)
{
	SEND(INIT "\0\4\0\1\20\0\0\0\7");
	refuse(TEXT, LONG);
	EXPECT(HELLO);
}

Test(doors_gate_sftp, an_end_within_a_packet_ends_it)
{
	SEND(INIT "\0\0\0\12\20\0\0\0\7\0\0");
	refuse_to_the_end();
	EXPECT(HELLO);
}

Test(doors_gate_sftp, it_ends_after_its_requests)
{
	char got[8192];
	ssize_t n;

	SEND(INIT);
	for (int i = 0; i < SFTP_REQUESTS; i++)
		SEND(REALPATH);
	refuse(TEXT, LONG);
	n = read(out[0], got, sizeof got);
	cr_assert_eq((size_t)n,
	    sizeof HELLO - 1 + SFTP_REQUESTS * (sizeof STATUS_7 - 1));
}

Test(doors_gate_sftp, its_deadline_ends_it)
{
	SEND(INIT);
	refuse(TEXT, 0);
	EXPECT("");
}

Test(doors_gate_sftp, a_reader_that_has_left_ends_it)
{
	(void)close(out[0]);
	refuse(TEXT, LONG);
}

/* It does not wait for room either. */
Test(doors_gate_sftp, a_client_that_never_reads_ends_it_at_the_deadline)
{
	static char full[65536];

	cr_assert_eq(write(out[1], full, sizeof full), (ssize_t)sizeof full);
	SEND(INIT);
	refuse(TEXT, 100);
}

Test(doors_gate_sftp, lines_become_one)
{
	SEND(INIT REALPATH);
	(void)close(in[1]);
	refuse("a code is\nneeded", LONG);
	EXPECT(HELLO STATUS_7);
}

Test(doors_gate_sftp, a_long_text_is_cut)
{
	char text[SFTP_TEXT_MAX + 100], got[8192];
	ssize_t n;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	SEND(INIT REALPATH);
	(void)close(in[1]);
	refuse(text, LONG);
	n = read(out[0], got, sizeof got);
	cr_assert_eq((size_t)n, sizeof HELLO - 1 + 21 + SFTP_TEXT_MAX);
}
