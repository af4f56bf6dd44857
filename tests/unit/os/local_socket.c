#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "os/clock.h"
#include "os/local_socket.h"
#include "os/peer.h"

static char directory[64];
static char path[96];
static int listener = -1;

static void
open_directory(void)
{
	(void)text_copy(
	    directory, sizeof directory, "/tmp/otpgate-socket-XXXXXX");
	cr_assert_not_null(mkdtemp(directory));
	(void)text_print(path, sizeof path, "%s/s", directory);
}

static void
close_directory(void)
{
	if (listener >= 0)
		(void)close(listener);
	(void)unlink(path);
	(void)rmdir(directory);
}

TestSuite(os_local_socket, .init = open_directory, .fini = close_directory,
    .timeout = 60);

/* Both ends of a connection. */
static void
connect_both(int *client, int *server)
{
	cr_assert_eq(socket_listen(path, &listener), OK);
	cr_assert_eq(
	    socket_connect(path, clock_milliseconds() + 1000, -1, client), OK);
	cr_assert_eq(socket_accept(listener, server), OK);
}

Test(os_local_socket, datagrams_keep_their_ends)
{
	char out[16];
	size_t size;
	int client, server;

	connect_both(&client, &server);
	cr_assert_eq(socket_send(client, "abc", 3), OK);
	cr_assert_eq(socket_send(client, "de", 2), OK);
	cr_assert_eq(socket_receive(server, out, sizeof out, &size), OK);
	cr_expect_eq(size, 3);
	cr_assert_eq(socket_receive(server, out, sizeof out, &size), OK);
	cr_expect_eq(size, 2);
	cr_expect_eq(
	    socket_receive(server, out, sizeof out, &size), ERR_ABSENT);
	(void)close(client);
	cr_expect_eq(
	    socket_receive(server, out, sizeof out, &size), ERR_CLOSED);
	cr_expect_eq(socket_send(server, "x", 1), ERR_CLOSED);
	(void)close(server);
}

Test(os_local_socket, a_longer_datagram_is_refused_not_cut)
{
	char out[4];
	size_t size;
	int client, server;

	connect_both(&client, &server);
	cr_assert_eq(socket_send(client, "abcde", 5), OK);
	cr_expect_eq(socket_receive(server, out, sizeof out, &size), ERR_LONG);
	cr_expect_eq(size, 0);
	(void)close(client);
	(void)close(server);
}

Test(os_local_socket, a_peer_that_does_not_read_never_blocks_us)
{
	static const char block[8192];
	enum error e = OK;
	int client, server;

	connect_both(&client, &server);
	for (int i = 0; i < 100000 && e == OK; i++)
		e = socket_send(server, block, sizeof block);
	cr_expect_eq(e, ERR_BUSY);
	(void)close(client);
	(void)close(server);
}

Test(os_local_socket, only_an_absent_listener_counts_as_down)
{
	int fd;

	cr_expect_eq(
	    socket_connect(path, clock_milliseconds(), -1, &fd), ERR_DOWN);
	cr_assert_eq(socket_listen(path, &listener), OK);
	(void)close(listener);
	listener = -1;
	cr_expect_eq(socket_connect(path, clock_milliseconds(), -1, &fd),
	    ERR_DOWN, "a socket that nobody listens on");
}

Test(os_local_socket, a_stale_socket_is_replaced_and_nothing_else)
{
	struct stat st;
	FILE *f;

	cr_assert_eq(socket_listen(path, &listener), OK);
	(void)close(listener);
	cr_assert_eq(socket_listen(path, &listener), OK);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0666);
	(void)close(listener);
	listener = -1;
	cr_assert_eq(unlink(path), 0);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	(void)fclose(f);
	cr_expect_eq(socket_listen(path, &listener), ERR_UNSAFE);
	cr_expect_eq(access(path, F_OK), 0, "the file is still there");
}

