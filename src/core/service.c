#include "core/service.h"

#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789._-"

static bool
is_name(const char *name)
{
	return strspn(name, LETTERS) == strlen(name) &&
	    strcmp(name, SERVICE_SSH) != 0 && strcmp(name, "sshd") != 0;
}

enum list_state
list_of_services(const char *list)
{
	struct list_entry entry;
	size_t count = 0;

	while (list_next(&list, &entry)) {
		if (!is_name(entry.name))
			return LIST_MALFORMED;
		if (++count > POLICY_GROUPS_MAX)
			return LIST_TOO_MANY;
	}
	return *list == '\0' ? LIST_GOOD : LIST_MALFORMED;
}

enum service_state
service_state(const char *list, const char *name)
{
	enum service_state state = SERVICE_UNNAMED;
	struct list_entry entry;

	while (list_next(&list, &entry)) {
		if (strcmp(entry.name, name) != 0)
			continue;
		if (!entry.negated)
			return SERVICE_ON;
		state = SERVICE_OFF;
	}
	return *list == '\0' ? state : SERVICE_UNNAMED;
}
