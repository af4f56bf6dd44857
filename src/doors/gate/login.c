#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "core/methods.h"
#include "doors/dialogue.h"
#include "doors/gate/gate.h"
#include "doors/gate/kind.h"
#include "os/clock.h"
#include "places.h"
#include "term/news.h"
#include "term/prompt.h"
#include "term/sentence.h"

/* ---- the dialogue ---- */

/*
 * Who was not asked for anything is told something only where a person sits
 * before it: programs compare what they get.
 */
static void
tell(void *context, const struct wire_login_reply *reply)
{
	struct gate *g = context;
	char text[SENTENCE_MAX], news[NEWS_TEXT_MAX];
	bool in =
	    reply->verdict == VERDICT_PASS || reply->verdict == VERDICT_OFFER;

	if (!in || g->challenged || facts_interactive(&g->facts))
		gate_say(g, sentence_login(text, reply));
	/* otpgated sends news only where somebody sees them. */
	gate_say(g, news_words(news, reply));
}

static enum error
read_code(void *context, uint32_t seconds, char out[static CODE_TEXT_MAX])
{
	struct gate *g = context;

	if (!g->challenged && g->facts.terminal < 0)
		gate_say(g, "what you type here is shown; ssh -t hides it");
	g->challenged = true;
	return gate_ask_line(g, PROMPT_CODE, false, seconds, out);
}

static enum error
send_code(void *context, const struct wire_code_request *request,
    struct wire_login_reply *reply, enum status *status)
{
	struct gate *g = context;

	return ask_code(&g->ask, request, reply, status);
}

/*
 * Where sshd did not describe the login, it may be one by a restricted key or
 * by a certificate with a command, and only somebody who has a code is surely
 * their owner.
 */
static bool
is_untold(const struct gate *g, const struct wire_login_reply *reply)
{
	bool in = reply->verdict == VERDICT_PASS ||
	    reply->verdict == VERDICT_OFFER || reply->verdict == VERDICT_SETUP;
	bool proven = reply->reason == REASON_CODE_ACCEPTED ||
	    reply->reason == REASON_RECOVERY_ACCEPTED ||
	    reply->reason == REASON_CONNECTION;

	return in && !proven && !g->facts.login.believed &&
	    !g->arguments.unlisted_shell;
}

static bool
refuse_untold(struct gate *g)
{
	if (g->arguments.record)
		return gate_refuse_unrecorded(g);
	return gate_refuse(g, "key-unknown",
	    "sshd did not tell how you logged in, so the gate cannot tell\n"
	    "whether your key is restricted; root can look for ExposeAuthInfo\n"
	    "with otpgate doctor, and for room in /tmp");
}

/* Who may do one thing only is not to set the account's factor up. */
static bool
take_offer(struct gate *g, const struct wire_login_reply *reply)
{
	bool here = g->facts.terminal >= 0 && kind_askable(g->facts.kind);

	if (here && g->command == NULL)
		return setup_run(g, reply);
	if (reply->verdict == VERDICT_OFFER)
		return true;
	if (g->command == NULL)
		return gate_refuse(g, "cannot-set-up",
		    "everybody needs a second factor here, and a session of "
		    "this kind cannot set one up; log in to a shell, with "
		    "ssh, first");
	return gate_refuse(g, "cannot-set-up",
	    "everybody needs a second factor here, and a key that is bound to\n"
	    "a command cannot set one up; log in by another way");
}

/*
 * True when nobody can answer: the input is a protocol's, or a program's, for
 * a person without a terminal gives no code in the environment.
 */
static bool
is_unaskable(const struct gate *g)
{
	return !kind_askable(g->facts.kind) ||
	    (g->facts.code != NULL && g->facts.terminal < 0);
}

static bool
refuse_unaskable(struct gate *g, const struct wire_login_reply *reply)
{
	char said[SENTENCE_MAX], text[SENTENCE_MAX * 2];

	if (g->facts.code == NULL)
		return gate_refuse_silence(g, "cannot-be-asked",
		    "a code is needed, and a session of this kind cannot be "
		    "asked for one: put it into OTPGATE_CODE and use ssh -o "
		    "SendEnv=OTPGATE_CODE, share the connection of a login "
		    "that gave one (ControlMaster), or use a key (ssh -t HOST "
		    "otpgate trust)");
	(void)text_print(text, sizeof text,
	    "OTPGATE_CODE, which your client sends or ~/.pam_environment on\n"
	    "this machine sets: %s",
	    sentence_login(said, reply));
	return gate_refuse(g, "code-of-environment", text);
}

