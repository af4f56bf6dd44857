#include "os/root_program.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_roots(const char *path, mode_t kind)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == kind &&
	    st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Cuts path to the directory above; false at the root. */
static bool
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (path[1] == '\0')
		return false;
	slash[slash == path] = '\0';
	return true;
}

enum error
root_program_check(const char *path)
{
	char real[PATH_MAX];

	if (path[0] != '/')
		return ERR_FORMAT;
	if (realpath(path, real) == NULL)
		return errno == ENOENT || errno == ENOTDIR ? ERR_ABSENT
							   : ERR_SYSTEM;
	if (!is_roots(real, S_IFREG) || access(real, X_OK) != 0)
		return ERR_UNSAFE;
	while (go_up(real))
		if (!is_roots(real, S_IFDIR))
			return ERR_UNSAFE;
	return OK;
}
