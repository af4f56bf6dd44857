/*
 * The line that checks a code.
 *
 * Rules:
 *   - Only otpgated's word MUST let anybody in.
 *   - An answer that cannot be a code MUST NOT reach otpgated, or the log: it
 *     may be a password, typed ahead or sent by a program.
 *   - Before a password was proved sshd MUST NOT be asked anything, but by a
 *     line that says "dialogue": its method "password", which cannot be told
 *     from a dialogue, would answer with the password.
 */
#include <string.h>

#include "base/secret.h"
#include "core/code.h"
#include "doors/dialogue.h"
#include "doors/pam/describe.h"
#include "doors/pam/proof.h"
#include "doors/pam/split.h"
#include "doors/pam/talk.h"
#include "os/clock.h"
#include "places.h"
#include "term/news.h"
#include "term/sentence.h"

#define QUESTIONS_MAX 6 /* for a code, in one call, whatever the answers */

#define HINT "you have no second factor yet; to set one up run: otpgate enroll"
#define NEEDS_CODE                                                         \
	"a code is needed: type it right behind the password, without a\n" \
	"blank between them"

/* ---- refusing ---- */

static int
refuse_unreachable(const struct door *d, enum error e)
{
	char text[SENTENCE_MAX];

	talk_tell(d, sentence_unreachable(text, e));
	return door_refuse(d, PAM_AUTHINFO_UNAVAIL, "otpgated-unreachable");
}

static int
refuse_status(const struct door *d, enum status status)
{
	char text[SENTENCE_MAX];

	talk_tell(d, sentence_status(text, status));
	return door_refuse(d, PAM_AUTH_ERR, status_word(status));
}

static int
refuse_unanswered(const struct door *d, enum error e)
{
	if (e == ERR_TIMEOUT) {
		talk_tell(d, "no code came in time; log in again");
		return door_refuse_silence(d, PAM_AUTH_ERR, "no-answer");
	}
	if (e == ERR_FULL) {
		talk_tell(d, "no code was given; log in again");
		return door_refuse_silence(d, PAM_MAXTRIES, "no-code");
	}
	return door_refuse_silence(d, PAM_CONV_ERR, "no-input");
}

/* ---- the dialogue ---- */

static void
tell(void *context, const struct wire_login_reply *reply)
{
	char text[SENTENCE_MAX], news[NEWS_TEXT_MAX];

	talk_tell(context, sentence_login(text, reply));
	talk_tell(context, news_words(news, reply));
}

static bool
is_password(const struct door *d, const char *answer)
{
	const void *item = NULL;
	const char *password;
	size_t length = strlen(answer);

	if (pam_get_item(d->pamh, PAM_AUTHTOK, &item) != PAM_SUCCESS ||
	    item == NULL)
		return false;
	password = item;
	return strlen(password) == length &&
	    secret_equal(password, answer, length);
}

static bool
can_be_code(const struct door *d, const char *answer)
{
	return code_kind_of(answer) != CODE_MALFORMED &&
	    !is_password(d, answer);
}

/*
 * Asks until there is an answer that otpgated is to look at.  The application
 * cannot be made to stop waiting: who was away too long is told afterwards.
 */
static enum error
read_code(void *context, uint32_t seconds, char out[static CODE_TEXT_MAX])
{
	struct door *d = context;
	char text[SENTENCE_MAX];

	while (d->questions++ < QUESTIONS_MAX) {
		int64_t end = clock_milliseconds() + (int64_t)seconds * 1000;
		enum error e = talk_ask(d, false, PROMPT_CODE, out);

		if (e == OK && clock_milliseconds() > end)
			e = ERR_TIMEOUT;
		if (e == OK && can_be_code(d, out))
			return OK;
		explicit_bzero(out, CODE_TEXT_MAX);
		if (e != OK && e != ERR_LONG)
			return e;
		talk_tell(d, sentence_outcome(text, REASON_CODE_MALFORMED, 0));
	}
	return ERR_FULL;
}

static enum error
send_code(void *context, const struct wire_code_request *request,
    struct wire_login_reply *reply, enum status *status)
{
	struct door *d = context;

	return ask_code(&d->ask, request, reply, status);
}

/* ---- obeying ---- */

/* PAM_SUCCESS for a code alone: who was not asked is not our business. */
static int
result_of(const struct door *d, const struct wire_login_reply *reply)
{
	if (reply->verdict == VERDICT_PASS)
		return reply->reason == REASON_CODE_ACCEPTED ||
			reply->reason == REASON_RECOVERY_ACCEPTED
		    ? proof_keep(d, reply->proof)
		    : PAM_IGNORE;
	if (reply->verdict == VERDICT_OFFER) {
		talk_tell(d, HINT);
		return PAM_IGNORE;
	}
	return reply->tries == 0 ? PAM_MAXTRIES : PAM_AUTH_ERR;
}

static int
obey(struct door *d, struct wire_login_reply *reply)
{
	const struct dialogue dialogue = {d, tell, read_code, send_code};
	struct dialogue_end end = dialogue_run(&dialogue, reply);

	if (end.read != OK)
		return refuse_unanswered(d, end.read);
	if (end.send != OK)
		return refuse_unreachable(d, end.send);
	if (end.status != STATUS_OK)
		return refuse_status(d, end.status);
	if (end.verdict == VERDICT_SETUP && reply->offer != 0)
		return setup_run(d, reply);
	return result_of(d, reply);
}

/* Nobody can be asked: what came with the login is all that there is. */
static int
obey_at_once(
    struct door *d, const struct wire_login_reply *reply, const char *code)
{
	if (reply->verdict == VERDICT_CHALLENGE && code[0] == '\0') {
		talk_tell(d, NEEDS_CODE);
		return door_refuse_silence(d, PAM_AUTH_ERR, "no-code");
	}
	tell(d, reply);
	return result_of(d, reply);
}

/* code: that was split off; NULL where it is to be asked for. */
static int
judge(struct door *d, const char *code)
{
	struct wire_login_request request;
	struct wire_login_reply reply;
	enum status status;
	enum error e = ask_open(&d->ask, PATH_SOCKET);
	int r;

	if (e != OK)
		return refuse_unreachable(d, e);
	describe_login(d, code == NULL, code == NULL ? "" : code, &request);
	e = ask_login(&d->ask, &request, &reply, &status);
	explicit_bzero(&request, sizeof request);
	if (e != OK)
		r = refuse_unreachable(d, e);
	else if (status != STATUS_OK)
		r = refuse_status(d, status);
	else if (code == NULL)
		r = obey(d, &reply);
	else
		r = obey_at_once(d, &reply, code);
	explicit_bzero(&reply, sizeof reply);
	return r;
}

int
check_run(struct door *d)
{
	const struct split *split = split_find(d);
	int r;

	if (split == NULL && d->step && !d->line.dialogue &&
	    !door_has_password(d))
		return PAM_IGNORE; /* the code is asked for in the next step */
	r = door_find_user(d);
	if (r != PAM_SUCCESS)
		return door_refuse(d, r, "user-unknown");
	r = judge(d, split == NULL ? NULL : split->code);
	ask_close(&d->ask);
	if (split != NULL)
		split_end(d);
	return r;
}
