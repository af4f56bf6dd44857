/*
 * Draws QR codes and reads the modules back out of the drawing, as a camera
 * would: from what is dark and what is light on the screen.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "term/qr.h"

#define SIDE 41 /* version 6, what a usual URI needs */

static uint8_t bits[(SIDE * SIDE + 7) / 8];
static const struct qr code = {SIDE, bits, sizeof bits};
static char *text;
static size_t size;

/* A pattern without symmetry; what it says does not matter here. */
static int
module(size_t x, size_t y)
{
	return ((x * 7 + y * 13 + x * y) % 5 < 2) ^ (x == 0);
}

static void
start(void)
{
	cr_assert_eq(unsetenv("LC_ALL") | unsetenv("LC_CTYPE"), 0);
	memset(bits, 0, sizeof bits);
	for (size_t y = 0; y < SIDE; y++)
		for (size_t x = 0; x < SIDE; x++)
			if (module(x, y)) {
				size_t bit = y * SIDE + x;

				bits[bit / 8] =
				    (uint8_t)(bits[bit / 8] | 0x80 >> bit % 8);
			}
}

static void
stop(void)
{
	free(text);
	text = NULL;
}

static enum error
draw(const struct qr *q, const struct qr_screen *screen, size_t rows_kept)
{
	FILE *out = open_memstream(&text, &size);
	enum error e;

	cr_assert_not_null(out);
	e = qr_draw(out, q, screen, rows_kept);
	cr_assert_eq(fclose(out), 0);
	return e;
}

/* What is on the screen: per character cell, its upper and its lower half. */
#define GRID 100
struct grid {
	char dark[GRID * 2][GRID];
	size_t columns, lines;
};

/* Takes an SGR sequence at s; the background decides what a blank is. */
static const char *
take_colours(const char *s, int *blank_dark, int *coloured)
{
	size_t length = strcspn(s, "m");

	cr_assert_neq(s[length], '\0');
	*coloured = strncmp(s, "\033[0m", 4) != 0;
	*blank_dark = strncmp(s, "\033[40m", 5) == 0;
	return s + length + 1;
}

static void
put(struct grid *g, size_t column, int upper, int lower)
{
	cr_assert_lt(column, (size_t)GRID);
	cr_assert_lt(g->lines, (size_t)GRID);
	g->dark[g->lines * 2][column] = (char)upper;
	g->dark[g->lines * 2 + 1][column] = (char)lower;
}

static const struct {
	const char *text;
	int upper, lower;
} cells[] = {
    {"\u2588", 1, 1},
    {"\u2580", 1, 0},
    {"\u2584", 0, 1},
    {"#", 1, 1},
};

/* Reads text as a terminal would; colours: each line must set and end them. */
static void
scan(struct grid *g, int colours)
{
	const char *s = text;
	size_t column = 0;
	int blank_dark = 0, coloured = 0;

	memset(g, 0, sizeof *g);
	while (*s != '\0') {
		size_t i = 0;

		if (*s == '\033') {
			s = take_colours(s, &blank_dark, &coloured);
			continue;
		}
		if (*s == '\n') {
			cr_assert(!coloured, "a line ends coloured");
			cr_assert(g->columns == 0 || g->columns == column);
			g->columns = column;
			column = 0;
			g->lines++;
			s++;
			continue;
		}
		cr_assert_eq(coloured, colours);
		if (*s == ' ') {
			put(g, column++, blank_dark, blank_dark);
			s++;
			continue;
		}
		while (i < 4 &&
		    strncmp(s, cells[i].text, strlen(cells[i].text)) != 0)
			i++;
		cr_assert_lt(i, 4u, "an unknown character");
		put(g, column++, cells[i].upper, cells[i].lower);
		s += strlen(cells[i].text);
	}
}

/* The modules of g, wide by high cells each, must be the code's in a margin. */
static void
expect_code(const struct grid *g, size_t wide, size_t high, size_t margin)
{
	size_t side = SIDE + 2 * margin;

	cr_assert_eq(g->columns, side * wide);
	cr_assert_eq(g->lines, (side * high + 1) / 2);
	for (size_t row = 0; row < g->lines * 2; row++)
		for (size_t column = 0; column < g->columns; column++) {
			size_t x = column / wide, y = row / high;
			int in = x >= margin && y >= margin &&
			    x < margin + SIDE && y < margin + SIDE;

			cr_assert_eq(g->dark[row][column],
			    in ? module(x - margin, y - margin) : 0,
			    "at %zu, %zu", x, y);
		}
}

static struct qr_screen
screen_of(enum qr_style style, size_t columns, size_t rows)
{
	return (struct qr_screen){
	    style, columns, rows, style == QR_BLOCKS ? "\033[30;47m" : ""};
}

TestSuite(qr, .init = start, .fini = stop);

Test(qr, half_blocks_read_back)
{
	struct qr_screen screen = screen_of(QR_BLOCKS, 80, 50);
	struct grid g;

	cr_assert_eq(draw(&code, &screen, 1), OK);
	scan(&g, 1);
	expect_code(&g, 1, 1, 4);
}

Test(qr, half_blocks_fit_80_by_24_with_a_line_to_spare)
{
	struct qr_screen screen = screen_of(QR_BLOCKS, 80, 24);
	struct grid g;

	cr_assert_eq(draw(&code, &screen, 1), OK);
	scan(&g, 1);
	expect_code(&g, 1, 1, 2);
}