Test(os_local_socket, a_socket_that_somebody_listens_on_stays_his)
{
	int second, fd;

	cr_assert_eq(socket_listen(path, &listener), OK);
	cr_expect_eq(socket_listen(path, &second), ERR_EXISTS);
	cr_expect_eq(second, -1);
	cr_assert_eq(socket_accept(listener, &fd), OK, "he was asked");
	(void)close(fd);
	cr_assert_eq(
	    socket_connect(path, clock_milliseconds() + 1000, -1, &fd), OK);
	(void)close(fd);
}

/* A pipe whose reader has gone, as sshd leaves it; its writing end. */
static int
left_pipe(void)
{
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	(void)close(fds[0]);
	return fds[1];
}

#define LONG 600000 /* milliseconds that no test lives */

Test(os_local_socket, waiting_ends_with_the_client)
{
	int client, server, left = left_pipe();

	connect_both(&client, &server);
	cr_expect_eq(socket_wait(client, clock_milliseconds() + LONG, left),
	    ERR_INTERRUPTED);
	(void)close(left);
	(void)close(client);
	(void)close(server);
}

Test(os_local_socket, waiting_goes_on_while_the_client_is_there)
{
	int client, server, fds[2];

	cr_assert_eq(pipe(fds), 0);
	connect_both(&client, &server);
	cr_expect_eq(
	    socket_wait(client, clock_milliseconds(), fds[1]), ERR_TIMEOUT);
	cr_assert_eq(socket_send(server, "x", 1), OK);
	cr_expect_eq(
	    socket_wait(client, clock_milliseconds() + 5000, fds[1]), OK);
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)close(client);
	(void)close(server);
}

/* As many as the queue holds; the next one would have to wait. */
Test(os_local_socket, waiting_for_a_full_queue_ends_with_the_client)
{
	int fd, left = left_pipe();
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	strncpy(at.sun_path, path, sizeof at.sun_path - 1);
	cr_assert_eq(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
	cr_assert_eq(listen(listener, 0), 0);
	cr_assert_eq(
	    socket_connect(path, clock_milliseconds() + 1000, -1, &fd), OK);
	cr_expect_eq(
	    socket_connect(path, clock_milliseconds() + LONG, left, &fd),
	    ERR_INTERRUPTED);
	(void)close(left);
}

Test(os_local_socket, waiting_ends_at_the_deadline)
{
	int client, server;

	connect_both(&client, &server);
	cr_expect_eq(
	    socket_wait(client, clock_milliseconds(), -1), ERR_TIMEOUT);
	cr_assert_eq(socket_send(server, "x", 1), OK);
	cr_expect_eq(socket_wait(client, clock_milliseconds() + 5000, -1), OK);
	(void)close(client);
	(void)close(server);
}

Test(os_local_socket, the_kernel_says_who_the_peer_is)
{
	struct peer peer;
	int client, server;

	connect_both(&client, &server);
	cr_assert_eq(peer_of(server, &peer), OK);
	cr_expect_eq(peer.uid, geteuid());
	cr_expect_eq(peer.pid, getpid());
	(void)close(client);
	(void)close(server);
	cr_expect_eq(peer_of(-1, &peer), ERR_SYSTEM);
	cr_expect_eq(peer.uid, UINT32_MAX, "nobody, and not root");
}

/* ---- descriptors ---- */

/* The lowest number that is free: as many are open as before when it stays. */
static int
next_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)close(fd);
	return fd;
}

/* Sends count bytes of text and so many times descriptor 0. */
static void
send_many(int client, const char *text, size_t count, size_t descriptors)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(4 * sizeof(int))];
	} control;
	int passed[4] = {0, 0, 0, 0};
	struct iovec part = {(void *)(uintptr_t)text, count};
	struct msghdr m = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = CMSG_SPACE(descriptors * sizeof(int))};
	struct cmsghdr *c;

	memset(&control, 0, sizeof control);
	c = CMSG_FIRSTHDR(&m);
	cr_assert_not_null(c);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
	memcpy(CMSG_DATA(c), passed, descriptors * sizeof(int));
	cr_assert_eq(sendmsg(client, &m, 0), (ssize_t)count);
}

