/*
 * gate: what sshd runs in place of every session's command (ForceCommand).
 *
 * Rules:
 *   - The session MUST be handed over only after otpgated said so, or, where
 *     it does not run, for a password-less login that the drop-in excepts.
 *   - The gate MUST NOT run where a user's start-up files may have run first:
 *     the drop-in's HOME tells.
 *   - Nothing MUST be written to standard output: it is the client's protocol.
 *   - On the way out by a signal, that signal MUST be what ends the process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "core/methods.h"
#include "doors/dialogue.h"
#include "doors/gate/arguments.h"
#include "doors/gate/facts.h"
#include "doors/gate/kind.h"
#include "doors/gate/launch.h"
#include "doors/gate/motd.h"
#include "doors/gate/restriction.h"
#include "os/clock.h"
#include "os/syslog.h"
#include "places.h"
#include "term/prompt.h"
#include "term/sentence.h"
#include "wire/ask.h"

#define STATUS_REFUSED_LOGIN 77 /* sysexits.h: EX_NOPERM */

struct gate {
	struct arguments arguments;
	struct facts facts;
	char *command; /* of a restricted key, or NULL */
	struct ask ask;
	bool challenged;
	int signal; /* that ended the prompt, or 0 */
};

/* ---- to the person and to the log ---- */

/* Each line of text, with the program's name before it. */
static void
say(const struct gate *g, const char *text)
{
	int fd = g->facts.terminal >= 0 ? g->facts.terminal : STDERR_FILENO;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		(void)dprintf(fd, "otpgate: %.*s\n", (int)length, text);
		text += length;
		text += *text == '\n';
	}
}

static void
note(const struct gate *g, enum log_level level, const char *event,
    const char *reason)
{
	struct log_line l;

	log_start(&l, level, event);
	if (g->facts.user.name != NULL)
		log_text(&l, "user", g->facts.user.name);
	log_number(&l, "uid", (int64_t)getuid());
	log_text(&l, "address", g->facts.address);
	log_text(&l, "methods", g->facts.login.methods);
	log_text(&l, "kind", kind_word(g->facts.kind));
	log_text(&l, "reason", reason);
	log_end(&l);
}

/* Refuses for a reason that otpgated does not log, because it is the gate's. */
static int
refuse(const struct gate *g, const char *reason, const char *text)
{
	note(g, LOG_LEVEL_WARNING, "gate-refused", reason);
	say(g, text);
	return STATUS_REFUSED_LOGIN;
}

/* ---- what must hold before anything is asked ---- */

static int
refuse_argument(const struct gate *g, const char *wrong)
{
	char text[SENTENCE_MAX], shown[128];

	(void)text_print(text, sizeof text,
	    "the ForceCommand line of sshd has an argument that is not known:\n"
	    "%s; see otpgate-gate(8)",
	    text_escape(shown, sizeof shown, wrong));
	return refuse(g, "argument", text);
}

static int
check_facts(const struct gate *g, enum error e)
{
	if (e == OK)
		return 0;
	if (e == ERR_ABSENT)
		return refuse(g, "no-account",
		    "your user id is not in the user database of this machine");
	return refuse(g, "facts", error_text(e));
}

static int
check_home(const struct gate *g)
{
	const char *home = getenv("HOME");

	if (home != NULL && strcmp(home, PATH_EMPTY) == 0)
		return 0;
	return refuse(g, "home",
	    "sshd's SetEnv line of 00-otpgate-session.conf is not in force\n"
	    "(HOME is not " PATH_EMPTY "), so start-up files could run\n"
	    "before the code is asked for. Only the first SetEnv line counts:\n"
	    "ask an administrator to look for another one with sshd -T");
}

