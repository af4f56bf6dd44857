/*
 * Groups of the user database (group(5), nsswitch.conf(5)).
 */
#ifndef OS_GROUP_H
#define OS_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The number of the group called name.  ERR_ABSENT, ERR_SYSTEM. */
enum error group_find(const char *name, uint32_t *gid);

/*
 * The groups that the user called name has, whose own one is gid, at most room
 * of them; *count says how many.  ERR_LONG when there are more.
 */
enum error group_list(
    const char *name, uint32_t gid, uint32_t *out, size_t room, size_t *count);

/*
 * Calls take with the uid of each member of the group called name, until it
 * says false: of those that the group lists, and of those whose own group it
 * is, as far as the user database can be gone through.  One can come twice.
 * ERR_ABSENT, ERR_SYSTEM when there is no such group.
 */
enum error group_members(
    const char *name, bool (*take)(void *context, uint32_t uid), void *context);

#endif
