/*
 * The user database, asked for many names: where there are many, it is read
 * through once, for each question may read it through again.
 */
#ifndef DOORS_CLI_ACCOUNTS_H
#define DOORS_CLI_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account_entry {
	char *name;
	uint32_t uid;
	uint32_t order; /* of two of one name the first counts */
};

struct accounts {
	struct account_entry *entry; /* by name */
	size_t count, room;
};

/* Reads them all.  Without memory there are fewer: they are asked for. */
void accounts_read(struct accounts *a);

/* The uid of name; false when there is nobody of that name. */
bool accounts_find(const struct accounts *a, const char *name, uint32_t *uid);

void accounts_free(struct accounts *a);

#endif
