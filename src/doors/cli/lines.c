#include "doors/cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why what is open cannot be believed, or NULL. */
static const char *
vet(int fd, off_t max, uid_t *owner)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return "it cannot be read";
	*owner = st.st_uid;
	if (st.st_size > max)
		return "it is too large for such a file";
	if (!S_ISREG(st.st_mode))
		return "it is no regular file";
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "others than its owner can write to it";
	if ((st.st_mode & (S_IRGRP | S_IROTH)) != 0)
		return "others than its owner can read its secrets; run: chmod "
		       "go-r FILE";
	return NULL;
}

const char *
lines_open(struct lines *l, int dir, const char *name, bool follow, off_t max)
{
	/* Opening must not wait for the other end of a pipe. */
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = openat(dir, name, follow ? flags : flags | O_NOFOLLOW);
	const char *why;

	memset(l, 0, sizeof *l);
	l->absent = fd < 0 && errno == ENOENT;
	if (fd < 0)
		return errno == ELOOP ? "it is a symbolic link"
				      : strerror(errno);
	why = vet(fd, max, &l->owner);
	if (why == NULL && (l->in = fdopen(fd, "r")) == NULL)
		why = "there is no memory";
	if (why != NULL)
		(void)close(fd);
	else
		(void)setvbuf(l->in, l->buffer, _IOFBF, sizeof l->buffer);
	return why;
}

/* Passes over the rest of a line that was too long. */
static void
skip_rest(struct lines *l)
{
	int c;

	do
		c = getc(l->in);
	while (c != EOF && c != '\n');
}

bool
lines_next(struct lines *l, const char **why)
{
	size_t length;

	*why = NULL;
	memset(l->line, 0, sizeof l->line); /* so that a "\n" is this one's */
	if (fgets(l->line, sizeof l->line, l->in) == NULL)
		return false;
	l->number++;
	length = strlen(l->line);
	if (length > 0 && l->line[length - 1] == '\n') {
		l->line[--length] = '\0';
	} else if (memchr(l->line, '\n', sizeof l->line) != NULL) {
		*why = "the line holds a NUL";
	} else if (feof(l->in) == 0) {
		*why = "the line is too long, or holds a NUL";
		skip_rest(l);
	}
	if (length > 0 && l->line[length - 1] == '\r')
		l->line[length - 1] = '\0';
	return true;
}

bool
lines_close(struct lines *l)
{
	bool whole = ferror(l->in) == 0;

	whole = fclose(l->in) == 0 && whole;
	explicit_bzero(l, sizeof *l);
	return whole;
}
