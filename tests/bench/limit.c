/*
 * limit turn|each
 *
 * The bare limit: the same socket in the current directory, the same requests
 * and replies, one connection for each, but nothing behind it than 64 bytes
 * made durable, once for each turn of the loop or once for each request.
 * Serves until SIGTERM.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench/bench.h"
#include "os/local_socket.h"
#include "wire/message.h"

#define FILE_SIZE (1 << 20)
#define RECORD_SIZE 64
#define TURN 256 /* requests of one turn */

static bool each; /* one fdatasync(2) for each request */
static int disk, queue, listener;
static int waiting[TURN]; /* for their reply */
static size_t count;
static uint8_t reply[WIRE_REPLY_MAX];
static size_t reply_size;

static void
make_durable(void)
{
	static const uint8_t record[RECORD_SIZE];
	static off_t at;

	if (pwrite(disk, record, sizeof record, at) != sizeof record ||
	    fdatasync(disk) != 0)
		err(1, "the disk");
	at = (at + RECORD_SIZE) % FILE_SIZE;
}

/* True when fd is done with, or waits for its reply. */
static bool
take(int fd)
{
	static uint8_t request[WIRE_REQUEST_MAX];
	size_t size;
	enum error e = socket_receive(fd, request, sizeof request, &size);

	if (e == ERR_ABSENT)
		return false;
	if (e != OK) {
		(void)close(fd);
		return true;
	}
	if (each)
		make_durable();
	waiting[count++] = fd;
	return true;
}

static void
accept_all(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd;

	while (count < TURN && socket_accept(listener, &fd) == OK) {
		event.data.fd = fd;
		if (!take(fd) && epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event))
			err(1, "epoll_ctl");
	}
}

static void
turn(void)
{
	struct epoll_event events[TURN];
	int ready = epoll_wait(queue, events, TURN / 2, -1);

	for (int i = 0; i < ready; i++)
		if (events[i].data.fd == listener)
			accept_all();
		else
			(void)take(events[i].data.fd);
	if (count > 0 && !each)
		make_durable();
	for (; count > 0; count--) {
		(void)socket_send(waiting[count - 1], reply, reply_size);
		(void)close(waiting[count - 1]);
	}
}

/* What a login that passed is told. */
static void
make_reply(void)
{
	static const struct wire_login_reply passed = {
	    .verdict = VERDICT_PASS, .reason = REASON_CODE_ACCEPTED};
	struct writer w;

	writer_init(&w, reply, sizeof reply);
	put_reply_header(&w, VERB_login, STATUS_OK);
	put_login_reply(&w, &passed);
	reply_size = w.used;
}

static void
make_file(void)
{
	static const uint8_t zeros[FILE_SIZE];

	disk = open("limit", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (disk < 0 || pwrite(disk, zeros, FILE_SIZE, 0) != FILE_SIZE ||
	    fsync(disk) != 0)
		err(1, "the disk");
}

int
main(int argc, char **argv)
{
	struct epoll_event event = {.events = EPOLLIN};

	each = argc == 2 && strcmp(argv[1], "each") == 0;
	if (!each && (argc != 2 || strcmp(argv[1], "turn") != 0))
		errx(2, "usage: limit turn|each");
	bench_need_disk();
	make_reply();
	make_file();
	bench_need(socket_listen(BENCH_SOCKET, &listener), BENCH_SOCKET);
	queue = epoll_create1(EPOLL_CLOEXEC);
	event.data.fd = listener;
	if (queue < 0 || epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event))
		err(1, "epoll");
	puts("ready");
	(void)fflush(stdout);
	for (;;)
		turn();
}
