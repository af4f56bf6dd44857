/* The only source of randomness: the kernel's. */
#ifndef OS_RANDOM_H
#define OS_RANDOM_H

#include <stddef.h>

#include "base/error.h"

/* Fills out with size random bytes (getrandom(2)); ERR_SYSTEM if it cannot. */
enum error random_bytes(void *out, size_t size);

#endif
