/*
 * JSON (RFC 8259), written to a stream as it comes.
 *
 * Text is always valid UTF-8 and free of control characters afterwards,
 * whatever it held: what is malformed becomes U+FFFD.  Whether the stream
 * took all of it is the caller's to ask, once, at the end (ferror(3)).
 */
#ifndef TERM_JSON_H
#define TERM_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool follows; /* the next value follows another one */
};

void json_start(struct json *j, FILE *out);

/*
 * Opens an object or a list; key is its name in the object around it, or
 * NULL in a list and at the top.  Each is closed by its own closer.
 */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_list(struct json *j, const char *key);
void json_close_list(struct json *j);

/* One value; value NULL is null. */
void json_text(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, int64_t value);
void json_truth(struct json *j, const char *key, bool value);

/* Seconds since 1970 as RFC 3339 says them, in UTC; 0, "never", is null. */
void json_time(struct json *j, const char *key, int64_t seconds);

/* Ends the text with a newline. */
void json_finish(struct json *j);

#endif
