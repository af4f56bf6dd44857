/*
 * QR codes on a terminal.  The modules come as bits; nothing here knows how
 * they were made (ISO/IEC 18004).
 *
 * Drawn dark on light in colours of their own wherever the terminal has
 * colours, so that they scan on dark and on light screens alike.
 *
 * Rules:
 *   - A QR code holds the secret: it MUST go to a terminal or nowhere.
 */
#ifndef TERM_QR_H
#define TERM_QR_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

#define QR_SIDE_MAX 177 /* modules of the largest QR code */

/* How modules become characters. */
enum qr_style {
	QR_NONE,   /* no terminal: nothing is drawn */
	QR_PLAIN,  /* two characters a module: ## is dark */
	QR_COLOUR, /* two blanks a module, on a dark or a light background */
	QR_BLOCKS  /* half blocks of UTF-8: one character, two modules */
};

/* A terminal, as far as drawing needs to know it. */
struct qr_screen {
	enum qr_style style;
	size_t columns;
	size_t rows;
	const char *colours; /* what sets black on white, or "" */
};

/* Row after row, the high bit of a byte first, no padding between rows. */
struct qr {
	size_t side; /* modules of a row, and rows */
	const uint8_t *bits;
	size_t size; /* bytes at bits */
};

/*
 * Looks at the terminal behind fd, its size and whether it takes UTF-8
 * (IUTF8 in termios(3), LC_ALL, LC_CTYPE, LANG) and colours (TERM).  QR_NONE
 * when fd is no terminal.  Where it does not tell its size, 80 x 24 counts.
 */
void qr_screen_of(int fd, struct qr_screen *out);

/* The least columns and rows that q takes on screen; 0 without a terminal. */
void qr_least(const struct qr *q, const struct qr_screen *screen,
    size_t *columns, size_t *rows);

/*
 * Draws q with a light margin of four modules, or two where four do not fit,
 * and leaves rows_kept rows of the screen for what follows.  ERR_RANGE, and
 * nothing drawn, when it does not fit or there is no terminal; ERR_FORMAT
 * when the bits are not those of such a code.
 */
enum error qr_draw(FILE *out, const struct qr *q,
    const struct qr_screen *screen, size_t rows_kept);

#endif
