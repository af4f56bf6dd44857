#include "core/code.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/base32.h"
#include "core/totp.h"

/* What is left of an answer without blanks and hyphens. */
struct letters {
	/* Upper case, terminated; no TOTP code is longer. */
	char text[BASE32_SIZE(RECOVERY_BYTES)];
	size_t count;
	bool hyphens; /* there were some */
};

static bool
letters_read(struct letters *l, const char *text)
{
	memset(l, 0, sizeof *l);
	if (strnlen(text, CODE_TEXT_MAX) == CODE_TEXT_MAX)
		return false;
	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '\t')
			continue;
		if (*text == '-') {
			l->hyphens = true;
			continue;
		}
		if (l->count == sizeof l->text - 1)
			return false;
		l->text[l->count++] = *text >= 'a' && *text <= 'z'
		    ? (char)(*text - 'a' + 'A')
		    : *text;
	}
	return true;
}

static bool
code_read_totp(struct code *out, const struct letters *l)
{
	uint32_t number = 0;

	if (l->hyphens || l->count < TOTP_DIGITS_MIN ||
	    l->count > TOTP_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < l->count; i++) {
		if (l->text[i] < '0' || l->text[i] > '9')
			return false;
		number = number * 10 + (uint32_t)(l->text[i] - '0');
	}
	out->kind = CODE_TOTP;
	out->digits = (uint32_t)l->count;
	out->number = number;
	return true;
}

static void
code_read_recovery(struct code *out, const struct letters *l)
{
	size_t size;

	if (base32_decode(out->recovery, RECOVERY_BYTES, &size, l->text) ==
		OK &&
	    size == RECOVERY_BYTES)
		out->kind = CODE_RECOVERY;
	else
		explicit_bzero(out->recovery, sizeof out->recovery);
}

void
code_read(struct code *out, const char *text)
{
	struct letters l;

	memset(out, 0, sizeof *out);
	if (letters_read(&l, text) && !code_read_totp(out, &l))
		code_read_recovery(out, &l);
	explicit_bzero(&l, sizeof l);
}

enum code_kind
code_kind_of(const char *text)
{
	struct code code;
	enum code_kind kind;

	code_read(&code, text);
	kind = code.kind;
	explicit_bzero(&code, sizeof code);
	return kind;
}

void
code_write_recovery(char *out, const uint8_t recovery[static RECOVERY_BYTES])
{
	char letters[BASE32_SIZE(RECOVERY_BYTES)];
	char *at = out;

	/* Cannot fail: the sizes are constants that fit. */
	if (base32_encode(letters, sizeof letters, recovery, RECOVERY_BYTES) !=
	    OK)
		letters[0] = '\0';
	for (size_t i = 0; letters[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			*at++ = '-';
		*at++ = letters[i];
	}
	*at = '\0';
	explicit_bzero(letters, sizeof letters);
}
