#include "daemon/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "os/group.h"

void
groups_find(const struct config_place *place, struct group_names *out)
{
	struct config *c = malloc(sizeof *c);
	struct list_entry entry;
	const char *at;

	memset(out, 0, sizeof *out);
	if (c == NULL)
		return;
	(void)config_load(c, place);
	at = c->policy.exempt_groups;
	while (out->count < POLICY_GROUPS_MAX && list_next(&at, &entry)) {
		struct group_name *name = &out->entry[out->count];

		memcpy(name->name, entry.name, sizeof name->name);
		if (group_find(entry.name, &name->gid) == OK)
			out->count++;
	}
	free(c);
}

/* A group that is excluded, and cannot be told from others, excludes all. */
void
groups_log_unknown(const struct policy *p, const struct group_names *names)
{
	const char *at = p->exempt_groups;
	struct list_entry entry;

	while (list_next(&at, &entry)) {
		struct log_line l;

		if (group_names_find(names, entry.name) != NULL)
			continue;
		log_start(&l, LOG_LEVEL_WARNING, "group-unknown");
		log_text(&l, "group", entry.name);
		log_text(&l, "message",
		    entry.negated
			? "exempt_groups exempts nobody; otpgate policy set "
			  "looks groups up"
			: "it exempts nobody; otpgate policy set looks groups "
			  "up");
		log_end(&l);
	}
}
