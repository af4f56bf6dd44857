#include "doors/gate/sftp.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "os/clock.h"

#define PROTOCOL 3
#define PERMISSION_DENIED 3 /* what clients have words of their own for */

#define PACKET_MAX 262144 /* bytes; as OpenSSH has it */
#define PACKET_HEAD 5	  /* its type, and its version or id */
#define REPLY_MAX (SFTP_TEXT_MAX + 32)

/* Types of packets. */
enum { INIT = 1, TYPE_VERSION = 2, STATUS = 101 };

_Static_assert(REPLY_MAX <= PIPE_BUF, "a reply fits where there is room");

struct talk {
	int in, out;
	const char *text;
	int64_t deadline;
};

struct packet {
	uint32_t length; /* of what follows this field */
	uint8_t type;
	uint32_t id; /* of INIT: the version */
};

/* Waits until events come on fd; false when the client is gone, or too late. */
static bool
await(const struct talk *t, int fd, short events)
{
	struct pollfd p[] = {{.fd = fd, .events = events}, {.fd = t->out}};
	int64_t left;

	while ((left = t->deadline - clock_milliseconds()) > 0) {
		int n = poll(p, 2, left < INT_MAX ? (int)left : INT_MAX);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			return p[1].revents == 0;
	}
	return false;
}

/* Reads exactly so many bytes. */
static bool
take(const struct talk *t, void *bytes, size_t size)
{
	uint8_t *at = bytes;

	while (size > 0) {
		ssize_t n;

		if (!await(t, t->in, POLLIN))
			return false;
		n = read(t->in, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
skip(const struct talk *t, size_t size)
{
	uint8_t bytes[4096];

	while (size > 0) {
		size_t part = size < sizeof bytes ? size : sizeof bytes;

		if (!take(t, bytes, part))
			return false;
		size -= part;
	}
	return true;
}

/* The next packet, whose rest is passed over. */
static bool
get(const struct talk *t, struct packet *out)
{
	uint8_t bytes[4 + PACKET_HEAD];
	struct reader r;

	if (!take(t, bytes, sizeof bytes))
		return false;
	reader_init(&r, bytes, sizeof bytes);
	out->length = read_u32(&r);
	out->type = read_u8(&r);
	out->id = read_u32(&r);
	return out->length >= PACKET_HEAD && out->length <= PACKET_MAX &&
	    skip(t, out->length - PACKET_HEAD);
}

/* A pipe that has room takes this much at once. */
static bool
put(const struct talk *t, const struct writer *w)
{
	return w->error == OK && await(t, t->out, POLLOUT) &&
	    write(t->out, w->start, w->used) == (ssize_t)w->used;
}

static bool
put_version(const struct talk *t)
{
	uint8_t bytes[REPLY_MAX];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	write_u32(&w, PACKET_HEAD);
	write_u8(&w, TYPE_VERSION);
	write_u32(&w, PROTOCOL);
	return put(t, &w);
}

static bool
put_status(const struct talk *t, uint32_t id)
{
	uint8_t bytes[REPLY_MAX];
	size_t length = strnlen(t->text, SFTP_TEXT_MAX);
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	write_u32(&w, (uint32_t)(PACKET_HEAD + 4 + 4 + length + 4));
	write_u8(&w, STATUS);
	write_u32(&w, id);
	write_u32(&w, PERMISSION_DENIED);
	write_u32(&w, (uint32_t)length);
	for (size_t i = 0; i < length; i++)
		write_u8(&w, t->text[i] == '\n' ? ' ' : (uint8_t)t->text[i]);
	write_u32(&w, 0); /* its language: none */
	return put(t, &w);
}

void
sftp_refuse(int in, int out, const char *text, int64_t deadline)
{
	const struct talk t = {in, out, text, deadline};
	struct packet p;

	if (!get(&t, &p) || p.type != INIT || !put_version(&t))
		return;
	for (int i = 0; i < SFTP_REQUESTS; i++)
		if (!get(&t, &p) || p.type <= TYPE_VERSION ||
		    !put_status(&t, p.id))
			return;
}
