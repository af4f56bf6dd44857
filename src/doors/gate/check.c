#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doors/gate/gate.h"
#include "doors/gate/letters.h"
#include "doors/gate/restriction.h"
#include "places.h"
#include "term/sentence.h"

extern char **environ;

bool
check_arguments(struct gate *g, int argc, char **argv)
{
	char text[SENTENCE_MAX], shown[128];
	const char *wrong = "";

	if (arguments_read(&g->arguments, argc, argv, &wrong) == OK)
		return true;
	(void)text_print(text, sizeof text,
	    "the ForceCommand line of sshd has an argument that is not known:\n"
	    "%s; see otpgate-gate(8)",
	    text_escape(shown, sizeof shown, wrong));
	return gate_refuse(g, "argument", text);
}

bool
check_facts(struct gate *g)
{
	enum error e = facts_gather(&g->facts);

	if (e == OK)
		return true;
	if (e == ERR_ABSENT)
		return gate_refuse(g, "no-account",
		    "your user id is not in the user database of this machine");
	if (e == ERR_UNSAFE)
		return gate_refuse(g, "set-uid",
		    "the gate must not be set-uid or set-gid; root can "
		    "install it\nagain");
	return gate_refuse(
	    g, "facts", "the user database cannot be read; try again");
}

bool
check_home(struct gate *g)
{
	const char *home = getenv("HOME");

	if (home != NULL && strcmp(home, PATH_EMPTY) == 0)
		return true;
	return gate_refuse(g, "home",
	    "sshd's SetEnv line of 00-otpgate-session.conf is not in force\n"
	    "(HOME is not " PATH_EMPTY "), so start-up files could run\n"
	    "before the code is asked for. Only the first SetEnv line counts:\n"
	    "root can look for another one: otpgate doctor");
}

static bool
is_ascii(const char *text)
{
	while (*text > 0)
		text++;
	return *text == '\0';
}

/* A command of ASCII is the same whatever was done to other letters. */
bool
check_letters(struct gate *g)
{
	const char *command = g->facts.command;

	if (letters_restore(environ) == OK || command == NULL ||
	    is_ascii(command))
		return true;
	return gate_refuse(g, "letters",
	    "your login shell on this machine may have changed letters of the\n"
	    "command, so it is not run. Try: LC_ALL=C.UTF-8 ssh -o "
	    "SendEnv=LC_ALL");
}

/*
 * A key that is in no list may be one that sshd has from otpgated.  Where that
 * cannot be asked, it is not.
 */
static bool
is_vouched(void *context, const struct key *key)
{
	struct gate *g = context;
	struct wire_vouched_request q;
	struct wire_vouched_reply reply;
	enum status status = STATUS_REFUSED;

	memset(&q, 0, sizeof q);
	if (g->reached != OK || key->size > sizeof q.key ||
	    text_copy(q.name, sizeof q.name, g->facts.user.name) != OK)
		return false;
	q.uid = g->facts.user.uid;
	memcpy(q.key, key->bytes, key->size);
	q.key_size = key->size;
	return ask_vouched(&g->ask, &q, &reply, &status) == OK &&
	    status == STATUS_OK && reply.vouched != 0;
}

bool
check_restriction(struct gate *g)
{
	static const struct {
		const char *reason;
		const char *text;
	} refusals[] = {
	    [RESTRICTION_UNDECIDED] = {"key-undecided",
		"the lists of keys could not be read; try again"},
	    [RESTRICTION_UNREADABLE] = {"key-unreadable",
		"sshd describes the key of this login in a way that is not\n"
		"known; root can update otpgate"},
	    [RESTRICTION_UNLISTED] = {"key-unlisted",
		"your key was let in by a list that the gate does not know, "
		"so\n"
		"it cannot tell whether the key is restricted; root can name "
		"the\nlist with --keys= in 00-otpgate-session.conf"},
	    [RESTRICTION_OPTION] = {"key-option",
		"a line with your key in authorized_keys has an option that "
		"is\n"
		"not known; take it out, or root can update otpgate"},
	    [RESTRICTION_CONFLICT] = {"key-conflict",
		"your key stands in authorized_keys more than once, with\n"
		"different commands; leave one of the lines"},
	    [RESTRICTION_CERTIFICATE] = {"key-certificate",
		"your certificate has a critical option or a type that is not\n"
		"known; root can update otpgate"},
	    [RESTRICTION_PATTERN] = {"key-pattern",
		"a --keys= or --principals= of 00-otpgate-session.conf names\n"
		"no file; see otpgate-gate(8)"},
	    [RESTRICTION_HIDDEN] = {"key-hidden",
		"sshd did not tell how you logged in, and some of your keys "
		"are\n"
		"restricted; root can look for ExposeAuthInfo with otpgate\n"
		"doctor, and for room in /tmp"},
	};
	const struct trust trust = {is_vouched, g};
	enum restriction r =
	    restriction_find(&g->facts, &g->arguments, &trust, &g->command);

	if (r == RESTRICTION_NONE || r == RESTRICTION_COMMAND)
		return true;
	if (r == RESTRICTION_HIDDEN && g->arguments.record)
		return gate_refuse_unrecorded(g);
	return gate_refuse(g, refusals[r].reason, refusals[r].text);
}
