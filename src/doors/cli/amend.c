#include "doors/cli/amend.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/administrator.h"
#include "doors/cli/groups.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "os/trusted_file.h"
#include "places.h"

#define FORMER PATH_POLICY_OWN ".former" /* no name that otpgated reads */
#define MODE 0640

/* ---- one at a time, and not half ---- */

struct guard {
	int directory; /* locked */
	sigset_t signals;
};

/* A signal waits until the file and otpgated agree. */
static bool
guard_enter(struct guard *g)
{
	sigset_t hold;

	g->directory =
	    open(PATH_POLICY_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (g->directory < 0 || flock(g->directory, LOCK_EX) != 0) {
		complain("cannot use %s: %s", PATH_POLICY_DIR, strerror(errno));
		return false;
	}
	return sigemptyset(&hold) == 0 && sigaddset(&hold, SIGINT) == 0 &&
	    sigaddset(&hold, SIGTERM) == 0 && sigaddset(&hold, SIGHUP) == 0 &&
	    sigaddset(&hold, SIGQUIT) == 0 && sigaddset(&hold, SIGTSTP) == 0 &&
	    sigprocmask(SIG_BLOCK, &hold, &g->signals) == 0;
}

static void
guard_leave(struct guard *g)
{
	if (g->directory < 0)
		return;
	(void)close(g->directory);
	(void)sigprocmask(SIG_SETMASK, &g->signals, NULL);
}

/* ---- the file ---- */

/* A second name keeps the former file as it is: owner, mode and bytes. */
static bool
keep_former(bool *there)
{
	(void)unlink(FORMER);
	*there = link(PATH_POLICY_OWN, FORMER) == 0;
	if (*there || errno == ENOENT)
		return true;
	complain(
	    "cannot keep a copy of %s: %s", PATH_POLICY_OWN, strerror(errno));
	return false;
}

static void
put_back(bool there, int directory)
{
	int result =
	    there ? rename(FORMER, PATH_POLICY_OWN) : unlink(PATH_POLICY_OWN);

	if (result == 0 && fsync(directory) == 0)
		complain("%s was %s", PATH_POLICY_OWN,
		    there ? "put back as it was" : "taken away again");
	else
		complain("%s could not be put back (%s): mend it before "
			 "otpgated is started again",
		    PATH_POLICY_OWN, strerror(errno));
}

static bool
write_own(const char *text)
{
	const struct group *group = getgrnam(ACCOUNT_DAEMON);
	enum error e;

	if (group == NULL) {
		complain("there is no group %s; \"otpgate init\" makes it",
		    ACCOUNT_DAEMON);
		return false;
	}
	e = trusted_file_write(
	    PATH_POLICY_OWN, text, strlen(text), MODE, group->gr_gid);
	if (e != OK)
		complain("cannot write %s: %s", PATH_POLICY_OWN,
		    e == ERR_SYSTEM ? strerror(errno) : error_text(e));
	return e == OK;
}

/* ---- what otpgated says ---- */

/* A line each, escaped by otpgated where they quote a file. */
static void
complain_lines(const char *complaint)
{
	while (*complaint != '\0') {
		size_t length = strcspn(complaint, "\n");

		complain("%.*s", (int)length, complaint);
		complaint += length;
		complaint += *complaint == '\n';
	}
}

/* One change, on its way. */
struct change {
	struct cli *c;
	struct proof proof;
	struct wire_draft_request request; /* holds a code */
	struct wire_draft_reply draft;
};

enum step { STEP_FAILED, STEP_DONE, STEP_CODE };

static bool
change_start(
    struct change *change, struct cli *c, const char *key, const char *value)
{
	struct wire_draft_request *q = &change->request;

	memset(change, 0, sizeof *change);
	change->c = c;
	change->proof.c = c;
	q->force = c->given.text[SLOT_FORCE] != NULL;
	if (text_copy(q->key, sizeof q->key, key) == OK &&
	    text_copy(q->value, sizeof q->value, value) == OK)
		return true;
	complain("the key or the value is too long");
	return false;
}

/* Asks for the draft, and once more when the administrators are to be told. */
static enum status
query_change(struct change *change)
{
	struct wire_draft_request *q = &change->request;
	enum status s = query_draft(q, &change->draft);

	if (s != STATUS_OK || change->draft.state != DRAFT_MEMBERS)
		return s;
	if (!administrator_members(change->c, &change->draft, q))
		return STATUS_UNREACHED;
	return query_draft(q, &change->draft);
}

static enum step
get_draft(struct change *change)
{
	char shown[SHOWN_MAX];
	enum status s = query_change(change);

	if (s == STATUS_ABSENT) {
		complain("there is no option \"%s\"; otpgate policy show lists "
			 "them all",
		    text_escape_utf8(shown, sizeof shown, change->request.key));
		return STEP_FAILED;
	}
	if (!query_good(s))
		return STEP_FAILED;
	complain_lines(change->draft.complaint);
	if (change->draft.state == DRAFT_CODE)
		return STEP_CODE;
	return change->draft.state == DRAFT_GOOD ? STEP_DONE : STEP_FAILED;
}

/* True when the new policy is in force; *answered: when otpgated said so. */
static bool
reload(const struct wire_reload_request *q, bool *answered)
{
	struct wire_reload_reply a;
	enum status s = query_reload(q, &a);

	*answered = s != STATUS_UNREACHED;
	if (!query_good(s))
		return false;
	complain_lines(a.complaint);
	return a.complaint[0] == '\0';
}

/* ---- together ---- */

/* It may have read the new file before its answer was lost. */
static void
complain_unsure(void)
{
	complain("otpgated did not say whether it goes by the change: to have "
		 "it read the files again, run: systemctl reload otpgated "
		 "(where it has ended, start it), then: otpgate policy show");
}

static enum step
replace(struct change *change, const struct guard *g)
{
	bool strict = strcmp(change->request.key, "exempt_groups") == 0;
	enum step step = get_draft(change);
	struct wire_reload_request q;
	bool there, done, answered = true;

	if (step != STEP_DONE)
		return step;
	if (!groups_of_draft(&change->draft, strict, &q) ||
	    !keep_former(&there))
		return STEP_FAILED;
	done = write_own(change->draft.text);
	if (done && !reload(&q, &answered)) {
		put_back(there, g->directory);
		done = false;
	}
	if (!answered)
		complain_unsure();
	(void)unlink(FORMER);
	return done ? STEP_DONE : STEP_FAILED;
}

/* Nobody else waits while somebody looks for his phone. */
static enum step
change_once(struct change *change)
{
	struct guard g = {.directory = -1};
	enum step step = guard_enter(&g) ? replace(change, &g) : STEP_FAILED;

	guard_leave(&g);
	return step;
}

static bool
change_all(struct change *change)
{
	enum step step;

	while ((step = change_once(change)) == STEP_CODE)
		if (!administrator_proof(
			&change->proof, &change->draft, &change->request))
			return false;
	for (size_t i = 0; i < change->draft.forced_count; i++)
		complain("forced past the guard \"%s\"",
		    change->draft.forced[i].word);
	return step == STEP_DONE;
}

const struct wire_option *
policy_option(const struct wire_policy_reply *p, const char *key)
{
	for (size_t i = 0; i < p->option_count; i++)
		if (strcmp(p->option[i].key, key) == 0)
			return &p->option[i];
	return NULL;
}

/* Whether the policy in force says what was asked for. */
static bool
is_effective(
    const struct wire_policy_reply *now, const char *key, const char *value)
{
	const struct wire_option *o = policy_option(now, key);
	char source[WIRE_SOURCE_MAX * 4], shown[SHOWN_MAX];

	if (o != NULL &&
	    (text_starts(o->source, PATH_POLICY_OWN ":") ||
		strcmp(o->value, value) == 0))
		return true;
	complain("%s is written to %s, but %s overrules it: %s stays \"%s\"",
	    key, PATH_POLICY_OWN,
	    o == NULL ? "something"
		      : text_escape_utf8(source, sizeof source, o->source),
	    key,
	    o == NULL ? "unknown"
		      : text_escape_utf8(shown, sizeof shown, o->value));
	return false;
}

enum ending
amend_policy(struct cli *c, const char *key, const char *value,
    struct wire_policy_reply *now)
{
	const struct wire_empty_request q = {0};
	struct change change;
	bool done = change_start(&change, c, key, value) && change_all(&change);

	explicit_bzero(&change, sizeof change);
	if (!done)
		return ENDING_FAILED;
	if (!query_good(query_policy(&q, now))) {
		complain("%s was set and is in force; where another file "
			 "overrules it, this tells: otpgate policy show",
		    key);
		return ENDING_FAILED;
	}
	return is_effective(now, key, value) ? ENDING_DONE : ENDING_FAILED;
}
