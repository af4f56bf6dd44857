#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "doors/cli/import.h"
#include "doors/cli/lines.h"
#include "doors/cli/say.h"

#define OATH_SIZE_MAX (1024 * 1024 * 1024) /* bytes: root's own file */
#define BLANKS " \t\v\f\r"

enum { TYPE, USER, PIN, SECRET, COUNTER, CODE, TIME, FIELDS };

/* ---- fields ---- */

static const struct {
	const char *word;
	uint8_t period, digits;
} types[] = {
    {"HOTP/T30", 30, 6},
    {"HOTP/T30/6", 30, 6},
    {"HOTP/T30/7", 30, 7},
    {"HOTP/T30/8", 30, 8},
    {"HOTP/T60", 60, 6},
    {"HOTP/T60/6", 60, 6},
    {"HOTP/T60/7", 60, 7},
    {"HOTP/T60/8", 60, 8},
};

static const char *
take_type(const char *word, struct wire_import_record *m)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(word, types[i].word) == 0) {
			m->period = types[i].period;
			m->digits = types[i].digits;
			return NULL;
		}
	if (strcmp(word, "HOTP") == 0 || text_starts(word, "HOTP/E"))
		return "its codes follow a counter and not the time; set up a "
		       "new device for the user";
	return "its first word is no type of token";
}

static const char *
take_user(const struct batch *b, const char *word, struct wire_import_record *m)
{
	if (word == NULL)
		return "the user is missing";
	if (text_copy(m->name, sizeof m->name, word) != OK)
		return "the user's name is too long";
	if (!accounts_find(&b->accounts, word, &m->uid))
		return "there is no such user here";
	return NULL;
}

/* "+": whatever was typed before the code was somebody else's to judge. */
static const char *
take_pin(const char *word)
{
	if (word == NULL)
		return "the PIN is missing: it is \"-\" for none";
	if (strcmp(word, "-") == 0 || strcmp(word, "+") == 0)
		return NULL;
	return "it has a PIN, which is a part of this factor and has no place "
	       "here; without it the factor would be weaker";
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static const char *
take_secret(const char *word, struct wire_import_record *m)
{
	size_t length = word == NULL ? 0 : strlen(word);

	if (length == 0)
		return "the secret is missing";
	if (length / 2 > sizeof m->secret)
		return "the secret is longer than 64 bytes";
	for (size_t i = 0; i < length; i++)
		if (length % 2 != 0 || hex_value(word[i]) < 0)
			return "the secret is not hexadecimal";
	for (size_t i = 0; i < length; i += 2)
		m->secret[i / 2] =
		    (uint8_t)(hex_value(word[i]) * 16 + hex_value(word[i + 1]));
	m->secret_size = length / 2;
	return NULL;
}

static const char *
take_counter(const char *word)
{
	if (word == NULL || strspn(word, "0123456789") == strlen(word))
		return NULL;
	return "the counter, its fifth word, is no number";
}

static const char *
take_code(const char *word, struct wire_import_record *m)
{
	if (word == NULL)
		return NULL;
	if (strlen(word) != m->digits ||
	    strspn(word, "0123456789") != strlen(word) ||
	    text_copy(m->code, sizeof m->code, word) != OK)
		return "the code that was used last has other digits than the "
		       "type says";
	return NULL;
}

/* Local time, which is how liboath writes it. */
static const char *
take_time(const char *word, struct wire_import_record *m)
{
	struct tm tm;
	const char *end;
	time_t used;

	if (word == NULL)
		return NULL;
	memset(&tm, 0, sizeof tm);
	end = strptime(word, "%Y-%m-%dT%H:%M:%SL", &tm);
	tm.tm_isdst = -1;
	used = end != NULL && *end == '\0' ? mktime(&tm) : -1;
	if (used < 0)
		return "the time of the last code is none";
	m->used = used;
	return NULL;
}

/* ---- lines ---- */

static const char *
take_fields(const struct batch *b, char *const word[FIELDS],
    struct wire_import_record *m)
{
	const char *why = take_type(word[TYPE], m);

	if (why == NULL)
		why = take_user(b, word[USER], m);
	if (why == NULL)
		why = take_pin(word[PIN]);
	if (why == NULL)
		why = take_secret(word[SECRET], m);
	if (why == NULL)
		why = take_counter(word[COUNTER]);
	if (why == NULL)
		why = take_code(word[CODE], m);
	return why == NULL ? take_time(word[TIME], m) : why;
}

static void
take_line(struct batch *b, const char *file, struct lines *l)
{
	char *word[FIELDS] = {NULL};
	struct wire_import_record m;
	const char *why = NULL;
	char *rest = NULL;
	char *next = strtok_r(l->line, BLANKS, &rest);
	size_t count = 0;

	if (next == NULL || next[0] == '#')
		return;
	for (; next != NULL && why == NULL;
	     next = strtok_r(NULL, BLANKS, &rest)) {
		if (count == FIELDS)
			why = "there are more than seven words";
		else
			word[count++] = next;
	}
	memset(&m, 0, sizeof m);
	if (why == NULL)
		why = take_fields(b, word, &m);
	if (why == NULL)
		batch_add(b, file, l->number, &m);
	else
		batch_refuse(b, file, l->number, why);
	explicit_bzero(&m, sizeof m);
}

bool
import_read_oath(struct batch *b, const char *path)
{
	const char *file = batch_name(b, path);
	char shown[SHOWN_MAX];
	struct lines l;
	const char *why = lines_open(&l, AT_FDCWD, path, true, OATH_SIZE_MAX);

	if (why != NULL) {
		complain(
		    "%s: %s", text_escape_utf8(shown, sizeof shown, path), why);
		return false;
	}
	accounts_read(&b->accounts);
	while (lines_next(&l, &why))
		if (why != NULL)
			batch_refuse(b, file, l.number, why);
		else
			take_line(b, file, &l);
	if (lines_close(&l))
		return true;
	complain("%s: it cannot be read to its end",
	    text_escape_utf8(shown, sizeof shown, path));
	return false;
}
