/*
 * Bytes that grow: what a program wrote, what a channel brought.
 *
 * A test is a process of its own and ends soon: texts stay until then, and
 * nobody frees one.
 */
#ifndef SYSTEM_TEXT_H
#define SYSTEM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct text {
	char *bytes; /* with a NUL after the last one */
	size_t size;
	struct text *next; /* of all that there are */
};

/* A new, empty one. */
struct text *text_new(void);

/* A new one, as printf(3) would have it; its bytes. */
const char *text_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

void text_add(struct text *t, const void *bytes, size_t size);

/*
 * Adds what one read(2) brings; its result, where the end of a terminal
 * counts as the end of a file.
 */
ssize_t text_read(struct text *t, int fd);

/* How often needle stands in haystack, without overlaps. */
size_t text_count(const char *haystack, const char *needle);

bool text_has(const char *haystack, const char *needle);

/* The string that JSON gives for key, the first one; fails without one. */
const char *text_json(const char *json, const char *key);

#endif
