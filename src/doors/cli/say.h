/*
 * What the command says: results on standard output, complaints on standard
 * error, both wrapped at 80 columns.
 *
 * Rules:
 *   - Text that came from outside MUST be escaped before it gets here: what
 *     stands in the way of a terminal is taken out, but not told apart.
 */
#ifndef DOORS_CLI_SAY_H
#define DOORS_CLI_SAY_H

#include <stdio.h>

#include "doors/cli/grammar.h"

#define SHOWN_MAX 320 /* for a word from outside, escaped */

/*
 * Prints text, its line ends taken for blanks, in lines of at most 80 columns
 * that begin with indent blanks.
 */
void say_wrapped(FILE *out, size_t indent, const char *text);

/*
 * Prints head and text behind it, further lines of the text begin with indent
 * blanks.
 */
void say_hung(FILE *out, const char *head, size_t indent, const char *text);

/* A sentence on standard output, and on standard error after "otpgate: ". */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "Name:   value" on standard output, the values below each other. */
void say_fact(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The sentences that start with first, or all where none does, explained. */
void say_help(FILE *out, const char *first);

/* Why the words are no sentence, and what is possible. */
void complain_misfit(
    const char *const *words, size_t count, const struct misfit *m);

#endif
