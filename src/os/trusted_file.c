#include "os/trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static enum error
read_all(int fd, char *out, size_t max, size_t *size)
{
	size_t used = 0;

	for (;;) {
		ssize_t got = read(fd, out + used, max + 1 - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_SYSTEM;
		if (got == 0)
			break;
		used += (size_t)got;
		if (used > max)
			return ERR_LONG;
	}
	out[used] = '\0';
	*size = used;
	return OK;
}

enum error
trusted_file_read(const char *path, uid_t owner, mode_t forbidden, char *out,
    size_t max, size_t *size)
{
	struct stat st;
	enum error e = ERR_UNSET;
	int fd;

	*size = 0;
	out[0] = '\0';
	/* O_NONBLOCK: a FIFO in its place must not hang us. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? ERR_ABSENT
		    : errno == ELOOP   ? ERR_UNSAFE
				       : ERR_SYSTEM;
	if (fstat(fd, &st) != 0)
		e = ERR_SYSTEM;
	else if (!S_ISREG(st.st_mode) ||
	    (owner != (uid_t)-1 && st.st_uid != owner) ||
	    (st.st_mode & forbidden) != 0)
		e = ERR_UNSAFE;
	else
		e = read_all(fd, out, max, size);
	(void)close(fd);
	return e;
}

static enum error
write_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t put = write(fd, at, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return ERR_SYSTEM;
		at += put;
		size -= (size_t)put;
	}
	return fsync(fd) == 0 ? OK : ERR_SYSTEM;
}

static enum error
sync_directory_of(const char *path)
{
	char copy[PATH_MAX];
	enum error e = ERR_SYSTEM;
	int fd;

	if (text_copy(copy, sizeof copy, path) != OK)
		return ERR_LONG;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_SYSTEM;
	if (fsync(fd) == 0)
		e = OK;
	(void)close(fd);
	return e;
}

static enum error
fill(int fd, const void *bytes, size_t size, mode_t mode, gid_t gid)
{
	if (fchown(fd, (uid_t)-1, gid) != 0 || fchmod(fd, mode) != 0)
		return ERR_SYSTEM;
	return write_all(fd, bytes, size);
}

enum error
trusted_file_write(
    const char *path, const void *bytes, size_t size, mode_t mode, gid_t gid)
{
	char fresh[PATH_MAX];
	enum error e = ERR_UNSET;
	int fd;

	if (text_print(fresh, sizeof fresh, "%s.XXXXXX", path) != OK)
		return ERR_LONG;
	fd = mkostemp(fresh, O_CLOEXEC);
	if (fd < 0)
		return ERR_SYSTEM;
	e = fill(fd, bytes, size, mode, gid);
	if (close(fd) != 0 && e == OK)
		e = ERR_SYSTEM;
	if (e == OK && rename(fresh, path) != 0)
		e = ERR_SYSTEM;
	if (e != OK) {
		(void)unlink(fresh);
		return e;
	}
	return sync_directory_of(path);
}

enum error
trusted_file_create(
    const char *path, const void *bytes, size_t size, mode_t mode)
{
	enum error e = ERR_UNSET;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_SYSTEM;
	e = fill(fd, bytes, size, mode, (gid_t)-1);
	if (close(fd) != 0 && e == OK)
		e = ERR_SYSTEM;
	if (e != OK) {
		(void)unlink(path);
		return e;
	}
	return sync_directory_of(path);
}
