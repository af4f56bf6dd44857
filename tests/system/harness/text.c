#include "text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct text *all; /* keeps them reachable, for LeakSanitizer */

struct text *
text_new(void)
{
	struct text *t = calloc(1, sizeof(*t));

	cr_assert_not_null(t);
	t->bytes = calloc(1, 1);
	cr_assert_not_null(t->bytes);
	t->next = all;
	all = t;
	return t;
}

const char *
text_format(const char *format, ...)
{
	struct text *t = text_new();
	char line[8192];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	cr_assert(n >= 0 && (size_t)n < sizeof(line), "text is too long");
	text_add(t, line, (size_t)n);
	return t->bytes;
}

void
text_add(struct text *t, const void *bytes, size_t size)
{
	char *grown = realloc(t->bytes, t->size + size + 1);

	cr_assert_not_null(grown);
	memcpy(grown + t->size, bytes, size);
	t->bytes = grown;
	t->size += size;
	t->bytes[t->size] = '\0';
}

ssize_t
text_read(struct text *t, int fd)
{
	char bytes[65536 / 4];
	ssize_t n;

	do
		n = read(fd, bytes, sizeof(bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EIO) /* the other side of a pty is gone */
		n = 0;
	if (n > 0)
		text_add(t, bytes, (size_t)n);
	return n;
}

size_t
text_count(const char *haystack, const char *needle)
{
	size_t n = 0;

	for (; (haystack = strstr(haystack, needle)) != NULL; n++)
		haystack += strlen(needle);
	return n;
}

bool
text_has(const char *haystack, const char *needle)
{
	return strstr(haystack, needle) != NULL;
}

const char *
text_json(const char *json, const char *key)
{
	const char *at = strstr(json, text_format("\"%s\"", key));
	size_t size;

	cr_assert_not_null(at, "no \"%s\" in %s", key, json);
	at += strlen(key) + 2;
	at += strspn(at, ": ");
	cr_assert_eq(*at, '"', "\"%s\" is no string in %s", key, json);
	size = strcspn(++at, "\"");
	return text_format("%.*s", (int)size, at);
}
