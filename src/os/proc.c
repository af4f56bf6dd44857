#include "os/proc.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/text.h"

/* Reads all of path that there is room for, and ends it with a NUL. */
static bool
read_text(const char *path, char *out, size_t size)
{
	size_t used = 0;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	out[0] = '\0';
	if (fd < 0)
		return false;
	while (
	    used + 1 < size && (n = read(fd, out + used, size - 1 - used)) > 0)
		used += (size_t)n;
	out[n < 0 ? 0 : used] = '\0';
	(void)close(fd);
	return n >= 0;
}

bool
proc_mounts(int64_t pid, char *out, size_t size)
{
	char path[64];

	if (pid == 0)
		(void)text_print(path, sizeof path, "/proc/self/mounts");
	else
		(void)text_print(
		    path, sizeof path, "/proc/%" PRId64 "/mounts", pid);
	return read_text(path, out, size);
}

bool
proc_title(int64_t pid, char *out, size_t size)
{
	char path[64];

	(void)text_print(path, sizeof path, "/proc/%" PRId64 "/cmdline", pid);
	return read_text(path, out, size);
}
