#include "os/local_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "os/clock.h"

#define QUEUE 4096     /* connections that may wait; the kernel caps it */
#define UNREAD 16      /* messages that are read away at an end */
#define RETRY 20       /* milliseconds between two looks at a full queue */
#define PASS_RIGHTS 83 /* SO_PASSRIGHTS of Linux 6.16, asm-generic/socket.h */

static enum error
address_of(const char *path, struct sockaddr_un *out)
{
	memset(out, 0, sizeof *out);
	out->sun_family = AF_UNIX;
	return text_copy(out->sun_path, sizeof out->sun_path, path);
}

/* What a daemon that was killed left behind goes; anything else stays. */
static enum error
remove_stale(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? OK : ERR_SYSTEM;
	if (!S_ISSOCK(st.st_mode))
		return ERR_UNSAFE;
	if (socket_connect(path, clock_milliseconds(), -1, &fd) != ERR_DOWN) {
		if (fd >= 0)
			(void)close(fd);
		return ERR_EXISTS;
	}
	return unlink(path) == 0 ? OK : ERR_SYSTEM;
}

enum error
socket_listen(const char *path, int *out)
{
	struct sockaddr_un address;
	enum error e = ERR_UNSET;
	int fd = -1;

	*out = -1;
	if ((e = address_of(path, &address)) != OK ||
	    (e = remove_stale(path)) != OK)
		return e;
	e = ERR_SYSTEM;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		goto out;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    chmod(path, 0666) != 0 || listen(fd, QUEUE) != 0)
		goto out;
	*out = fd;
	fd = -1;
	e = OK;
out:
	if (fd >= 0)
		(void)close(fd);
	return e;
}

bool
socket_bar_rights(int fd, bool bar)
{
	int pass = !bar;

	return setsockopt(fd, SOL_SOCKET, PASS_RIGHTS, &pass, sizeof pass) == 0;
}

/*
 * True when the next message has control data, for which there is no room
 * here.  What a look gives is a second hold on descriptors, never the last.
 */
static bool
brings_control(int fd)
{
	uint8_t byte;
	struct iovec part = {&byte, sizeof byte};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	return recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT) >= 0 &&
	    (message.msg_flags & MSG_CTRUNC) != 0;
}

bool
socket_brings_rights(int fd)
{
	return brings_control(fd);
}

/* With SO_PASSCRED every message has control data, an empty one too. */
bool
socket_drain(int fd)
{
	const int on = 1;
	char byte;

	if (shutdown(fd, SHUT_RD) != 0)
		return false;
	for (int i = 0; i < UNREAD && !brings_control(fd); i++)
		if (recv(fd, &byte, sizeof byte, MSG_DONTWAIT) <= 0)
			break;
	return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
	    !brings_control(fd);
}

/* The child: holds fd alone, until its parent has let go of it. */
static _Noreturn void
hold(int fd, int end)
{
	unsigned int low = (unsigned int)(fd < end ? fd : end);
	unsigned int high = (unsigned int)(fd < end ? end : fd);
	char byte;

	if (low > 0)
		(void)close_range(0, low - 1, 0);
	if (high - low > 1)
		(void)close_range(low + 1, high - 1, 0);
	(void)close_range(high + 1, ~0U, 0);
	_exit(read(end, &byte, sizeof byte) == 0 ? 0 : 1);
}

enum error
socket_discard(int fd, pid_t *child)
{
	int end[2];

	if (pipe2(end, O_CLOEXEC) != 0)
		return ERR_SYSTEM;
	*child = fork();
	if (*child == 0)
		hold(fd, end[0]);
	if (*child > 0)
		(void)close(fd);
	(void)close(end[0]);
	(void)close(end[1]);
	return *child > 0 ? OK : ERR_SYSTEM;
}

static enum error
connect_until(
    int fd, const struct sockaddr_un *address, int64_t deadline, int client)
{
	struct pollfd p = {.fd = client}; /* no events: only its end shows */

	while (connect(fd, (const struct sockaddr *)address, sizeof *address) !=
	    0) {
		if (errno == EINTR)
			continue;
		if (errno == ENOENT || errno == ECONNREFUSED)
			return ERR_DOWN;
		if (errno != EAGAIN)
			return ERR_SYSTEM;
		if (clock_milliseconds() >= deadline)
			return ERR_TIMEOUT;
		if (poll(&p, 1, RETRY) > 0)
			return ERR_INTERRUPTED;
	}
	return OK;
}

