#include "base/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz"
			      "0123456789+/";

/* The value of a letter, or -1. */
static int
value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	return at == NULL ? -1 : (int)(at - letters);
}

/* Only padding, as much as is due, and blanks may stand at the end. */
static enum error
check_end(const char *text, size_t length, size_t count, uint32_t bits)
{
	static const char blanks[] = " \t\n\v\f\r";
	size_t padding = 0, due = (4 - count % 4) % 4;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '=')
			padding++;
		else if (text[i] == '\0' || strchr(blanks, text[i]) == NULL)
			return ERR_FORMAT;
	}
	if (due == 3 || padding != due || bits != 0)
		return ERR_FORMAT;
	return OK;
}

enum error
base64_decode(
    const char *text, size_t length, uint8_t *out, size_t max, size_t *size)
{
	static const char blanks[] = " \t\n\v\f\r";
	size_t count = 0, used = 0, i;
	uint32_t bits = 0, held = 0; /* bits not yet given out, how many */

	*size = 0;
	for (i = 0; i < length && text[i] != '='; i++) {
		int value = value_of(text[i]);

		if (text[i] != '\0' && strchr(blanks, text[i]) != NULL)
			continue;
		if (value < 0)
			return ERR_FORMAT;
		count++;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held < 8)
			continue;
		if (used == max)
			return ERR_LONG;
		held -= 8;
		out[used++] = (uint8_t)(bits >> held);
		bits &= (1U << held) - 1;
	}
	*size = used;
	return check_end(text + i, length - i, count, bits);
}

char *
base64_encode(char *out, const uint8_t *bytes, size_t size)
{
	char *at = out;

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t bits = (uint32_t)bytes[i] << 16;

		if (left > 1)
			bits |= (uint32_t)bytes[i + 1] << 8;
		if (left > 2)
			bits |= bytes[i + 2];
		*at++ = letters[bits >> 18];
		*at++ = letters[bits >> 12 & 63];
		*at++ = left > 1 ? letters[bits >> 6 & 63] : '=';
		*at++ = left > 2 ? letters[bits & 63] : '=';
	}
	*at = '\0';
	return out;
}
