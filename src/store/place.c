#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define DATABASE_MIN 512 /* bytes: the smallest page that SQLite has */

/* A directory into which only root and we can put files. */
static enum error
directory_open(const char *path, int *fd)
{
	char copy[PATH_MAX];
	struct stat st;

	*fd = -1;
	if (text_copy(copy, sizeof copy, path) != OK)
		return ERR_LONG;
	*fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	if (fstat(*fd, &st) != 0)
		return ERR_SYSTEM;
	if ((st.st_uid != 0 && st.st_uid != geteuid()) ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return ERR_UNSAFE;
	return OK;
}

static enum error
file_check(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	/* What has a second name can be opened, and changed, by that one. */
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 07177) != 0 || st.st_nlink != 1)
		return ERR_UNSAFE;
	if (st.st_size < DATABASE_MIN)
		return ERR_FORMAT;
	/* SQLite would open it all the same, and fail at the first login. */
	if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0)
		return ERR_SYSTEM;
	return OK;
}

/*
 * lstat(2) will do, and what it saw stays true until SQLite opens the path:
 * nobody else can change what is in the directory.
 */
enum error
place_check(const char *path)
{
	enum error e = ERR_UNSET;
	int fd;

	e = directory_open(path, &fd);
	if (fd >= 0)
		(void)close(fd);
	return e == OK ? file_check(path) : e;
}

enum error
place_size(const char *path, int64_t *size)
{
	struct stat st;

	*size = 0;
	if (stat(path, &st) != 0)
		return ERR_SYSTEM;
	*size = st.st_size;
	return OK;
}

/* ERR_EXISTS when path, or a file that SQLite takes for its log, is there. */
static enum error
place_vacant(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-journal"};
	char name[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		if (text_print(name, sizeof name, "%s%s", path, ends[i]) != OK)
			return ERR_LONG;
		if (lstat(name, &st) == 0)
			return ERR_EXISTS;
		if (errno != ENOENT)
			return ERR_SYSTEM;
	}
	return OK;
}

enum error
place_begin(struct place *p, const char *path)
{
	enum error e = ERR_UNSET;

	p->path = path;
	p->file = -1;
	p->fresh[0] = '\0';
	e = directory_open(path, &p->directory);
	if (e == OK)
		e = place_vacant(path);
	if (e != OK)
		return e;
	e = text_print(p->fresh, sizeof p->fresh, "%s.XXXXXX", path);
	if (e == OK)
		p->file = mkostemp(p->fresh, O_CLOEXEC);
	if (p->file >= 0)
		return OK;
	p->fresh[0] = '\0';
	return e == OK ? ERR_SYSTEM : e;
}

enum error
place_settle(struct place *p)
{
	if (fsync(p->file) != 0)
		return ERR_SYSTEM;
	/* link(2) and not rename(2), which would replace what is there. */
	if (link(p->fresh, p->path) != 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_SYSTEM;
	if (unlink(p->fresh) != 0 || fsync(p->directory) != 0) {
		(void)unlink(p->path); /* nothing, rather than a doubtful one */
		return ERR_SYSTEM;
	}
	p->fresh[0] = '\0';
	return OK;
}

void
place_end(struct place *p)
{
	if (p->fresh[0] != '\0')
		(void)unlink(p->fresh);
	if (p->file >= 0)
		(void)close(p->file);
	if (p->directory >= 0)
		(void)close(p->directory);
}
