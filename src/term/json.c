#include "term/json.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

void
json_start(struct json *j, FILE *out)
{
	j->out = out;
	j->follows = false;
}

/*
 * What a terminal or a parser could stumble over is written as \uXXXX: RFC
 * 8259 section 7 demands it of the first 32, and C1 and DEL are no better.
 */
static size_t
put_escaped(FILE *out, const unsigned char *s)
{
	static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *n = names; *n != '\0'; n += 2)
		if (*s == (unsigned char)n[0]) {
			(void)fprintf(out, "\\%c", n[1]);
			return 1;
		}
	if (*s < 0x20 || *s == 0x7f) {
		(void)fprintf(out, "\\u%04x", (unsigned int)*s);
		return 1;
	}
	if (*s == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f) {
		(void)fprintf(out, "\\u%04x", (unsigned int)s[1]);
		return 2;
	}
	return 0;
}

static size_t
put_character(FILE *out, const unsigned char *s)
{
	size_t length = put_escaped(out, s);

	if (length > 0)
		return length;
	length = text_utf8_length((const char *)s);
	if (length > 0) {
		(void)fwrite(s, 1, length, out);
		return length;
	}
	(void)fputs("\\ufffd", out);
	return 1;
}

static void
put_string(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	(void)putc('"', out);
	while (*s != '\0')
		s += put_character(out, s);
	(void)putc('"', out);
}

/* All that stands before a value. */
static void
lead_in(struct json *j, const char *key)
{
	if (j->follows)
		(void)fputs(", ", j->out);
	j->follows = true;
	if (key != NULL) {
		put_string(j->out, key);
		(void)fputs(": ", j->out);
	}
}

static void
open_bracket(struct json *j, const char *key, char bracket)
{
	lead_in(j, key);
	(void)putc(bracket, j->out);
	j->follows = false;
}

static void
close_bracket(struct json *j, char bracket)
{
	(void)putc(bracket, j->out);
	j->follows = true;
}

void
json_open_object(struct json *j, const char *key)
{
	open_bracket(j, key, '{');
}

void
json_close_object(struct json *j)
{
	close_bracket(j, '}');
}

void
json_open_list(struct json *j, const char *key)
{
	open_bracket(j, key, '[');
}

void
json_close_list(struct json *j)
{
	close_bracket(j, ']');
}

void
json_text(struct json *j, const char *key, const char *value)
{
	lead_in(j, key);
	if (value == NULL)
		(void)fputs("null", j->out);
	else
		put_string(j->out, value);
}

void
json_number(struct json *j, const char *key, int64_t value)
{
	lead_in(j, key);
	(void)fprintf(j->out, "%" PRId64, value);
}

void
json_truth(struct json *j, const char *key, bool value)
{
	lead_in(j, key);
	(void)fputs(value ? "true" : "false", j->out);
}

void
json_time(struct json *j, const char *key, int64_t seconds)
{
	char text[40];
	time_t when = (time_t)seconds;
	struct tm utc;

	if (seconds == 0 || gmtime_r(&when, &utc) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		json_text(j, key, NULL);
	else
		json_text(j, key, text);
}

void
json_finish(struct json *j)
{
	(void)putc('\n', j->out);
}