static int
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
		"known; ask an administrator to update otpgate"},
	    [RESTRICTION_UNLISTED] = {"key-unlisted",
		"your key was let in by a list that the gate does not know, "
		"so\n"
		"it cannot tell whether the key is restricted; an "
		"administrator\nnames the list with --keys= in "
		"00-otpgate-session.conf"},
	    [RESTRICTION_OPTION] = {"key-option",
		"a line with your key in authorized_keys has an option that "
		"is\n"
		"not known; take it out or ask an administrator to update "
		"otpgate"},
	    [RESTRICTION_CONFLICT] = {"key-conflict",
		"your key stands in authorized_keys more than once, with\n"
		"different commands; leave one of the lines"},
	    [RESTRICTION_CERTIFICATE] = {"key-certificate",
		"your certificate has a critical option or a type that is not\n"
		"known; ask an administrator to update otpgate"},
	    [RESTRICTION_PATTERN] = {"key-pattern",
		"a --keys= or --principals= of 00-otpgate-session.conf names\n"
		"no file; see otpgate-gate(8)"},
	    [RESTRICTION_HIDDEN] = {"key-hidden",
		"sshd did not tell how you logged in, and some of your keys "
		"are\n"
		"restricted; ask an administrator to look for ExposeAuthInfo\n"
		"with sshd -T, and for room in /tmp"},
	};
	enum restriction r =
	    restriction_find(&g->facts, &g->arguments, &g->command);

	if (r == RESTRICTION_NONE || r == RESTRICTION_COMMAND)
		return 0;
	return refuse(g, refusals[r].reason, refusals[r].text);
}

/* ---- the dialogue ---- */

/*
 * Who was not asked for anything is told something only where a person sits
 * before it: programs compare what they get.
 */
static void
tell(void *context, const struct wire_login_reply *reply)
{
	const struct gate *g = context;
	char text[SENTENCE_MAX];
	bool in =
	    reply->verdict == VERDICT_PASS || reply->verdict == VERDICT_OFFER;

	if (!in || g->challenged || facts_interactive(&g->facts))
		say(g, sentence_login(text, reply));
}

static enum error
read_code(void *context, uint32_t seconds, char out[static CODE_TEXT_MAX])
{
	struct gate *g = context;
	const struct prompt p = {.terminal = g->facts.terminal,
	    .watch = g->ask.fd,
	    .deadline = clock_milliseconds() + (int64_t)seconds * 1000};

	g->challenged = true;
	return prompt_line(&p, PROMPT_CODE, out, CODE_TEXT_MAX, &g->signal);
}

static enum error
send_code(void *context, const struct wire_code_request *request,
    struct wire_login_reply *reply, enum status *status)
{
	struct gate *g = context;

	return ask_code(&g->ask, request, reply, status);
}

/* Why no answer came from the person. */
static int
refuse_unanswered(const struct gate *g, enum error e)
{
	if (e == ERR_INTERRUPTED)
		return STATUS_REFUSED_LOGIN;
	if (e == ERR_TIMEOUT)
		return refuse(
		    g, "no-answer", "no code came in time; log in again");
	if (e == ERR_CLOSED)
		return refuse(g, "no-input",
		    "a code is needed, and the input has ended; log in with a\n"
		    "terminal (ssh -t), or give the code on standard input");
	if (e == ERR_DOWN)
		return refuse(g, "replaced",
		    "another waiting login of yours took the place of this "
		    "one,\nor otpgated was restarted; log in again");
	return refuse(g, "terminal", "the terminal cannot be used");
}

static int
refuse_unreachable(const struct gate *g, enum error e)
{
	char text[SENTENCE_MAX];

	return refuse(g, "otpgated-unreachable", sentence_unreachable(text, e));
}

static int
refuse_status(const struct gate *g, enum status status)
{
	char text[SENTENCE_MAX];

	return refuse(g, status_word(status), sentence_status(text, status));
}

/* Zero when the person may come in. */
static int
obey(struct gate *g, struct wire_login_reply *reply)
{
	const struct dialogue d = {g, tell, read_code, send_code};
	struct dialogue_end end;

	if (reply->verdict == VERDICT_CHALLENGE && !kind_askable(g->facts.kind))
		return refuse(g, "cannot-be-asked",
		    "a code is needed, and a session of this kind cannot be "
		    "asked\nfor one; use a key");
	end = dialogue_run(&d, reply);
	if (end.read != OK)
		return refuse_unanswered(g, end.read);
	if (end.send != OK)
		return refuse_unreachable(g, end.send);
	if (end.status != STATUS_OK)
		return refuse_status(g, end.status);
	return end.verdict == VERDICT_PASS || end.verdict == VERDICT_OFFER
	    ? 0
	    : STATUS_REFUSED_LOGIN;
}

