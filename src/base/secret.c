#include "base/secret.h"

#include <string.h>

enum error
secret_set(struct secret *s, const uint8_t *bytes, size_t size)
{
	secret_wipe(s);
	if (size > sizeof s->bytes)
		return ERR_LONG;
	memcpy(s->bytes, bytes, size);
	s->size = size;
	return OK;
}

void
secret_wipe(struct secret *s)
{
	explicit_bzero(s, sizeof *s);
}

bool
secret_equal(const void *a, const void *b, size_t size)
{
	const volatile uint8_t *x = a;
	const volatile uint8_t *y = b;
	unsigned int difference = 0;

	for (size_t i = 0; i < size; i++)
		difference |= (unsigned int)(x[i] ^ y[i]);
	return difference == 0;
}
