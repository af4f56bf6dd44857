#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum error
text_copy(char *out, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size) {
		out[0] = '\0';
		return ERR_LONG;
	}
	memcpy(out, text, length + 1);
	return OK;
}

enum error
text_print(char *out, size_t size, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(out, size, format, arguments);
	va_end(arguments);
	if (length < 0) {
		out[0] = '\0';
		return ERR_FORMAT;
	}
	return (size_t)length < size ? OK : ERR_LONG;
}

enum error
text_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return ERR_FORMAT;
	for (const char *c = text; *c != '\0'; c++) {
		uint64_t digit = (uint64_t)(unsigned char)*c - '0';

		if (*c < '0' || *c > '9')
			return ERR_FORMAT;
		if (value > (UINT64_MAX - digit) / 10)
			return ERR_RANGE;
		value = value * 10 + digit;
	}
	if (value < min || value > max)
		return ERR_RANGE;
	*out = value;
	return OK;
}

bool
text_starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/*
 * The characters that turn the order of writing around, or show nothing:
 * U+061C, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF.
 */
static bool
is_unseen(const unsigned char *s)
{
	static const struct {
		unsigned char lead, second;
		unsigned char first, last; /* of the third byte */
	} ranges[] = {
	    {0xd8, 0x9c, 0x00, 0xff},
	    {0xe2, 0x80, 0x8b, 0x8f},
	    {0xe2, 0x80, 0xa8, 0xae},
	    {0xe2, 0x81, 0xa0, 0xaf},
	    {0xef, 0xbb, 0xbf, 0xbf},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (s[0] == ranges[i].lead && s[1] == ranges[i].second &&
		    s[2] >= ranges[i].first && s[2] <= ranges[i].last)
			return true;
	return false;
}

size_t
text_utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	static const struct {
		unsigned char first, last; /* of the lead byte */
		unsigned char low, high;   /* of the second byte */
		size_t length;
	} forms[] = {
	    {0x20, 0x7e, 0x00, 0x00, 1},
	    {0xc2, 0xc2, 0xa0, 0xbf, 2},
	    {0xc3, 0xdf, 0x80, 0xbf, 2},
	    {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3},
	    {0xed, 0xed, 0x80, 0x9f, 3},
	    {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4},
	    {0xf1, 0xf3, 0x80, 0xbf, 4},
	    {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (forms[i].length == 1)
			return 1;
		if (s[1] < forms[i].low || s[1] > forms[i].high)
			return 0;
		for (size_t n = 2; n < forms[i].length; n++)
			if ((s[n] & 0xc0) != 0x80)
				return 0;
		return is_unseen(s) ? 0 : forms[i].length;
	}
	return 0;
}

static char *
escape(char *out, size_t size, const char *text, bool utf8)
{
	static const char cut[] = "...";
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)text;
	size_t used = 0;
	size_t fits = 0; /* up to where there is room for the cut */

	while (*s != '\0') {
		size_t length = text_utf8_length((const char *)s);
		bool plain =
		    length == 1 ? *s != '"' && *s != '\\' : utf8 && length > 1;
		size_t need = plain ? length : 4;

		if (used + need >= size) {
			memcpy(out + fits, cut, sizeof cut);
			return out;
		}
		if (plain) {
			memcpy(out + used, s, length);
			s += length;
		} else {
			out[used] = '\\';
			out[used + 1] = 'x';
			out[used + 2] = hex[*s >> 4];
			out[used + 3] = hex[*s & 0xf];
			s++;
		}
		used += need;
		if (used + sizeof cut <= size)
			fits = used;
	}
	out[used] = '\0';
	return out;
}

char *
text_escape(char *out, size_t size, const char *text)
{
	return escape(out, size, text, false);
}

char *
text_escape_utf8(char *out, size_t size, const char *text)
{
	return escape(out, size, text, true);
}

char *
text_duration(char *out, size_t size, int64_t seconds)
{
	static const struct {
		int64_t below; /* this many seconds are said in this unit */
		int64_t unit;
		const char *name;
		int64_t part; /* what is less than unit is said in this one */
		const char *part_name;
	} scale[] = {
	    {120, 1, "s", 1, ""},
	    {120 * 60, 60, "min", 60, ""},
	    {48 * 3600, 3600, "h", 60, "min"},
	    {INT64_MAX, 86400, "days", 3600, "h"},
	};
	int64_t parts, whole;
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (seconds >= scale[i].below && scale[i].below != INT64_MAX)
		i++;
	parts = seconds / scale[i].part + (seconds % scale[i].part != 0);
	whole = parts / (scale[i].unit / scale[i].part);
	parts %= scale[i].unit / scale[i].part;
	if (parts == 0)
		(void)snprintf(
		    out, size, "%lld %s", (long long)whole, scale[i].name);
	else
		(void)snprintf(out, size, "%lld %s %lld %s", (long long)whole,
		    scale[i].name, (long long)parts, scale[i].part_name);
	return out;
}
