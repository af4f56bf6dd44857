/*
 * Files that decide something are read only where nobody else could have
 * written them.
 */
#ifndef OS_TRUSTED_FILE_H
#define OS_TRUSTED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * Reads a regular file whole into out, max bytes and a NUL after them; *size
 * tells how many.  Symbolic links at the end of path are not followed.  It
 * must be owned by owner ((uid_t)-1: by anybody) and have none of the mode
 * bits in forbidden.
 * ERR_ABSENT, ERR_UNSAFE (owner, mode, no regular file, a link), ERR_LONG,
 * ERR_SYSTEM (it cannot be opened or read).
 */
enum error trusted_file_read(const char *path, uid_t owner, mode_t forbidden,
    char *out, size_t max, size_t *size);

/*
 * Puts size bytes at path with mode, owner and group, whole or not at all and
 * durable: a new file beside it, fsync(2), rename(2), fsync of the directory.
 * ERR_SYSTEM, with errno, when any of that failed; what was there is then
 * there still.  gid -1 leaves the group.
 */
enum error trusted_file_write(
    const char *path, const void *bytes, size_t size, mode_t mode, gid_t gid);

/*
 * The same for a file that must not be there yet: ERR_EXISTS.
 */
enum error trusted_file_create(
    const char *path, const void *bytes, size_t size, mode_t mode);

#endif
