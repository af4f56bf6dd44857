#include "os/random.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

enum error
random_bytes(void *out, size_t size)
{
	uint8_t *at = out;

	while (size > 0) {
		ssize_t got = getrandom(at, size, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_SYSTEM;
		at += got;
		size -= (size_t)got;
	}
	return OK;
}
