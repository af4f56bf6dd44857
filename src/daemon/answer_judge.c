/*
 * What becomes of a login that a door describes, before anybody is asked; and
 * how long the code is that it would be asked for.
 */
#include "daemon/answer.h"

#include <stdlib.h>

/* As root's door says, which asks for others, in what it has sent. */
static uint32_t *
groups_told(const struct wire_login_request *q, size_t *count)
{
	uint32_t *gid = calloc(q->gid_count, sizeof *gid);

	*count = gid == NULL ? 0 : q->gid_count;
	for (size_t i = 0; i < *count; i++)
		gid[i] = q->gid[i].value;
	return gid;
}

/*
 * The groups of the user: of the user's own process, which sshd gave them, else
 * what root says.  The list is for free(3); NULL where none is wanted, or none
 * could be had, and that exempts nobody.
 */
static uint32_t *
groups_of(const struct daemon *d, const struct caller *c,
    const struct wire_login_request *q, struct group_set *out)
{
	uint32_t *gid = NULL;
	size_t count = 0;

	if (daemon_policy(d)->exempt_groups[0] == '\0')
		gid = NULL;
	else if (caller_is_root(c) && q->gid_count > 0)
		gid = groups_told(q, &count);
	else if (c->peer.uid == q->uid)
		(void)peer_groups(c->fd, &gid, &count);
	*out = (struct group_set){gid, count};
	return gid;
}

struct judgement
answer_judge(struct daemon *d, const struct caller *c,
    const struct wire_login_request *q, bool verified, enum record_state record)
{
	struct evidence e = {
	    .record = record,
	    .service = q->service,
	    .verified = verified,
	    .methods = q->methods,
	    .address = q->address,
	};
	uint32_t *gid = groups_of(d, c, q, &e.groups);
	struct judgement j = judge_login(d, &e);

	free(gid);
	return j;
}

/* Of each code of r; 0 where that is not one number. */
static uint8_t
digits_of(const struct record *r)
{
	uint32_t digits = 0;

	for (uint32_t i = 0; i < r->devices; i++) {
		const struct device *device = &r->device[i];

		if (!device->confirmed)
			continue;
		if (digits != 0 && digits != device->form.digits)
			return 0;
		digits = device->form.digits;
	}
	return (uint8_t)digits;
}

/*
 * Root's doors ask this before a password was looked at: so it opens nothing,
 * and leaves nothing behind, in the log or elsewhere.
 */
enum status
answer_digits(struct daemon *d, struct caller *c,
    const struct wire_login_request *q, struct wire_digits_reply *a)
{
	struct record r;
	struct judgement j;

	answer_load(d, q->uid, &r);
	j = answer_judge(d, c, q, false, r.state);
	a->challenged = j.verdict == VERDICT_CHALLENGE;
	a->digits = a->challenged ? digits_of(&r) : 0;
	c->stands = true;
	record_wipe(&r);
	return STATUS_OK;
}
