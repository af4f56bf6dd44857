/*
 * A memory file that nobody can change any more (memfd_create(2), fcntl(2),
 * "File sealing"): what one process hands to another, whole.
 *
 * Rules:
 *   - Whoever is handed one MUST NOT read it unless sealed_map() took it:
 *     without its seals it could be cut while it is read, which is a signal.
 */
#ifndef OS_SEALED_H
#define OS_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A new, empty one, to be written; the caller's to close.  ERR_SYSTEM. */
enum error sealed_new(int *fd);

/* Nothing is written from now on, by anybody.  ERR_SYSTEM. */
enum error sealed_finish(int fd);

struct sealed {
	const uint8_t *bytes;
	size_t size;
};

/*
 * All that fd holds, to be read; fd may be closed then.  ERR_UNSAFE when it is
 * no memory file or lacks a seal, ERR_SHORT when it is empty, ERR_LONG over
 * max bytes, ERR_SYSTEM; *out is then empty.
 */
enum error sealed_map(struct sealed *out, int fd, size_t max);

/* Ends it; nothing for an empty one. */
void sealed_unmap(struct sealed *s);

#endif
