/*
 * The line of the session phase.  sshd opens the session as root, before
 * anything of a client's is served, and tells all methods of the login: so it
 * is here that a login is refused which no other line has asked, whatever else
 * was edited; and it is remembered for the gate how the login proved itself.
 *
 * Rules:
 *   - Without "record", a login MUST be refused unless otpgated lets it pass,
 *     or, while that gives no answer, fallback=publickey excepts it.
 *   - With "record", a login MUST be refused where otpgated answers that
 *     nothing was recorded: the gate that comes next could only guess.
 */
#include <string.h>

#include "core/methods.h"
#include "doors/pam/describe.h"
#include "doors/pam/proof.h"
#include "doors/pam/talk.h"
#include "places.h"

static int
refuse(const struct door *d, const char *reason)
{
	if (!d->line.record)
		return door_refuse(d, PAM_SESSION_ERR, reason);
	door_note(d, LOG_LEVEL_WARNING, "pam-not-recorded", reason);
	if (!d->silent)
		talk_tell(d,
		    "this login could not be recorded, so it is refused; "
		    "please tell your administrator");
	return PAM_SESSION_ERR;
}

/*
 * The one exception from refusing: somebody must be able to come and mend.
 * With "record" the gate makes it, and for root alone.
 */
static int
fall_back(const struct door *d, enum error e)
{
	if (d->line.record && ask_unanswered(e)) {
		door_note(d, LOG_LEVEL_WARNING, "pam-not-recorded",
		    "otpgated-unreachable");
		return PAM_IGNORE;
	}
	if (d->line.record || !ask_unanswered(e) || !d->line.fallback ||
	    methods_classify(d->methods, "publickey") != LOGIN_PASSWORDLESS)
		return refuse(d, "otpgated-unreachable");
	door_note(d, LOG_LEVEL_NOTICE, "pam-fallback",
	    e == ERR_DOWN ? "otpgated-down" : "otpgated-hung");
	return PAM_IGNORE;
}

static int
judge(struct door *d, const char *proof)
{
	struct wire_session_request request;
	struct wire_login_reply reply;
	enum status status;
	enum error e;

	describe_session(d, proof, &request);
	e = ask_session(&d->ask, &request, &reply, &status);
	explicit_bzero(&request, sizeof request);
	if (e != OK)
		return fall_back(d, e);
	if (status != STATUS_OK)
		return refuse(d, status_word(status));
	if (d->line.record || reply.verdict == VERDICT_PASS)
		return PAM_IGNORE;
	/* otpgated has logged why. */
	return reply.verdict == VERDICT_OFFER ? PAM_IGNORE : PAM_SESSION_ERR;
}

static int
decide(struct door *d, const char *proof)
{
	enum error e;
	int r;

	if (!d->step)
		return refuse(d, "not-sshd");
	if (door_find_user(d) != PAM_SUCCESS)
		return refuse(d, "user-unknown");
	e = ask_open(&d->ask, PATH_SOCKET);
	if (e != OK)
		return fall_back(d, e);
	r = judge(d, proof);
	ask_close(&d->ask);
	return r;
}

/*
 * Only sshd can be asked how a login proved itself.  Elsewhere this line guards
 * nothing, and the log says so: to refuse there would shut consoles, too.
 */
int
session_run(struct door *d)
{
	char proof[WIRE_PROOF_MAX];
	int r;

	proof_fetch(d, proof);
	if (d->ssh) {
		r = decide(d, proof);
	} else {
		door_note(d, LOG_LEVEL_WARNING, "pam-ignored", "not-sshd");
		r = PAM_IGNORE;
	}
	explicit_bzero(proof, sizeof proof);
	return r;
}
