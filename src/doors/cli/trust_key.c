#include "doors/cli/trust_key.h"

#include <stdbool.h>
#include <string.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/text.h"

static const char blanks[] = " \t\r";

/* A piece of the text. */
struct piece {
	const char *at;
	size_t length;
};

static struct piece
next_word(const char **at)
{
	struct piece w;

	*at += strspn(*at, blanks);
	w = (struct piece){*at, strcspn(*at, " \t\r\n")};
	*at += w.length;
	return w;
}

static bool
piece_starts(struct piece p, const char *start)
{
	return p.length >= strlen(start) &&
	    memcmp(p.at, start, strlen(start)) == 0;
}

/* True when the first string of the key is the word before it. */
static bool
is_of_type(const uint8_t *key, size_t size, struct piece type)
{
	struct reader r;

	reader_init(&r, key, size);
	return read_u32(&r) == type.length && r.left >= type.length &&
	    memcmp(r.at, type.at, type.length) == 0;
}

/* What a line is that does not begin with a key. */
static enum key_text
judge_other(const char *line)
{
	static const char *const starts[] = {"ssh-", "ecdsa-", "sk-"};
	struct piece first = next_word(&line);
	struct piece word = first;

	if (piece_starts(first, "cert-authority") ||
	    piece_starts(first, "@cert-authority"))
		return KEY_TEXT_AUTHORITY;
	for (; word.length > 0; word = next_word(&line))
		for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
			if (word.at != first.at &&
			    piece_starts(word, starts[i]))
				return KEY_TEXT_OPTIONS;
	return KEY_TEXT_FOREIGN;
}

static enum key_text
read_line(const char *line, uint8_t *out, size_t *size)
{
	const char *at = line;
	struct piece type = next_word(&at), blob = next_word(&at);
	enum error e =
	    base64_decode(blob.at, blob.length, out, PUBKEY_MAX, size);

	if (e == ERR_LONG)
		return KEY_TEXT_LONG;
	if (blob.length == 0 || e != OK || !is_of_type(out, *size, type))
		return judge_other(line);
	return KEY_TEXT_GOOD;
}

static bool
is_private(const char *text)
{
	return strstr(text, "PRIVATE KEY-----") != NULL ||
	    text_starts(text, "PuTTY-User-Key-File");
}

enum key_text
key_text_read(const char *text, uint8_t out[static PUBKEY_MAX], size_t *size)
{
	enum key_text state = KEY_TEXT_NONE;

	*size = 0;
	if (is_private(text))
		return KEY_TEXT_PRIVATE;
	while (*text != '\0') {
		const char *line = text + strspn(text, blanks);

		text += strcspn(text, "\n");
		text += *text == '\n';
		if (*line == '#' || *line == '\n' || *line == '\0')
			continue;
		if (state == KEY_TEXT_GOOD)
			return KEY_TEXT_MANY;
		state = read_line(line, out, size);
		if (state != KEY_TEXT_GOOD)
			return state;
	}
	return state;
}

const char *
key_text_words(enum key_text state)
{
	static const char *const words[KEY_TEXT_COUNT] = {
	    [KEY_TEXT_NONE] = "there is no key in it",
	    [KEY_TEXT_FOREIGN] = "this is no public key in the form of "
				 "OpenSSH's .pub files; ssh-keygen -i reads "
				 "other forms",
	    [KEY_TEXT_PRIVATE] =
		"this is a private key, which nobody but you may see; give "
		"the .pub file beside it",
	    [KEY_TEXT_OPTIONS] = "something stands before the key, and would "
				 "not count; give the key alone",
	    [KEY_TEXT_AUTHORITY] = "a certificate authority cannot be vouched "
				   "for; give the key alone",
	    [KEY_TEXT_MANY] = "there is more than one key in it; give one",
	    [KEY_TEXT_LONG] = "this is longer than any key",
	    [KEY_TEXT_GOOD] = "this is a public key",
	};

	return words[state];
}

enum error
time_text_read(const char *text, uint32_t *seconds)
{
	static const struct {
		char letter;
		uint32_t seconds;
	} units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}};
	size_t length = strlen(text);
	char digits[8];
	uint64_t number;
	enum error e = ERR_FORMAT;

	if (length < 2 || length > sizeof digits)
		return e;
	memcpy(digits, text, length - 1);
	digits[length - 1] = '\0';
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (text[length - 1] != units[i].letter)
			continue;
		e = text_number(
		    digits, 1, UINT32_MAX / units[i].seconds, &number);
		if (e == OK)
			*seconds = (uint32_t)number * units[i].seconds;
	}
	return e;
}