static bool
obey(struct gate *g, struct wire_login_reply *reply)
{
	const struct dialogue d = {g, tell, read_code, send_code};
	struct dialogue_end end;

	if (reply->verdict == VERDICT_CHALLENGE && is_unaskable(g))
		return refuse_unaskable(g, reply);
	if (is_untold(g, reply))
		return refuse_untold(g);
	end = dialogue_run(&d, reply);
	if (end.read != OK)
		return gate_refuse_unanswered(g, end.read);
	if (end.send != OK)
		return gate_refuse_unreachable(g, end.send);
	if (end.status != STATUS_OK)
		return gate_refuse_status(g, end.status);
	if (is_untold(g, reply))
		return refuse_untold(g);
	if (reply->offer != 0)
		return take_offer(g, reply);
	return end.verdict == VERDICT_PASS || end.verdict == VERDICT_OFFER;
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
	(void)text_copy(out->service, sizeof out->service, SERVICE_SSH);
	/* One that is too long is no code: otpgated will say so. */
	if (f->code != NULL &&
	    text_copy(out->code, sizeof out->code, f->code) != OK)
		(void)text_copy(out->code, sizeof out->code, " ");
}

/*
 * otpgated gives no answer.  The one exception from refusing: an administrator
 * with a key must be able to come and mend it.
 */
static bool
fall_back(struct gate *g, enum error e)
{
	if (!ask_unanswered(e) || !g->arguments.fallback_publickey ||
	    methods_classify(g->facts.login.methods, "publickey") !=
		LOGIN_PASSWORDLESS)
		return gate_refuse_unreachable(g, e);
	gate_note(g, LOG_LEVEL_NOTICE, "gate-fallback",
	    e == ERR_DOWN ? "otpgated-down" : "otpgated-hung");
	if (facts_interactive(&g->facts))
		gate_say(g,
		    "otpgated gives no answer; you are let in because you "
		    "used a key");
	return true;
}

/*
 * Only the record that root's PAM made is believed: sshd's file is the user's
 * own.  No record leaves the login untold, and so does one that was too long.
 */
static bool
take_record(struct gate *g, const struct wire_connection_reply *reply)
{
	char *text;

	authinfo_free(&g->facts.login);
	if (reply->recorded == 0 || reply->told[0] == '\0')
		return true;
	text = strdup(reply->told);
	if (text == NULL)
		return gate_refuse(g, "memory", "out of memory; try again");
	(void)authinfo_parse(&g->facts.login, text, strlen(text));
	return true;
}

/* There is no record now; but of root sshd's file is root's own. */
static bool
go_unrecorded(struct gate *g, enum error e)
{
	ask_close(&g->ask);
	g->reached = e;
	return g->facts.user.uid == 0 || gate_refuse_unreachable(g, e);
}

static bool
ask_record(struct gate *g)
{
	struct wire_connection_request request = {.uid = g->facts.user.uid};
	struct wire_connection_reply reply;
	enum status status;
	enum error e = ask_connection(&g->ask, &request, &reply, &status);

	if (ask_unanswered(e))
		return go_unrecorded(g, e);
	if (e != OK)
		return gate_refuse_unreachable(g, e);
	if (status != STATUS_OK)
		return gate_refuse_status(g, status);
	return take_record(g, &reply);
}

bool
login_connect(struct gate *g)
{
	/* The end of its reader shows that whoever logs in has left. */
	static const int client = STDOUT_FILENO;

	g->reached = ask_open_for(&g->ask, PATH_SOCKET, &client);
	if (!g->arguments.record)
		return true; /* login_judge() knows what follows from it */
	if (g->reached == OK)
		return ask_record(g);
	return go_unrecorded(g, g->reached);
}

bool
login_judge(struct gate *g)
{
	struct wire_login_request request;
	struct wire_login_reply reply;
	enum status status;
	enum error e = ERR_UNSET;
	bool in;

	if (g->reached != OK)
		return fall_back(g, g->reached);
	describe(g, &request);
	e = ask_login(&g->ask, &request, &reply, &status);
	explicit_bzero(request.code, sizeof request.code);
	if (e != OK)
		in = fall_back(g, e);
	else if (status != STATUS_OK)
		in = gate_refuse_status(g, status);
	else
		in = obey(g, &reply);
	ask_close(&g->ask);
	return in;
}
