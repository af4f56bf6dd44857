/*
 * logger
 *
 * Stands in for syslogd in the sandbox: takes every line and does nothing with
 * it, so that what logging costs is otpgated's part alone.
 */
#include <err.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(void)
{
	const struct sockaddr_un address = {
	    .sun_family = AF_UNIX, .sun_path = "/dev/log"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char line[8192];

	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof address) != 0)
		err(1, "/dev/log");
	for (;;)
		if (recv(fd, line, sizeof line, 0) < 0)
			err(1, "/dev/log");
}
