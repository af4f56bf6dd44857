#include "unit/store/power.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A change of a file since its last sync. */
struct change {
	struct change *next; /* the one before it */
	char *name;
	int64_t size; /* of the file, before the change */
	int64_t at;
	size_t before_size, after_size;
	unsigned char *before; /* what was there, up to before_size */
	unsigned char *after;  /* NULL: the file was cut off at at */
};

static struct {
	bool recording;
	struct change *newest;
} power;

void
power_record(void)
{
	power.recording = true;
}

static void
change_free(struct change *c)
{
	free(c->name);
	free(c->before);
	free(c->after);
	free(c);
}

static void *
allocate(size_t size)
{
	void *memory = calloc(1, size + 1);

	cr_assert_not_null(memory);
	return memory;
}

/* Reads what stands where c is about to write. */
static void
change_look(struct change *c, sqlite3_file *real, size_t size)
{
	size_t there = c->at < c->size ? (size_t)(c->size - c->at) : 0;

	c->before_size = c->after != NULL && size < there ? size : there;
	c->before = allocate(c->before_size);
	if (c->before_size > 0)
		cr_assert_eq(real->pMethods->xRead(
				 real, c->before, (int)c->before_size, c->at),
		    SQLITE_OK);
}

void
power_note(const char *name, sqlite3_file *real, int64_t at, const void *bytes,
    size_t size)
{
	struct change *c;
	sqlite3_int64 length;

	if (!power.recording)
		return;
	c = allocate(sizeof *c);
	cr_assert_eq(real->pMethods->xFileSize(real, &length), SQLITE_OK);
	c->name = allocate(strlen(name));
	memcpy(c->name, name, strlen(name));
	c->size = length;
	c->at = at;
	if (bytes != NULL) {
		c->after_size = size;
		c->after = allocate(size);
		memcpy(c->after, bytes, size);
	}
	change_look(c, real, size);
	c->next = power.newest;
	power.newest = c;
}

void
power_settle(const char *name)
{
	struct change **c = &power.newest;

	while (*c != NULL) {
		struct change *settled = *c;

		if (strcmp(settled->name, name) != 0) {
			c = &settled->next;
			continue;
		}
		*c = settled->next;
		change_free(settled);
	}
}

static void
put(int fd, const unsigned char *bytes, size_t size, int64_t at)
{
	if (size > 0)
		cr_assert_eq(pwrite(fd, bytes, size, (off_t)at), (ssize_t)size);
}

static int
change_file(const struct change *c)
{
	int fd = open(c->name, O_RDWR | O_CLOEXEC);

	cr_assert_geq(fd, 0, "%s", c->name);
	return fd;
}

static void
change_undo(const struct change *c)
{
	int fd = change_file(c);

	put(fd, c->before, c->before_size, c->at);
	cr_assert_eq(ftruncate(fd, (off_t)c->size), 0);
	(void)close(fd);
}

static void
change_redo(const struct change *c)
{
	int fd = change_file(c);

	if (c->after == NULL)
		cr_assert_eq(ftruncate(fd, (off_t)c->at), 0);
	else
		put(fd, c->after, c->after_size, c->at);
	(void)close(fd);
}

/* A small generator, so that a seed is a case that can be had again. */
static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 16;
}

/* Undoes all, newest first; returns them, oldest first. */
static struct change *
undo_all(void)
{
	struct change *oldest = NULL;

	while (power.newest != NULL) {
		struct change *c = power.newest;

		change_undo(c);
		power.newest = c->next;
		c->next = oldest;
		oldest = c;
	}
	return oldest;
}

void
power_cut(uint32_t seed)
{
	struct change *c = undo_all();

	while (c != NULL) {
		struct change *next = c->next;

		if (seed != 0 && next_random(&seed) % 2 == 1)
			change_redo(c);
		change_free(c);
		c = next;
	}
	power.recording = false;
}