/* ---- the login ---- */

static void
describe(const struct gate *g, struct wire_login_request *out)
{
	const struct facts *f = &g->facts;

	memset(out, 0, sizeof *out);
	out->uid = f->user.uid;
	out->kind = (uint8_t)f->kind;
	out->terminal = f->terminal >= 0;
	(void)text_copy(out->name, sizeof out->name, f->user.name);
	(void)text_copy(out->methods, sizeof out->methods, f->login.methods);
	(void)text_copy(out->address, sizeof out->address, f->address);
}

/*
 * otpgated does not run.  The one exception from refusing: an administrator
 * with a key must be able to come and mend it.
 */
static int
fall_back(const struct gate *g, enum error e)
{
	if (e != ERR_DOWN || !g->arguments.fallback_publickey ||
	    methods_classify(g->facts.login.methods) != LOGIN_PASSWORDLESS)
		return refuse_unreachable(g, e);
	note(g, LOG_LEVEL_NOTICE, "gate-fallback", "otpgated-down");
	if (facts_interactive(&g->facts))
		say(g,
		    "otpgated does not run; you are let in because you "
		    "used a key");
	return 0;
}

static int
judge(struct gate *g)
{
	struct wire_login_request request;
	struct wire_login_reply reply;
	enum status status;
	enum error e = ERR_UNSET;
	int refused;

	if ((e = ask_open(&g->ask, PATH_SOCKET)) != OK)
		return fall_back(g, e);
	describe(g, &request);
	e = ask_login(&g->ask, &request, &reply, &status);
	if (e != OK)
		refused = refuse_unreachable(g, e);
	else if (status != STATUS_OK)
		refused = refuse_status(g, status);
	else
		refused = obey(g, &reply);
	ask_close(&g->ask);
	return refused;
}

static int
run(struct gate *g)
{
	enum error e = facts_gather(&g->facts);
	int refused;

	if ((refused = check_facts(g, e)) != 0 ||
	    (refused = check_home(g)) != 0 ||
	    (refused = check_restriction(g)) != 0 || (refused = judge(g)) != 0)
		return refused;
	if (facts_interactive(&g->facts) && g->command == NULL)
		motd_show(&g->facts);
	return launch(&g->facts, g->command);
}

/* Other processes of this user must not look in or take over. */
static bool
close_to_others(void)
{
	return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
}

static int
usage(void)
{
	(void)printf(
	    "usage: gate [--keys=PATTERN]... [--principals=PATTERN]...\n"
	    "            [--unlisted-keys=shell] "
	    "[--fallback=publickey]\n"
	    "sshd runs it for every session; see otpgate-gate(8)\n");
	return EXIT_SUCCESS;
}

static int
version(void)
{
	(void)printf("otpgate gate %s\n", OTPGATE_VERSION);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	struct gate g = {.ask = {-1}, .facts = {.terminal = -1}};
	const char *wrong = "";
	int status;

	syslog_open("otpgate-gate");
	log_open(syslog_sink);
	/* sftp's standard error has no reader; that must not end us unheard. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (!close_to_others())
		return refuse(
		    &g, "prctl", "the kernel refused PR_SET_DUMPABLE");
	if (arguments_read(&g.arguments, argc, argv, &wrong) != OK)
		return refuse_argument(&g, wrong);
	if (g.arguments.help)
		return usage();
	if (g.arguments.version)
		return version();
	status = run(&g);
	free(g.command);
	facts_free(&g.facts);
	if (g.signal != 0) {
		(void)signal(g.signal, SIG_DFL);
		(void)raise(g.signal);
	}
	return status;
}
