#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static void
sink_stderr(enum log_level level, const char *line)
{
	(void)level;
	(void)dprintf(STDERR_FILENO, "%s\n", line);
}

static void (*log_sink)(enum log_level, const char *) = sink_stderr;

void
log_open(void (*sink)(enum log_level level, const char *line))
{
	log_sink = sink;
}

/* A field goes in whole or not at all: half a field would be a lie. */
static void
log_field(
    struct log_line *l, const char *key, const char *quote, const char *value)
{
	size_t left = sizeof l->text - l->used;
	int length = snprintf(l->text + l->used, left, "%s%s=%s%s%s",
	    l->used == 0 ? "" : " ", key, quote, value, quote);

	if (length > 0 && (size_t)length < left)
		l->used += (unsigned int)length;
	else
		l->text[l->used] = '\0';
}

void
log_start(struct log_line *l, enum log_level level, const char *event)
{
	l->level = level;
	l->used = 0;
	l->text[0] = '\0';
	log_field(l, "event", "", event);
}

void
log_text(struct log_line *l, const char *key, const char *value)
{
	char escaped[512];
	bool bare = value[0] != '\0' && strpbrk(value, " =\"\\") == NULL;

	text_escape(escaped, sizeof escaped, value);
	log_field(l, key, bare ? "" : "\"", escaped);
}

void
log_number(struct log_line *l, const char *key, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%lld", (long long)value);
	log_field(l, key, "", text);
}

void
log_end(struct log_line *l)
{
	log_sink(l->level, l->text);
}

void
log_message(enum log_level level, const char *event, const char *format, ...)
{
	struct log_line l;
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	log_start(&l, level, event);
	log_text(&l, "message", text);
	log_end(&l);
}
