#include "doors/cli/accounts.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

static bool
grow(struct accounts *a)
{
	size_t room = a->room == 0 ? 256 : a->room * 2;
	struct account_entry *entry =
	    reallocarray(a->entry, room, sizeof *entry);

	if (entry == NULL)
		return false;
	a->entry = entry;
	a->room = room;
	return true;
}

static bool
add(struct accounts *a, const struct passwd *p)
{
	char *name;

	if (a->count == a->room && !grow(a))
		return false;
	name = strdup(p->pw_name);
	if (name == NULL)
		return false;
	a->entry[a->count] = (struct account_entry){
	    .name = name, .uid = p->pw_uid, .order = (uint32_t)a->count};
	a->count++;
	return true;
}

static int
compare(const void *a, const void *b)
{
	const struct account_entry *x = a, *y = b;
	int names = strcmp(x->name, y->name);

	if (names != 0)
		return names;
	return x->order < y->order ? -1 : 1;
}

void
accounts_read(struct accounts *a)
{
	const struct passwd *p;

	setpwent();
	while ((p = getpwent()) != NULL && add(a, p))
		continue;
	endpwent();
	if (a->count > 0)
		qsort(a->entry, a->count, sizeof *a->entry, compare);
}

/* The first entry whose name is not before name. */
static size_t
place_of(const struct accounts *a, const char *name)
{
	size_t low = 0, high = a->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(a->entry[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
accounts_find(const struct accounts *a, const char *name, uint32_t *uid)
{
	size_t i = place_of(a, name);
	const struct passwd *p;

	if (i < a->count && strcmp(a->entry[i].name, name) == 0) {
		*uid = a->entry[i].uid;
		return true;
	}
	/* Not every user database lets itself be read through. */
	p = getpwnam(name);
	if (p != NULL)
		*uid = p->pw_uid;
	return p != NULL;
}

void
accounts_free(struct accounts *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->entry[i].name);
	free(a->entry);
	memset(a, 0, sizeof *a);
}
