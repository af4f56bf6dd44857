#include "term/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/text.h"

#define CELL_MAX 256 /* bytes of a cell that are shown, escaped */
#define GAP 2	     /* blanks between two columns */

struct table {
	FILE *out;
	const char *const *headings;
	size_t columns;
	bool headed; /* the headings are printed */
	bool right[TABLE_COLUMNS];
	size_t width[TABLE_COLUMNS];
	size_t rows;
	char *cell[TABLE_ROWS][TABLE_COLUMNS];
};

/* Without a locale that reads UTF-8, each character counts as one column. */
size_t
table_width(const char *text)
{
	size_t width = 0;
	mbstate_t state;
	wchar_t c;

	memset(&state, 0, sizeof state);
	while (*text != '\0') {
		size_t length = text_utf8_length(text);
		int columns = 1;

		if (length == 0)
			length = 1;
		if (mbrtowc(&c, text, length, &state) == length)
			columns = wcwidth(c);
		else
			memset(&state, 0, sizeof state);
		width += columns < 0 ? 1 : (size_t)columns;
		text += length;
	}
	return width;
}

static const char *
heading(const struct table *t, size_t column)
{
	return t->headings[column] + (t->right[column] ? 1 : 0);
}

struct table *
table_new(FILE *out, const char *const *headings)
{
	struct table *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->out = out;
	t->headings = headings;
	while (headings[t->columns] != NULL && t->columns < TABLE_COLUMNS) {
		size_t c = t->columns++;

		t->right[c] = headings[c][0] == '>';
		t->width[c] = table_width(heading(t, c));
	}
	return t;
}

/* The last column is not padded: no line ends with blanks. */
static void
print_cell(const struct table *t, size_t column, const char *text)
{
	int pad = (int)(t->width[column] - table_width(text));
	bool last = column + 1 == t->columns;

	if (t->right[column])
		(void)fprintf(t->out, "%*s%s", pad, "", text);
	else
		(void)fprintf(t->out, "%s%*s", text, last ? 0 : pad, "");
	(void)fprintf(t->out, "%*s", last ? 0 : GAP, "");
	if (last)
		(void)putc('\n', t->out);
}

static void
print_headings(struct table *t)
{
	for (size_t c = 0; c < t->columns && !t->headed; c++)
		print_cell(t, c, heading(t, c));
	t->headed = true;
}

static void
free_row(struct table *t, size_t row)
{
	for (size_t c = 0; c < t->columns; c++) {
		free(t->cell[row][c]);
		t->cell[row][c] = NULL;
	}
}

static void
print_rows(struct table *t)
{
	print_headings(t);
	for (size_t r = 0; r < t->rows; r++) {
		for (size_t c = 0; c < t->columns; c++)
			print_cell(t, c, t->cell[r][c]);
		free_row(t, r);
	}
	t->rows = 0;
}

enum error
table_row(struct table *t, const char *const *cells)
{
	char shown[CELL_MAX];

	if (t->rows == TABLE_ROWS)
		print_rows(t);
	for (size_t c = 0; c < t->columns; c++) {
		char *copy =
		    strdup(text_escape_utf8(shown, sizeof shown, cells[c]));

		if (copy == NULL) {
			free_row(t, t->rows);
			return ERR_MEMORY;
		}
		t->cell[t->rows][c] = copy;
		if (table_width(copy) > t->width[c])
			t->width[c] = table_width(copy);
	}
	t->rows++;
	return OK;
}

void
table_end(struct table **t)
{
	if (*t == NULL)
		return;
	print_rows(*t);
	free(*t);
	*t = NULL;
}
