#include "doors/cli/fallback.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define EXCEPTION "--fallback=publickey"

bool
fallback_covers(const char *methods)
{
	static const char name[] = "publickey";

	while (*methods != '\0') {
		size_t length = strcspn(methods, ",");

		if (length == sizeof name - 1 &&
		    memcmp(methods, name, length) == 0)
			return true;
		methods += length;
		methods += *methods == ',';
	}
	return false;
}

static bool
names_exception(const char *line)
{
	line += strspn(line, " \t");
	return *line != '#' && strstr(line, EXCEPTION) != NULL;
}

/* The number of the line that names it; 0: none, -1: not to be read. */
static int
search(FILE *in)
{
	char *line = NULL;
	size_t room = 0;
	int number = 0, found = 0;

	while (found == 0 && getline(&line, &room, in) >= 0) {
		number++;
		if (names_exception(line))
			found = number;
	}
	if (ferror(in) != 0)
		found = -1;
	free(line);
	return found;
}

static enum error
search_file(const char *path, char *where, size_t size)
{
	FILE *in = fopen(path, "re");
	int line = -1;

	if (in == NULL && errno == ENOENT)
		return ERR_ABSENT;
	if (in != NULL) {
		line = search(in);
		(void)fclose(in);
	}
	if (line == 0)
		return ERR_ABSENT;
	if (line < 0) {
		(void)text_print(where, size, "%s", path);
		return ERR_SYSTEM;
	}
	(void)text_print(where, size, "%s:%d", path, line);
	return OK;
}

enum error
fallback_find(const char *file, const char *pattern, char *where, size_t size)
{
	enum error e = search_file(file, where, size);
	glob_t found;
	int result;

	if (e != ERR_ABSENT)
		return e;
	result = glob(pattern, GLOB_ERR, NULL, &found);
	if (result == GLOB_NOMATCH)
		return ERR_ABSENT;
	if (result != 0) {
		(void)text_print(where, size, "%s", pattern);
		return ERR_SYSTEM;
	}
	for (size_t i = 0; i < found.gl_pathc && e == ERR_ABSENT; i++)
		e = search_file(found.gl_pathv[i], where, size);
	globfree(&found);
	return e;
}
