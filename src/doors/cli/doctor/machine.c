#include "doors/cli/doctor/machine.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "places.h"
#include "wire/ask.h"

/* ---- people ---- */

static bool
add_account(struct machine *m, const struct passwd *entry)
{
	struct account *a = &m->account[m->accounts];

	if (m->accounts >= ACCOUNTS_MAX)
		return false;
	memset(a, 0, sizeof *a);
	if (text_copy(a->name, sizeof a->name, entry->pw_name) != OK)
		return true;
	a->uid = entry->pw_uid;
	a->gid = entry->pw_gid;
	(void)text_copy(a->home, sizeof a->home, entry->pw_dir);
	(void)text_copy(a->shell, sizeof a->shell, entry->pw_shell);
	m->accounts++;
	return true;
}

static void
look_at_accounts(struct machine *m)
{
	const struct passwd *entry;

	m->account = calloc(ACCOUNTS_MAX, sizeof *m->account);
	if (m->account == NULL)
		return;
	setpwent();
	while ((entry = getpwent()) != NULL && add_account(m, entry))
		;
	endpwent();
}

const struct account *
machine_account(const struct machine *m, const char *name)
{
	for (size_t i = 0; i < m->accounts; i++)
		if (strcmp(m->account[i].name, name) == 0)
			return &m->account[i];
	return NULL;
}

const struct account *
machine_account_of(const struct machine *m, uid_t uid)
{
	for (size_t i = 0; i < m->accounts; i++)
		if (m->account[i].uid == uid)
			return &m->account[i];
	return NULL;
}

bool
machine_is_member(const char *name, gid_t gid, const struct group *g)
{
	if (g == NULL)
		return false;
	if (g->gr_gid == gid)
		return true;
	for (char *const *member = g->gr_mem; *member != NULL; member++)
		if (strcmp(*member, name) == 0)
			return true;
	return false;
}

bool
machine_each_word(const char *list,
    bool (*act)(void *context, const char *word), void *context)
{
	char word[NAME_MAX_BYTES];

	for (; *list != '\0'; list += *list == ',') {
		size_t length = strcspn(list, ",");

		if (text_print(word, sizeof word, "%.*s", (int)length, list) ==
			OK &&
		    word[0] != '\0' && !act(context, word))
			return false;
		list += length;
	}
	return true;
}

/* ---- what otpgated says ---- */

#define ASK(verb, q, a) ask_otpgated_##verb(q, a)
#define VERB_QUIETLY(verb, request, reply)                               \
	static enum error ask_otpgated_##verb(                           \
	    const struct wire_##request *q, struct wire_##reply *reply_) \
	{                                                                \
		enum status status = STATUS_REFUSED;                     \
		struct ask a;                                            \
		enum error e = ask_open(&a, PATH_SOCKET);                \
                                                                         \
		if (e != OK)                                             \
			return e;                                        \
		e = ask_##verb(&a, q, reply_, &status);                  \
		ask_close(&a);                                           \
		return e == OK && status != STATUS_OK ? ERR_REFUSED : e; \
	}
/* query_VERB() complains; here that is a finding. */
VERB_QUIETLY(health, empty_request, health_reply)
VERB_QUIETLY(policy, empty_request, policy_reply)
VERB_QUIETLY(list, list_request, list_reply)

static void
add_owners(struct machine *m, const struct wire_list_reply *page)
{
	for (size_t i = 0; i < page->user_count && m->owners < OWNERS_MAX;
	     i++) {
		const struct wire_user *u = &page->user[i];
		struct owner *o = &m->owner[m->owners++];

		o->uid = u->uid;
		(void)text_copy(o->name, sizeof o->name, u->name);
		o->has_secret = u->state != RECORD_ABSENT;
	}
}

static void
look_at_owners(struct machine *m)
{
	struct wire_list_request q = {.from = 0};
	struct wire_list_reply page;

	m->owner = calloc(OWNERS_MAX, sizeof *m->owner);
	if (m->owner == NULL)
		return;
	do {
		if (ASK(list, &q, &page) != OK ||
		    (page.next != 0 && page.next <= q.from))
			return;
		add_owners(m, &page);
		q.from = page.next;
	} while (q.from != 0 && m->owners < OWNERS_MAX);
	m->owners_known = true;
}

static void
look_at_otpgated(struct machine *m)
{
	const struct wire_empty_request q = {0};

	m->asked = ASK(health, &q, &m->health);
	if (m->asked != OK)
		return;
	m->policy_known = ASK(policy, &q, &m->policy) == OK;
	look_at_owners(m);
}

bool
machine_is_guarded(const struct machine *m)
{
	for (size_t i = 0; i < m->now->views; i++)
		if (m->now->view[i]->gate != ERR_ABSENT)
			return true;
	return false;
}

bool
machine_has_secret(const struct machine *m, uint32_t uid)
{
	for (size_t i = 0; i < m->owners; i++)
		if (m->owner[i].uid == uid)
			return m->owner[i].has_secret;
	return false;
}

const char *
machine_option(const struct machine *m, const char *key, const char *standard)
{
	for (size_t i = 0; i < m->policy.option_count; i++)
		if (strcmp(m->policy.option[i].key, key) == 0)
			return m->policy.option[i].value;
	return standard;
}

/* ---- all ---- */

struct machine *
machine_look(void)
{
	struct machine *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	look_at_accounts(m);
	look_at_otpgated(m);
	sshds_look(m);
	m->now = m->sshd;
	if (m->sshd == NULL)
		machine_end(&m);
	return m;
}

void
machine_end(struct machine **m)
{
	if (*m == NULL)
		return;
	sshds_end(*m);
	free((*m)->owner);
	free((*m)->account);
	free(*m);
	*m = NULL;
}
