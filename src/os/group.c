#include "os/group.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>

enum error
group_find(const char *name, uint32_t *gid)
{
	const struct group *group;

	errno = 0;
	group = getgrnam(name);
	if (group == NULL)
		return errno == 0 || errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	*gid = group->gr_gid;
	return OK;
}

enum error
group_list(
    const char *name, uint32_t gid, uint32_t *out, size_t room, size_t *count)
{
	int found = room > INT_MAX ? INT_MAX : (int)room;

	*count = 0;
	if (getgrouplist(name, gid, out, &found) < 0)
		return ERR_LONG;
	*count = (size_t)found;
	return OK;
}

enum error
group_members(
    const char *name, bool (*take)(void *context, uint32_t uid), void *context)
{
	const struct group *group;
	const struct passwd *account;
	bool more = true;

	errno = 0;
	group = getgrnam(name);
	if (group == NULL)
		return errno == 0 || errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	for (char **m = group->gr_mem; more && *m != NULL; m++)
		if ((account = getpwnam(*m)) != NULL)
			more = take(context, account->pw_uid);
	setpwent();
	while (more && (account = getpwent()) != NULL)
		if (account->pw_gid == group->gr_gid)
			more = take(context, account->pw_uid);
	endpwent();
	return OK;
}
