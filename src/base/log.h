/*
 * The log: one line an event, as key=value, to syslog (authpriv) or stderr.
 *
 * Rules:
 *   - Text that came from outside MUST be added by log_text(), which escapes
 *     it: no peer can forge a line or a field.
 *   - No secret and no code MUST ever be added.
 *   - Logging MUST NOT block: a full syslog loses lines, and the next line
 *     that gets through says how many.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO
};

#define LOG_LINE_MAX 2048 /* room for three of the longest texts, and more */

/* One line while it is written. */
struct log_line {
	enum log_level level;
	char text[LOG_LINE_MAX];
	unsigned int used;
};

/*
 * Where lines go from now on: to the sink, called with a level and a whole
 * line without its newline.  Until then they go to stderr.
 */
void log_open(void (*sink)(enum log_level level, const char *line));

/* Starts a line: event=NAME. */
void log_start(struct log_line *l, enum log_level level, const char *event);

/* Adds key=value; text values are escaped, and quoted where they need it. */
void log_text(struct log_line *l, const char *key, const char *value);
void log_number(struct log_line *l, const char *key, int64_t value);

/* Sends the line. */
void log_end(struct log_line *l);

/* A line with one message: event=NAME message="...". */
void log_message(enum log_level level, const char *event, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

#endif
