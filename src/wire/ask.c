#include "wire/ask.h"

#include <string.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/local_socket.h"

enum error
ask_open(struct ask *a, const char *path)
{
	return ask_open_for(a, path, NULL);
}

static int
client_of(const struct ask *a)
{
	return a->client == NULL ? -1 : *a->client;
}

enum error
ask_open_for(struct ask *a, const char *path, const int *client)
{
	*a = (struct ask){.fd = -1, .client = client};
	return socket_connect(
	    path, clock_milliseconds() + ASK_TIMEOUT, client_of(a), &a->fd);
}

void
ask_close(struct ask *a)
{
	if (a->fd >= 0)
		(void)close(a->fd);
	a->fd = -1;
}

bool
ask_unanswered(enum error e)
{
	return e == ERR_DOWN || e == ERR_TIMEOUT || e == ERR_CLOSED;
}

_Static_assert(WIRE_REQUEST_MAX <= WIRE_REPLY_MAX, "one buffer takes both");

/* Sends what w holds; the reply takes its place, and r is set to read it. */
static enum error
exchange(struct ask *a, const struct writer *w, struct reader *r)
{
	int64_t timeout = a->timeout != 0 ? a->timeout : ASK_TIMEOUT;
	enum error e = ERR_UNSET;
	size_t size;

	if (w->error != OK)
		return w->error;
	e = a->passed == NULL
	    ? socket_send(a->fd, w->start, w->used)
	    : socket_send_passed(a->fd, w->start, w->used, *a->passed);
	if (e != OK)
		return e;
	if ((e = socket_wait(
		 a->fd, clock_milliseconds() + timeout, client_of(a))) != OK)
		return e;
	if ((e = socket_receive(a->fd, w->start, WIRE_REPLY_MAX, &size)) != OK)
		return e;
	reader_init(r, w->start, size);
	return OK;
}

/* One definition for every verb; the codecs make the difference. */
#define VERB_ASK(verb, request, reply)                                 \
	enum error ask_##verb(struct ask *a,                           \
	    const struct wire_##request *question,                     \
	    struct wire_##reply *answer, enum status *status)          \
	{                                                              \
		uint8_t bytes[WIRE_REPLY_MAX];                         \
		struct writer w;                                       \
		struct reader r;                                       \
		enum error e = ERR_UNSET;                              \
                                                                       \
		*status = STATUS_REFUSED;                              \
		memset(answer, 0, sizeof *answer);                     \
		writer_init(&w, bytes, WIRE_REQUEST_MAX);              \
		put_request_header(&w, VERB_##verb);                   \
		put_##request(&w, question);                           \
		e = exchange(a, &w, &r);                               \
		if (e == OK)                                           \
			e = get_reply_header(&r, VERB_##verb, status); \
		if (e == OK && *status == STATUS_OK)                   \
			get_##reply(&r, answer);                       \
		if (e == OK)                                           \
			e = reader_finish(&r);                         \
		if (e != OK)                                           \
			*status = STATUS_REFUSED;                      \
		explicit_bzero(bytes, sizeof bytes);                   \
		return e;                                              \
	}
VERB_LIST(VERB_ASK)
