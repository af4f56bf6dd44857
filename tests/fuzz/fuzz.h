/*
 * What all harnesses share.  Each feeds one parser of bytes from outside, and
 * holds what comes out against a property that must hold for every input.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer calls it with each input; 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
fuzz_fail(const char *file, int line, const char *property)
{
	(void)fprintf(
	    stderr, "%s:%d: does not hold: %s\n", file, line, property);
	abort();
}

/* Ends the run, and libFuzzer keeps the input, unless the property holds. */
#define must(property) \
	((property) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #property))

/*
 * The input as a string in memory of just that size, so that the sanitizer
 * sees a read past its end.  free(3) it.
 */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
