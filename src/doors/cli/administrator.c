/*
 * Rule: nothing here decides.  otpgated looks whether who is named has a second
 * factor, and at the code.
 */
#include "doors/cli/administrator.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/person.h"
#include "doors/cli/say.h"
#include "os/group.h"

#define NOBODY UINT32_MAX /* (uid_t)-1: no user's number */
#define GROUPS_MAX 1024	  /* of one user who is likely to prove a code */

/* ---- who runs the command ---- */

static uint32_t
uid_of(const char *text)
{
	uint64_t uid;

	return text != NULL && text_number(text, 0, NOBODY - 1, &uid) == OK
	    ? (uint32_t)uid
	    : NOBODY;
}

/* Who logged in, whatever he became since: audit(7) keeps it for a session. */
static uint32_t
login_uid(void)
{
	char text[16];
	int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		(void)close(fd);
	if (got < 0)
		return NOBODY;
	text[got] = '\0';
	return uid_of(text);
}

/* ---- members ---- */

static bool
take(void *context, uint32_t uid)
{
	struct wire_draft_request *q = context;

	for (size_t i = 0; i < q->member_count; i++)
		if (q->member[i].value == uid)
			return true;
	if (q->member_count == WIRE_NUMBERS)
		return false;
	q->member[q->member_count++].value = uid;
	return true;
}

/* Whether uid is in one of the groups; so one is found who is not listed. */
static bool
is_member(const struct wire_draft_reply *a, uint32_t uid)
{
	const struct passwd *account = uid == NOBODY ? NULL : getpwuid(uid);
	uint32_t gid[GROUPS_MAX], wanted;
	size_t count;

	if (account == NULL ||
	    group_list(account->pw_name, account->pw_gid, gid, GROUPS_MAX,
		&count) != OK)
		return false;
	for (size_t i = 0; i < a->admin_count; i++) {
		if (group_find(a->admin[i].name, &wanted) != OK)
			continue;
		for (size_t j = 0; j < count; j++)
			if (gid[j] == wanted)
				return true;
	}
	return false;
}

/* The one whom --admin names; true without one. */
static bool
named(const struct cli *c, struct person *out)
{
	const char *word = c->given.text[SLOT_ADMIN];

	out->uid = NOBODY;
	return word == NULL || person_find(word, out);
}

bool
administrator_members(const struct cli *c, const struct wire_draft_reply *a,
    struct wire_draft_request *q)
{
	struct person admin;
	uint32_t likely[3];
	char shown[SHOWN_MAX];

	if (!named(c, &admin))
		return false;
	if (admin.uid != NOBODY && !is_member(a, admin.uid)) {
		complain("%s is in none of the groups of admin_groups; see: "
			 "otpgate policy show",
		    person_shown(&admin, shown));
		return false;
	}
	likely[0] = admin.uid;
	likely[1] = uid_of(getenv("SUDO_UID"));
	likely[2] = login_uid();
	q->told = 1;
	q->member_count = 0;
	for (size_t i = 0; i < sizeof likely / sizeof likely[0]; i++)
		if (is_member(a, likely[i]))
			(void)take(q, likely[i]);
	/* A group that is not there has no members. */
	for (size_t i = 0; i < a->admin_count; i++)
		(void)group_members(a->admin[i].name, take, q);
	return true;
}

/* ---- the code ---- */

static bool
is_enrolled(const struct wire_draft_reply *a, uint32_t uid)
{
	for (size_t i = 0; i < a->enrolled_count; i++)
		if (a->enrolled[i].value == uid)
			return true;
	return false;
}

static bool
ask_who(struct cli *c, struct person *out)
{
	char name[NAME_MAX_BYTES];
	enum error e =
	    question_line(c, "Administrator: ", true, name, sizeof name);

	if (e == ERR_ABSENT)
		complain("this needs a code of an administrator: say whose, "
			 "with --admin USER");
	return e == OK && person_find(name, out);
}

/* Whose code it is to be. */
static bool
choose(struct cli *c, const struct wire_draft_reply *a, struct person *out)
{
	const uint32_t own[] = {uid_of(getenv("SUDO_UID")), login_uid()};
	char word[16];

	if (c->given.text[SLOT_ADMIN] != NULL)
		return named(c, out);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (is_enrolled(a, own[i])) {
			(void)text_print(word, sizeof word, "%u", own[i]);
			return person_find(word, out);
		}
	if (a->enrolled_count != 1)
		return ask_who(c, out);
	(void)text_print(word, sizeof word, "%u", a->enrolled[0].value);
	return person_find(word, out);
}

static bool
take_person(struct cli *c, const struct wire_draft_reply *a,
    struct wire_draft_request *q)
{
	char shown[SHOWN_MAX];
	struct person admin;

	if (!choose(c, a, &admin))
		return false;
	if (!is_enrolled(a, admin.uid)) {
		complain("%s is no member of admin_groups who has a second "
			 "factor",
		    person_shown(&admin, shown));
		return false;
	}
	q->admin = admin.uid;
	memcpy(q->name, admin.name, sizeof q->name);
	person_address(q->address);
	if (c->code[0] == '\0')
		say("This needs a code of %s.", person_shown(&admin, shown));
	return true;
}

bool
administrator_proof(struct proof *p, const struct wire_draft_reply *a,
    struct wire_draft_request *q)
{
	bool first = p->given == 0;

	if (first && !take_person(p->c, a, q))
		return false;
	return proof_next(p, first ? STATUS_NEEDS_CODE : STATUS_OK,
	    (enum reason)a->reason, a->wait, q->proof);
}
