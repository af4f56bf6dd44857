#include "doors/pam/methods.h"

#include <string.h>

#include "base/text.h"

/* Bytes of the first word of a line. */
static size_t
word_length(const char *line)
{
	return strcspn(line, " \n");
}

static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

bool
told_has(const char *told, const char *method)
{
	for (; *told != '\0'; told = next_line(told))
		if (word_length(told) == strlen(method) &&
		    strncmp(told, method, strlen(method)) == 0)
			return true;
	return false;
}

static enum error
add(char out[static METHODS_MAX], const char *word, size_t length)
{
	size_t used = strlen(out);

	if (length == 0)
		return ERR_FORMAT;
	return text_print(out + used, METHODS_MAX - used, "%s%.*s",
	    used == 0 ? "" : ",", (int)length, word);
}

void
told_methods(char out[static METHODS_MAX], const char *told, const char *more)
{
	enum error e = OK;

	out[0] = '\0';
	for (; *told != '\0' && e == OK; told = next_line(told))
		e = add(out, told, word_length(told));
	if (e == OK && more != NULL)
		e = add(out, more, strlen(more));
	if (e != OK)
		out[0] = '\0';
}
