/*
 * A string of RFC 4251 section 5, four bytes of length and then as many, read
 * in place: a slice points into bytes of somebody else's.
 *
 * sshd takes several spellings of a text and of a number.  slice_text() and
 * slice_number() leave of each what is the same in all of them.
 */
#ifndef DOORS_GATE_SLICE_H
#define DOORS_GATE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct slice {
	const uint8_t *at;
	size_t size;
};

/* The next string; empty, and the reader's error set, when it is cut. */
struct slice slice_read(struct reader *r);

/* Without one NUL at the end, which sshd takes for none of a text. */
struct slice slice_text(struct slice s);

/* Without the zeros that stand before a number. */
struct slice slice_number(struct slice s);

/* True when both hold the same bytes. */
bool slice_same(struct slice a, struct slice b);

/* True when it holds the bytes of text. */
bool slice_is(struct slice s, const char *text);

#endif
