#include "doors/cli/person.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/say.h"

#define UID_LAST (UINT32_MAX - 1) /* the last number is no user's: (uid_t)-1 */

static bool
take_account(const struct passwd *account, struct person *out)
{
	out->uid = account->pw_uid;
	if (text_copy(out->name, sizeof out->name, account->pw_name) == OK)
		return true;
	complain("the name of user %u is too long", out->uid);
	return false;
}

static bool
take_uid(uint32_t uid, struct person *out)
{
	const struct passwd *account = getpwuid(uid);

	if (account != NULL)
		return take_account(account, out);
	out->uid = uid;
	out->name[0] = '\0';
	return true;
}

bool
person_find(const char *word, struct person *out)
{
	const struct passwd *account = getpwnam(word);
	char shown[SHOWN_MAX];
	uint64_t uid;

	if (account != NULL)
		return take_account(account, out);
	if (text_number(word, 0, UID_LAST, &uid) == OK)
		return take_uid((uint32_t)uid, out);
	complain("there is no user \"%s\"",
	    text_escape_utf8(shown, sizeof shown, word));
	return false;
}

bool
person_given(const struct cli *c, struct person *out)
{
	const char *word = c->given.text[SLOT_USER];

	if (word == NULL)
		return take_uid(c->uid, out);
	if (!person_find(word, out))
		return false;
	if (c->root || out->uid == c->uid)
		return true;
	complain("only root may do this for another user");
	return false;
}

const char *
person_shown(const struct person *p, char *out)
{
	if (p->name[0] != '\0')
		return text_escape_utf8(out, SHOWN_MAX, p->name);
	(void)text_print(out, SHOWN_MAX, "uid %u", p->uid);
	return out;
}

const char *
person_word(const struct person *p, char *out)
{
	if (p->name[0] != '\0')
		return person_shown(p, out);
	(void)text_print(out, SHOWN_MAX, "%u", p->uid);
	return out;
}

void
person_address(char out[static ADDRESS_MAX])
{
	const char *connection = getenv("SSH_CONNECTION");

	out[0] = '\0';
	if (connection != NULL)
		(void)text_print(out, ADDRESS_MAX, "%.*s",
		    (int)strcspn(connection, " "), connection);
}

struct wire_user_request
person_request(const struct cli *c, const struct person *p)
{
	struct wire_user_request q;

	memset(&q, 0, sizeof q);
	q.uid = p->uid;
	if (c->root)
		memcpy(q.name, p->name, sizeof q.name);
	person_address(q.address);
	return q;
}
