#include "doors/cli/say.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

#define COLUMNS 80
#define SAID_MAX 4096
#define FACT_COLUMN 22 /* where the values of facts stand */

/* The last to see a text: nothing that a terminal obeys gets past. */
static void
put_word(FILE *out, const char *word, size_t length)
{
	while (length > 0) {
		size_t taken = text_utf8_length(word);

		if (taken == 0 || taken > length) {
			(void)putc('?', out);
			taken = 1;
		} else {
			(void)fwrite(word, 1, taken, out);
		}
		word += taken;
		length -= taken;
	}
}

/* Prints text from column on; a new line begins with indent blanks. */
static void
wrap(FILE *out, size_t column, size_t indent, const char *text)
{
	bool first = true;

	for (text += strspn(text, " \n"); *text != '\0'; first = false) {
		size_t length = strcspn(text, " \n");

		if (!first && column + 1 + length > COLUMNS) {
			(void)fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			(void)putc(' ', out);
			column++;
		}
		put_word(out, text, length);
		column += length;
		text += length;
		text += strspn(text, " \n");
	}
	(void)putc('\n', out);
}

void
say_wrapped(FILE *out, size_t indent, const char *text)
{
	(void)fprintf(out, "%*s", (int)indent, "");
	wrap(out, indent, indent, text);
}

void
say_hung(FILE *out, const char *head, size_t indent, const char *text)
{
	(void)fputs(head, out);
	wrap(out, strlen(head), indent, text);
}

void
say(const char *format, ...)
{
	char text[SAID_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	say_wrapped(stdout, 0, text);
}

void
complain(const char *format, ...)
{
	static const char name[] = "otpgate: ";
	char text[SAID_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	(void)fputs(name, stderr);
	wrap(stderr, sizeof name - 1, 0, text);
}

void
say_fact(const char *name, const char *format, ...)
{
	char text[SAID_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	(void)printf("%s:%*s", name, FACT_COLUMN - 1 - (int)strlen(name), "");
	wrap(stdout, FACT_COLUMN, FACT_COLUMN, text);
}

/* ---- the list of sentences ---- */

static void
put_pattern(FILE *out, enum sentence s)
{
	char line[SAID_MAX];

	(void)text_print(line, sizeof line, "otpgate %s", grammar_pattern(s));
	(void)fputs("    ", out);
	wrap(out, 4, 12, line);
}

static bool
begins_with(enum sentence s, const char *word)
{
	const char *pattern = grammar_pattern(s);
	size_t length = strcspn(pattern, " ");

	return word != NULL && strlen(word) == length &&
	    memcmp(pattern, word, length) == 0;
}

void
say_help(FILE *out, const char *first)
{
	bool all = true;

	for (int s = 0; s < SENTENCE_COUNT; s++)
		if (begins_with((enum sentence)s, first))
			all = false;
	for (int s = 0; s < SENTENCE_COUNT; s++) {
		char help[SAID_MAX];

		if (!all && !begins_with((enum sentence)s, first))
			continue;
		put_pattern(out, (enum sentence)s);
		(void)text_print(help, sizeof help, "%s%s",
		    grammar_needs_root((enum sentence)s) ? "(root) " : "",
		    grammar_help((enum sentence)s));
		say_wrapped(out, 8, help);
	}
}

void
complain_misfit(const char *const *words, size_t count, const struct misfit *m)
{
	char word[SHOWN_MAX];

	if (count == 0)
		complain("what is to be done? Possible are:");
	else if (m->at == count)
		complain("after \"%s\" something is missing; possible are:",
		    text_escape_utf8(word, sizeof word, words[count - 1]));
	else
		complain("\"%s\" fits nowhere here; possible are:",
		    text_escape_utf8(word, sizeof word, words[m->at]));
	for (int s = 0; s < SENTENCE_COUNT; s++)
		if (m->possible[s])
			put_pattern(stderr, (enum sentence)s);
}
