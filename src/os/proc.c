#include "os/proc.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/text.h"

bool
proc_mounts(int64_t pid, char *out, size_t size)
{
	char path[64];
	size_t used = 0;
	ssize_t n = 0;
	int fd;

	out[0] = '\0';
	if (pid == 0)
		(void)text_print(path, sizeof path, "/proc/self/mounts");
	else
		(void)text_print(
		    path, sizeof path, "/proc/%" PRId64 "/mounts", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while (
	    used + 1 < size && (n = read(fd, out + used, size - 1 - used)) > 0)
		used += (size_t)n;
	out[n < 0 ? 0 : used] = '\0';
	(void)close(fd);
	return n >= 0;
}
