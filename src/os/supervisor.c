#include "os/supervisor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Signs of life in the time after which a process counts as hung. */
#define SIGNS 4

/* A name that begins with "@" is one of the abstract ones, unix(7). */
static int
read_address(struct supervisor *s, const char *name)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length < 2 ||
	    length >= sizeof s->address.sun_path)
		return 0;
	s->address.sun_family = AF_UNIX;
	memcpy(s->address.sun_path, name, length);
	if (name[0] == '@')
		s->address.sun_path[0] = '\0';
	s->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return 1;
}

/* The number in a variable, 0 where it holds none. */
static unsigned long long
number_of(const char *variable)
{
	const char *text = getenv(variable);
	unsigned long long value;
	char *end;

	if (text == NULL)
		return 0;
	value = strtoull(text, &end, 10);
	return *end == '\0' ? value : 0;
}

/* $WATCHDOG_PID says whom the wish is for: a parent's is not ours. */
static int64_t
read_every(void)
{
	unsigned long long useconds = number_of("WATCHDOG_USEC");
	int ours = getenv("WATCHDOG_PID") == NULL ||
	    number_of("WATCHDOG_PID") == (unsigned long long)getpid();

	if (!ours || useconds / 1000 / SIGNS > INT32_MAX)
		return 0;
	return (int64_t)(useconds / 1000 / SIGNS);
}

void
supervisor_open(struct supervisor *s)
{
	const char *name = getenv("NOTIFY_SOCKET");

	memset(s, 0, sizeof *s);
	s->fd = -1;
	if (name == NULL || !read_address(s, name))
		return;
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd >= 0)
		s->every = read_every();
}

void
supervisor_tell(const struct supervisor *s, const char *word)
{
	if (s->fd >= 0)
		(void)sendto(s->fd, word, strlen(word), MSG_NOSIGNAL,
		    (const struct sockaddr *)&s->address, s->size);
}

void
supervisor_close(struct supervisor *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}
