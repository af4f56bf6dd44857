#include "doors/cli/groups.h"

#include <pwd.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/say.h"
#include "os/group.h"

static bool
find(const struct wire_group *named, bool strict, struct wire_group *out)
{
	char shown[SHOWN_MAX];
	enum error e;

	*out = *named;
	e = group_find(named->name, &out->gid);
	if (e != OK && strict)
		complain("there is no group \"%s\"%s",
		    text_escape_utf8(shown, sizeof shown, named->name),
		    e == ERR_ABSENT ? "" : ", or it cannot be looked up now");
	return e == OK;
}

bool
groups_of_draft(const struct wire_draft_reply *draft, bool strict,
    struct wire_reload_request *out)
{
	bool all = true;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < draft->exempt_count; i++)
		if (find(&draft->exempt[i], strict,
			&out->group[out->group_count]))
			out->group_count++;
		else
			all = false;
	return all || !strict;
}

bool
groups_of_person(const struct person *p, struct wire_explain_request *out)
{
	const struct passwd *account = getpwuid(p->uid);
	uint32_t gid[WIRE_NUMBERS];
	size_t count = 0;

	/* What is left of a deleted account is in no group. */
	if (account == NULL)
		return true;
	if (group_list(account->pw_name, account->pw_gid, gid, WIRE_NUMBERS,
		&count) != OK) {
		complain("the user is in more than %d groups, more than can "
			 "be explained",
		    WIRE_NUMBERS);
		return false;
	}
	out->gid_count = count;
	for (size_t i = 0; i < count; i++)
		out->gid[i].value = gid[i];
	return true;
}
