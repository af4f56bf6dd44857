/* What the kernel shows in /proc (proc(5)). */
#ifndef OS_PROC_H
#define OS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The mounts that process pid sees, 0 for this one, as text in out of size
 * bytes.  False, and an empty out, when they cannot be read; a table that is
 * too long is cut.
 */
bool proc_mounts(int64_t pid, char *out, size_t size);

/*
 * The words of process pid, or what it shows in their place, as text in out of
 * size bytes up to the first NUL.  False, and an empty out, when they cannot
 * be read.
 */
bool proc_title(int64_t pid, char *out, size_t size);

#endif