enum error
socket_connect(const char *path, int64_t deadline, int client, int *out)
{
	struct sockaddr_un address;
	enum error e = ERR_UNSET;
	int fd;

	*out = -1;
	if ((e = address_of(path, &address)) != OK)
		return e;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ERR_SYSTEM;
	e = connect_until(fd, &address, deadline, client);
	if (e == OK)
		*out = fd;
	else
		(void)close(fd);
	return e;
}

enum error
socket_accept(int listener, int *out)
{
	int fd;

	*out = -1;
	do
		fd =
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (fd >= 0) {
		*out = fd;
		return OK;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return ERR_ABSENT;
	return errno == EMFILE || errno == ENFILE ? ERR_BUSY : ERR_SYSTEM;
}

/* Room for one descriptor: the kernel closes all that are more. */
union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(int))];
};

/* As socket_receive(); *message tells what came beside the bytes. */
static enum error
receive(int fd, struct msghdr *message, size_t *size)
{
	ssize_t got;

	*size = 0;
	do
		got = recvmsg(fd, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? ERR_ABSENT
		    : errno == ECONNRESET		       ? ERR_CLOSED
							       : ERR_SYSTEM;
	/* An empty datagram cannot be told from the end; it is no message. */
	if (got == 0)
		return ERR_CLOSED;
	if ((message->msg_flags & MSG_TRUNC) != 0)
		return ERR_LONG;
	*size = (size_t)got;
	return OK;
}

enum error
socket_receive(int fd, void *out, size_t max, size_t *size)
{
	struct iovec part = {out, max};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	return receive(fd, &message, size);
}

/* The descriptor that came with a message, or -1. */
static int
take_descriptor(struct msghdr *message)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof fd))
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
	if (fd >= 0 && (message->msg_flags & MSG_CTRUNC) != 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

enum error
socket_receive_passed(int fd, void *out, size_t max, size_t *size, int *passed)
{
	struct iovec part = {out, max};
	union control control = {.bytes = {0}};
	/* Not CMSG_SPACE(), whose padding would do for a second one. */
	struct msghdr message = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = CMSG_LEN(sizeof(int))};
	enum error e = receive(fd, &message, size);

	/* An empty or too long message can bring one too. */
	*passed = take_descriptor(&message);
	if (e != OK && *passed >= 0) {
		(void)close(*passed);
		*passed = -1;
	}
	return e;
}

static enum error
transmit(int fd, const struct msghdr *message)
{
	ssize_t sent;

	do
		sent = sendmsg(fd, message, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return (size_t)sent == message->msg_iov->iov_len ? OK
								 : ERR_SYSTEM;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
		return ERR_BUSY;
	return errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN
	    ? ERR_CLOSED
	    : ERR_SYSTEM;
}

enum error
socket_send(int fd, const void *bytes, size_t size)
{
	struct iovec part = {(void *)(uintptr_t)bytes, size};
	const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	return transmit(fd, &message);
}

enum error
socket_send_passed(int fd, const void *bytes, size_t size, int passed)
{
	struct iovec part = {(void *)(uintptr_t)bytes, size};
	union control control = {.bytes = {0}};
	struct msghdr message = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof control.bytes};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof passed);
	memcpy(CMSG_DATA(c), &passed, sizeof passed);
	return transmit(fd, &message);
}

enum error
socket_wait(int fd, int64_t deadline, int client)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = client}};

	for (;;) {
		int64_t left = deadline - clock_milliseconds();
		int n = poll(p, 2, left <= 0 ? 0 : (int)left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_SYSTEM;
		if (n == 0)
			return ERR_TIMEOUT;
		if (p[1].revents != 0)
			return ERR_INTERRUPTED;
		if (p[0].revents != 0)
			return (p[0].revents & POLLIN) != 0 ? OK : ERR_CLOSED;
	}
}
