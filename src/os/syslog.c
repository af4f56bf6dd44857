#include "os/syslog.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "os/clock.h"

struct target {
	const char *name;
	int fd;
	unsigned long lost;
};

/* Of the program, for as long as it runs. */
static struct target target = {"otpgate", -1, 0};

void
syslog_open(const char *name)
{
	target.name = name;
}

static void
reconnect(struct target *t)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (t->fd >= 0)
		(void)close(t->fd);
	(void)text_copy(address.sun_path, sizeof address.sun_path, "/dev/log");
	t->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->fd < 0)
		return;
	if (connect(t->fd, (struct sockaddr *)&address, sizeof address) == 0)
		return;
	(void)close(t->fd);
	t->fd = -1;
}

/* A receiver that was restarted has a new socket: one more attempt. */
static int
put(struct target *t, const char *packet)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		if (t->fd < 0)
			reconnect(t);
		if (t->fd < 0)
			return 0;
		if (send(t->fd, packet, strlen(packet), MSG_NOSIGNAL) >= 0)
			return 1;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		(void)close(t->fd);
		t->fd = -1;
	}
	return 0;
}

static int
put_line(struct target *t, enum log_level level, const char *line)
{
	static const int priorities[] = {
	    [LOG_LEVEL_ERROR] = LOG_ERR,
	    [LOG_LEVEL_WARNING] = LOG_WARNING,
	    [LOG_LEVEL_NOTICE] = LOG_NOTICE,
	    [LOG_LEVEL_INFO] = LOG_INFO,
	};
	char packet[LOG_LINE_MAX + 128];
	char stamp[32];
	struct tm broken;
	time_t now = (time_t)clock_now();

	if (localtime_r(&now, &broken) == NULL ||
	    strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &broken) == 0)
		stamp[0] = '\0';
	(void)text_print(packet, sizeof packet, "<%d>%s %s[%ld]: %s",
	    LOG_AUTHPRIV | priorities[level], stamp, t->name, (long)getpid(),
	    line);
	return put(t, packet);
}

void
syslog_sink(enum log_level level, const char *line)
{
	char said[80];

	if (target.lost > 0) {
		(void)text_print(
		    said, sizeof said, "event=log-lost lines=%lu", target.lost);
		if (!put_line(&target, LOG_LEVEL_WARNING, said)) {
			target.lost++;
			return;
		}
		target.lost = 0;
	}
	if (!put_line(&target, level, line))
		target.lost++;
}

void
syslog_once(const char *name, enum log_level level, const char *line)
{
	struct target once = {name, -1, 0};

	/* A line that is lost has nobody to be told of it. */
	(void)put_line(&once, level, line);
	if (once.fd >= 0)
		(void)close(once.fd);
}
