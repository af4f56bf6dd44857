/*
 * Rules:
 *   - The bytes may be a secret: no table MUST be indexed by them, and no
 *     branch depend on them.  That a text is malformed is no secret.
 *   - One run of bytes has two texts, padded and not, and no third: what
 *     another program would read otherwise is refused here.
 */
#include "core/base32.h"

#include <stdbool.h>
#include <string.h>

#include "core/mask.h"

/* The character for the five bits of v. */
static char
base32_character(uint32_t v)
{
	uint64_t letter = mask_below(v, 26);

	return (char)mask_select(letter, 'A' + v, '2' - 26 + v);
}

/* The five bits of c; 32 when it is no character of base32. */
static uint32_t
base32_value(char c)
{
	uint32_t v = (unsigned char)c;
	uint64_t letter = mask_below('A' - 1, v) & mask_below(v, 'Z' + 1);
	uint64_t digit = mask_below('2' - 1, v) & mask_below(v, '7' + 1);

	return (uint32_t)mask_select(letter, (uint64_t)v - 'A',
	    mask_select(digit, (uint64_t)v - '2' + 26, 32));
}

enum error
base32_encode(char *out, size_t out_size, const uint8_t *bytes, size_t size)
{
	uint32_t bits = 0;
	uint32_t count = 0; /* of bits that are not written yet */
	size_t used = 0;

	if (out_size > 0)
		out[0] = '\0';
	if (size > SIZE_MAX / 8 - 1 || BASE32_SIZE(size) > out_size)
		return ERR_LONG;
	for (size_t i = 0; i < size; i++) {
		bits = bits << 8 | bytes[i];
		for (count += 8; count >= 5; count -= 5)
			out[used++] =
			    base32_character(bits >> (count - 5) & 31);
	}
	if (count > 0)
		out[used++] = base32_character(bits << (5 - count) & 31);
	out[used] = '\0';
	return OK;
}

/*
 * Characters of text before its padding, into *length; ERR_FORMAT when no
 * bytes have a text of that length, or with that padding.
 */
static enum error
base32_measure(const char *text, size_t *length)
{
	/* of the last group of eight, by its characters; -1: no bytes do */
	static const int padding[] = {0, -1, 6, -1, 4, 3, -1, 1};
	size_t total = strlen(text);
	int pad;

	*length = strcspn(text, "=");
	pad = padding[*length % 8];
	if (pad < 0)
		return ERR_FORMAT;
	if (total == *length)
		return OK;
	if (total - *length != (size_t)pad)
		return ERR_FORMAT;
	return strspn(text + *length, "=") == (size_t)pad ? OK : ERR_FORMAT;
}

/* Reads length characters into out, which has room for them. */
static enum error
base32_read(uint8_t *out, const char *text, size_t length)
{
	uint32_t bits = 0;
	uint32_t count = 0; /* of bits that are not in out yet */
	uint32_t wrong = 0;

	for (size_t i = 0; i < length; i++) {
		uint32_t v = base32_value(text[i]);

		wrong |= v & 32;
		bits = bits << 5 | (v & 31);
		count += 5;
		if (count >= 8) {
			count -= 8;
			*out++ = (uint8_t)(bits >> count & 0xff);
		}
	}
	/* RFC 4648 section 3.5: the bits that no byte takes are zero. */
	wrong |= bits & ((UINT32_C(1) << count) - 1);
	return wrong == 0 ? OK : ERR_FORMAT;
}

enum error
base32_decode(uint8_t *out, size_t max, size_t *size, const char *text)
{
	enum error e;
	size_t length;

	*size = 0;
	e = base32_measure(text, &length);
	if (e != OK)
		return e;
	if (length / 8 * 5 + length % 8 * 5 / 8 > max)
		return ERR_LONG;
	e = base32_read(out, text, length);
	if (e != OK) {
		explicit_bzero(out, max);
		return e;
	}
	*size = length / 8 * 5 + length % 8 * 5 / 8;
	return OK;
}
