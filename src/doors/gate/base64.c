#include "doors/gate/base64.h"

#include <string.h>

/* The value of a letter, or -1. */
static int
value_of(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	return at == NULL ? -1 : (int)(at - letters);
}

/* Only padding, as much as is due, and blanks may stand at the end. */
static enum error
check_end(const char *text, size_t length, size_t letters, uint32_t bits)
{
	static const char blanks[] = " \t\n\v\f\r";
	size_t padding = 0, due = (4 - letters % 4) % 4;

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
	size_t letters = 0, used = 0, i;
	uint32_t bits = 0, held = 0; /* bits not yet given out, how many */

	*size = 0;
	for (i = 0; i < length && text[i] != '='; i++) {
		int value = value_of(text[i]);

		if (text[i] != '\0' && strchr(blanks, text[i]) != NULL)
			continue;
		if (value < 0)
			return ERR_FORMAT;
		letters++;
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
	return check_end(text + i, length - i, letters, bits);
}