Test(os_local_socket, one_descriptor_comes_with_a_message)
{
	int client, server, passed, again;
	struct stat sent, got;
	char out[8];
	size_t size;

	connect_both(&client, &server);
	cr_assert_eq(socket_send_passed(client, "abc", 3, listener), OK);
	cr_assert_eq(socket_send(client, "d", 1), OK);
	cr_assert_eq(
	    socket_receive_passed(server, out, sizeof out, &size, &passed), OK);
	cr_expect_eq(size, 3);
	cr_assert_geq(passed, 0);
	cr_assert_eq(fstat(listener, &sent), 0);
	cr_assert_eq(fstat(passed, &got), 0);
	cr_expect_eq(sent.st_ino, got.st_ino);
	cr_expect_eq(fcntl(passed, F_GETFD), FD_CLOEXEC);
	cr_assert_eq(
	    socket_receive_passed(server, out, sizeof out, &size, &again), OK);
	cr_expect_eq(again, -1);
	cr_expect_eq(
	    socket_receive_passed(server, out, sizeof out, &size, &again),
	    ERR_ABSENT);
	cr_expect_eq(again, -1);
	(void)close(passed);
	(void)close(client);
	(void)close(server);
}

/* What nobody asked for must not pile up either. */
Test(os_local_socket, no_descriptor_that_is_not_handed_over_stays_open)
{
	static const struct {
		size_t bytes, descriptors, room;
		bool asked;
	} rows[] = {
	    {3, 1, 8, false}, {3, 4, 8, false}, {3, 2, 8, true},
	    {3, 4, 8, true}, {3, 1, 2, true}, /* too long */
	    {0, 1, 8, true},		      /* empty */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int client, server, before, passed = -1;
		char out[8];
		size_t size;

		connect_both(&client, &server);
		before = next_descriptor();
		send_many(client, "abc", rows[i].bytes, rows[i].descriptors);
		if (rows[i].asked)
			(void)socket_receive_passed(
			    server, out, rows[i].room, &size, &passed);
		else
			(void)socket_receive(server, out, rows[i].room, &size);
		cr_expect_eq(passed, -1, "row %zu", i);
		cr_expect_eq(next_descriptor(), before, "row %zu", i);
		(void)close(client);
		(void)close(server);
		(void)close(listener);
		listener = -1;
	}
}

/* ---- what comes with messages ---- */

static void
send_passed(int client, int passed)
{
	cr_assert_eq(socket_send_passed(client, "", 0, passed), OK);
}

Test(os_local_socket, a_look_tells_whether_descriptors_come_next)
{
	char out[4];
	size_t size;
	int client, server;

	connect_both(&client, &server);
	cr_expect_not(socket_brings_rights(server), "nothing is there");
	cr_assert_eq(socket_send(client, "a", 1), OK);
	send_passed(client, client);
	cr_expect_not(socket_brings_rights(server));
	cr_assert_eq(socket_receive(server, out, sizeof out, &size), OK);
	cr_expect(socket_brings_rights(server));
	(void)close(client);
	(void)close(server);
}

Test(os_local_socket, what_brings_descriptors_is_not_drained)
{
	int client, server;

	connect_both(&client, &server);
	cr_assert_eq(socket_send(client, "a", 1), OK);
	cr_assert_eq(socket_send(client, "bc", 2), OK);
	cr_expect(socket_drain(server));
	cr_expect_neq(socket_send(client, "b", 1), OK, "and nothing can come");
	(void)close(client);
	(void)close(server);
	(void)close(listener);
	(void)unlink(path);
	connect_both(&client, &server);
	send_passed(client, client);
	cr_expect_not(socket_drain(server), "of no bytes, but there");
	(void)close(client);
	(void)close(server);
}

Test(os_local_socket, where_it_is_barred_no_descriptor_comes)
{
	int client, server;

	connect_both(&client, &server);
	if (!socket_bar_rights(server, true))
		return; /* before Linux 6.16 there is no such thing */
	cr_expect_neq(socket_send_passed(client, "", 0, client), OK);
	cr_assert(socket_bar_rights(server, false));
	cr_expect_eq(socket_send_passed(client, "", 0, client), OK);
	(void)close(client);
	(void)close(server);
}