Test(qr, backgrounds_read_back)
{
	struct qr_screen screen = screen_of(QR_COLOUR, 200, 60);
	struct grid g;

	cr_assert_eq(draw(&code, &screen, 1), OK);
	scan(&g, 1);
	expect_code(&g, 2, 2, 4);
}

Test(qr, plain_reads_back)
{
	struct qr_screen screen = screen_of(QR_PLAIN, 200, 60);
	struct grid g;

	cr_assert_eq(draw(&code, &screen, 1), OK);
	scan(&g, 0);
	expect_code(&g, 2, 2, 4);
	cr_expect_null(strchr(text, '\033'));
}

/* One column or one row less than the least: nothing is drawn. */
Test(qr, draws_nothing_where_it_does_not_fit)
{
	static const enum qr_style styles[] = {QR_PLAIN, QR_COLOUR, QR_BLOCKS};

	for (size_t i = 0; i < 3; i++) {
		struct qr_screen screen = screen_of(styles[i], 300, 300);
		size_t columns, rows;

		qr_least(&code, &screen, &columns, &rows);
		screen = screen_of(styles[i], columns - 1, 300);
		cr_expect_eq(draw(&code, &screen, 0), ERR_RANGE);
		cr_expect_str_empty(text);
		stop();
		screen = screen_of(styles[i], 300, rows);
		cr_expect_eq(draw(&code, &screen, 1), ERR_RANGE);
		cr_expect_str_empty(text);
		stop();
		screen = screen_of(styles[i], columns, rows + 1);
		cr_expect_eq(draw(&code, &screen, 1), OK);
		stop();
	}
}

Test(qr, refuses_bits_of_another_size)
{
	struct qr_screen screen = screen_of(QR_BLOCKS, 200, 60);
	struct qr wrong = code;

	wrong.size--;
	cr_expect_eq(draw(&wrong, &screen, 0), ERR_FORMAT);
	stop();
	wrong = (struct qr){0, bits, 0};
	cr_expect_eq(draw(&wrong, &screen, 0), ERR_FORMAT);
	stop();
	wrong = (struct qr){QR_SIDE_MAX + 1, bits, sizeof bits};
	cr_expect_eq(draw(&wrong, &screen, 0), ERR_FORMAT);
	cr_expect_str_empty(text);
}

Test(qr, draws_nothing_without_a_terminal)
{
	struct qr_screen screen;
	int fd = open("/dev/null", O_RDWR);

	cr_assert_geq(fd, 0);
	qr_screen_of(fd, &screen);
	cr_expect_eq(screen.style, QR_NONE);
	cr_expect_eq(draw(&code, &screen, 0), ERR_RANGE);
	cr_expect_str_empty(text);
	(void)close(fd);
}

/* ---- what a terminal is taken for ---- */

static struct qr_screen
look_at(const char *term, const char *lang, tcflag_t utf8, unsigned short rows)
{
	struct winsize window = {rows, (unsigned short)(rows * 3), 0, 0};
	struct qr_screen screen;
	struct termios mode;
	int master, slave;

	cr_assert_eq(openpty(&master, &slave, NULL, NULL, &window), 0);
	cr_assert_eq(tcgetattr(slave, &mode), 0);
	mode.c_iflag = (mode.c_iflag & ~(tcflag_t)IUTF8) | utf8;
	cr_assert_eq(tcsetattr(slave, TCSANOW, &mode), 0);
	cr_assert_eq(setenv("TERM", term, 1) | setenv("LANG", lang, 1), 0);
	qr_screen_of(slave, &screen);
	(void)close(slave);
	(void)close(master);
	return screen;
}

Test(qr, terminals_are_told_apart)
{
	cr_expect_eq(look_at("xterm", "C", IUTF8, 30).style, QR_BLOCKS);
	cr_expect_eq(look_at("xterm", "de_DE.utf8", 0, 30).style, QR_BLOCKS);
	cr_expect_eq(look_at("xterm", "de_DE", 0, 30).style, QR_COLOUR);
	cr_expect_eq(look_at("dumb", "C.UTF-8", IUTF8, 30).style, QR_PLAIN);
	cr_expect_eq(look_at("", "C.UTF-8", IUTF8, 30).style, QR_PLAIN);
}

Test(qr, the_first_locale_variable_that_is_set_decides)
{
	cr_assert_eq(setenv("LC_CTYPE", "C", 1), 0);
	cr_expect_eq(look_at("xterm", "C.UTF-8", 0, 30).style, QR_COLOUR);
	cr_assert_eq(setenv("LC_ALL", "C.UTF-8", 1), 0);
	cr_expect_eq(look_at("xterm", "C", 0, 30).style, QR_BLOCKS);
	cr_assert_eq(setenv("LC_ALL", "", 1), 0);
	cr_expect_eq(look_at("xterm", "C.UTF-8", 0, 30).style, QR_COLOUR);
}

Test(qr, terminals_tell_their_size)
{
	struct qr_screen screen = look_at("xterm", "C", 0, 31);

	cr_expect_eq(screen.rows, 31u);
	cr_expect_eq(screen.columns, 93u);
	screen = look_at("xterm", "C", 0, 0);
	cr_expect_eq(screen.rows, 24u);
	cr_expect_eq(screen.columns, 80u);
}
