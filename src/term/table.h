/*
 * Tables for people: aligned columns under a heading.
 *
 * Rows are kept until TABLE_ROWS of them are there, or table_end(), and then
 * printed: a listing of a million users needs no more memory than that, and
 * only widens where a later row needs it.
 */
#ifndef TERM_TABLE_H
#define TERM_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

#define TABLE_COLUMNS 12 /* at most */
#define TABLE_ROWS 1024	 /* kept before they are printed */

struct table;

/*
 * A table of as many columns as headings, a list that ends with NULL.  A
 * heading that starts with '>' stands, without it, over a column that is
 * aligned to the right.  The headings stay the caller's and must outlive it.
 * NULL without memory.
 */
struct table *table_new(FILE *out, const char *const *headings);

/*
 * Adds a row: one text for each column (more are not looked at), copied, and
 * escaped for a terminal.
 * ERR_MEMORY, and no row, when there is no room for it.
 */
enum error table_row(struct table *t, const char *const *cells);

/*
 * Prints what is left, the headings too where there was no row, frees *t and
 * sets it to NULL.  NULL is fine.
 */
void table_end(struct table **t);

/* Columns that text takes on a terminal; it holds no control characters. */
size_t table_width(const char *text);

#endif
