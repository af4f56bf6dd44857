#include "doors/gate/letters.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "doors/gate/environment.h"

/* An umlaut and the sign of the euro, in UTF-8, and what fish makes of them. */
#define SENT LETTERS_VARIABLE "=\303\244\342\202\254"
#define CHANGED                     \
	LETTERS_VARIABLE            \
	"=\303\203\302\244\303\242" \
	"\302\202\302\254"

/* The letters U+0000 to U+00FF as bytes; false where there are others. */
static bool
undo(char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	unsigned char *to = (unsigned char *)text;

	while (*from != '\0') {
		if (*from < 0x80) {
			*to++ = *from++;
			continue;
		}
		if ((*from != 0xC2 && *from != 0xC3) ||
		    (from[1] & 0xC0) != 0x80)
			return false;
		*to++ =
		    (unsigned char)((from[0] & 0x03) << 6 | (from[1] & 0x3F));
		from += 2;
	}
	*to = '\0';
	return true;
}

static const char *
find(char **environment)
{
	static const char start[] = LETTERS_VARIABLE "=";

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, start, sizeof start - 1) == 0)
			return *environment;
	return NULL;
}

enum error
letters_restore(char **environment)
{
	const char *arrived = find(environment);

	if (arrived == NULL)
		return ERR_ABSENT;
	if (strcmp(arrived, SENT) == 0)
		return OK;
	if (strcmp(arrived, CHANGED) != 0)
		return ERR_FORMAT;
	for (; *environment != NULL; environment++)
		if (!environment_drops(
			*environment, strcspn(*environment, "=")) &&
		    !undo(*environment))
			return ERR_FORMAT;
	return OK;
}
