/* Lines of text as if they had been read from a file. */
#ifndef UNIT_TEXT_LINES_H
#define UNIT_TEXT_LINES_H

#include <string.h>

#include "doors/cli/doctor/lines.h"

#define TEXT_LINES_MAX 24

struct text_lines {
	struct line line[TEXT_LINES_MAX];
	struct lines all;
};

/* The strings up to NULL; they are not copied, and stay as they are. */
static inline const struct lines *
text_lines(struct text_lines *t, const char *const text[])
{
	memset(t, 0, sizeof *t);
	t->all.line = t->line;
	for (; text[t->all.count] != NULL; t->all.count++) {
		t->line[t->all.count].file = "f";
		t->line[t->all.count].number = (int)t->all.count + 1;
		memcpy(&t->line[t->all.count].text, &text[t->all.count],
		    sizeof text[0]);
	}
	return &t->all;
}

#define LINES(t, ...) text_lines(t, (const char *const[]){__VA_ARGS__, NULL})

#endif
