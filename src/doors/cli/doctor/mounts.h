/*
 * What is mounted where, as /proc/mounts has it (proc(5)).
 *
 * Pure: text in, words out.
 */
#ifndef DOORS_CLI_DOCTOR_MOUNTS_H
#define DOORS_CLI_DOCTOR_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#define MOUNT_PLACE_MAX 1024
#define MOUNT_TYPE_MAX 64
#define MOUNT_OPTIONS_MAX 1024

struct mount {
	char place[MOUNT_PLACE_MAX]; /* its escapes (\040) undone */
	char type[MOUNT_TYPE_MAX];
	char options[MOUNT_OPTIONS_MAX];
};

/* Reads a line of the table, and moves *at behind it; false at the end. */
bool mounts_next(const char **at, struct mount *out);

/* The mount that path lies on; false when the table has none. */
bool mounts_find(const char *table, const char *path, struct mount *out);

/* True where the files of that type are another machine's. */
bool mount_is_remote(const struct mount *m);

/*
 * True for a /proc that hides the processes of others (hidepid=) from all but
 * root and the members of group.
 */
bool mount_hides(const struct mount *m, unsigned long group);

#endif
