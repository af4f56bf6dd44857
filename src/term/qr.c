/*
 * Rules:
 *   - Modules outside the code MUST be drawn light: without a margin no
 *     camera finds it.
 *   - Each line MUST end in the terminal's own colours.
 */
#include "term/qr.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define MARGIN 4       /* light modules around it, as the standard has it */
#define MARGIN_LEAST 2 /* what cameras still take */

#define COLOUR_END "\033[0m"

/* Black and white of the 256 colours are so in every theme; the others vary. */
#define BLOCKS_256 "\033[38;5;16;48;5;231m"
#define BLOCKS_16 "\033[30;47m"

/* ---- the screen ---- */

static bool
names_utf8(const char *locale)
{
	return strstr(locale, "UTF-8") != NULL ||
	    strstr(locale, "utf8") != NULL || strstr(locale, "utf-8") != NULL;
}

/* The first of the three that is set decides, as for setlocale(3). */
static bool
locale_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return names_utf8(value);
	}
	return false;
}

static bool
terminal_is_utf8(int fd)
{
	struct termios mode;

	if (tcgetattr(fd, &mode) == 0 && (mode.c_iflag & IUTF8) != 0)
		return true;
	return locale_is_utf8();
}

void
qr_screen_of(int fd, struct qr_screen *out)
{
	const char *term = getenv("TERM");
	struct winsize size;

	*out = (struct qr_screen){QR_NONE, 80, 24, ""};
	if (!isatty(fd))
		return;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    size.ws_row > 0) {
		out->columns = size.ws_col;
		out->rows = size.ws_row;
	}
	out->style = QR_PLAIN;
	if (term == NULL || *term == '\0' || strcmp(term, "dumb") == 0)
		return;
	out->style = terminal_is_utf8(fd) ? QR_BLOCKS : QR_COLOUR;
	out->colours =
	    strstr(term, "256color") != NULL ? BLOCKS_256 : BLOCKS_16;
}

/* ---- the drawing ---- */

/* Whether the module at x, y is dark; around the code all are light. */
static bool
is_dark(const struct qr *q, int x, int y)
{
	int side = (int)q->side;
	size_t bit;

	if (x < 0 || y < 0 || x >= side || y >= side)
		return false;
	bit = (size_t)y * q->side + (size_t)x;
	return (q->bits[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

static void
draw_plain(FILE *out, const struct qr *q, int y, int margin)
{
	for (int x = -margin; x < (int)q->side + margin; x++)
		(void)fputs(is_dark(q, x, y) ? "##" : "  ", out);
	(void)putc('\n', out);
}

static void
draw_colour(FILE *out, const struct qr *q, int y, int margin)
{
	for (int x = -margin; x < (int)q->side + margin; x++)
		(void)fputs(
		    is_dark(q, x, y) ? "\033[40m  " : "\033[47m  ", out);
	(void)fputs(COLOUR_END "\n", out);
}

static void
draw_blocks(FILE *out, const struct qr *q, int y, int margin)
{
	/* light, lower half, upper half, all of it dark */
	static const char *const blocks[] = {" ", "\u2584", "\u2580", "\u2588"};

	for (int x = -margin; x < (int)q->side + margin; x++)
		(void)fputs(
		    blocks[is_dark(q, x, y) * 2 + is_dark(q, x, y + 1)], out);
	(void)fputs(COLOUR_END "\n", out);
}

static void
space_for(const struct qr *q, enum qr_style style, int margin, size_t *columns,
    size_t *rows)
{
	size_t side = q->side + 2 * (size_t)margin;

	*columns = style == QR_BLOCKS ? side : side * 2;
	*rows = style == QR_BLOCKS ? (side + 1) / 2 : side;
}

void
qr_least(const struct qr *q, const struct qr_screen *screen, size_t *columns,
    size_t *rows)
{
	*columns = *rows = 0;
	if (screen->style != QR_NONE)
		space_for(q, screen->style, MARGIN_LEAST, columns, rows);
}

/* The widest margin with which q fits, or -1. */
static int
margin_for(const struct qr *q, const struct qr_screen *screen, size_t rows_kept)
{
	size_t columns, rows;

	for (int margin = MARGIN; margin >= MARGIN_LEAST; margin--) {
		space_for(q, screen->style, margin, &columns, &rows);
		if (columns <= screen->columns &&
		    rows + rows_kept <= screen->rows)
			return margin;
	}
	return -1;
}

enum error
qr_draw(FILE *out, const struct qr *q, const struct qr_screen *screen,
    size_t rows_kept)
{
	static void (*const draw_line[])(
	    FILE *, const struct qr *, int y, int margin) = {
	    [QR_PLAIN] = draw_plain,
	    [QR_COLOUR] = draw_colour,
	    [QR_BLOCKS] = draw_blocks,
	};
	int margin, step = screen->style == QR_BLOCKS ? 2 : 1;

	if (q->side == 0 || q->side > QR_SIDE_MAX ||
	    q->size != (q->side * q->side + 7) / 8)
		return ERR_FORMAT;
	margin = margin_for(q, screen, rows_kept);
	if (screen->style == QR_NONE || margin < 0)
		return ERR_RANGE;
	for (int y = -margin; y < (int)q->side + margin; y += step) {
		(void)fputs(screen->colours, out);
		draw_line[screen->style](out, q, y, margin);
	}
	return OK;
}
