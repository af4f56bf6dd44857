#include "term/sentence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define TRIES_LOW 3	/* so few wrong codes left are told */
#define RECOVERY_LOW 3	/* so few recovery codes left are worth a warning */
#define SKEW_SLOW 60	/* seconds late that typing does not explain */
#define CLOCK_AHEAD 120 /* seconds to wait that no device explains */

/* A text that grows and never past SENTENCE_MAX. */
struct page {
	char *out;
	size_t used;
};

/* Adds to the line that is being written; what does not fit is left out. */
static void __attribute__((format(printf, 2, 3)))
add(struct page *p, const char *format, ...)
{
	size_t left = SENTENCE_MAX - p->used;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(p->out + p->used, left, format, arguments);
	va_end(arguments);
	if (n > 0 && (size_t)n < left)
		p->used += (size_t)n;
	else
		p->out[p->used] = '\0';
}

/* Begins a new line, unless nothing stands yet. */
static void
next(struct page *p)
{
	if (p->used > 0)
		add(p, "\n");
}

static void
add_duration(struct page *p, int64_t seconds)
{
	char duration[32];

	add(p, "%s", text_duration(duration, sizeof duration, seconds));
}

/* ---- what became of a code ---- */

/* Where after is not NULL, a time to wait stands between the two. */
static const struct {
	const char *text;
	const char *after;
} said[REASON_COUNT] = {
    [REASON_CODE_WRONG] = {"this code is wrong", NULL},
    [REASON_CODE_MALFORMED] =
	{"this is no code: type the 6 to 8 digits that your app shows,\n"
	 "or a recovery code",
	    NULL},
    [REASON_CODE_USED] = {"this code was used already; the next one comes in ",
	""},
    [REASON_BRAKED] = {"too many wrong codes; try again in ",
	" or use a recovery code"},
    [REASON_RECOVERY_BRAKED] =
	{"this recovery code is wrong, as many before it; a right one opens\n"
	 "at any time",
	    NULL},
    [REASON_LOCKED] =
	{"too many wrong codes: your second factor is locked; use a\n"
	 "recovery code, or root can end the lock: otpgate unlock USER",
	    NULL},
    [REASON_NO_TRIES] = {"no tries are left in this login; log in again", NULL},
    [REASON_NOT_COMMITTED] =
	{"the code could not be recorded, so it opens nothing; root has to\n"
	 "look at the disk of this machine",
	    NULL},
    [REASON_SETUP_REQUIRED] =
	{"everybody needs a second factor here, and you have none yet; to\n"
	 "set it up log in on a terminal (ssh -t); where that asks for a\n"
	 "ticket, root can make one: otpgate enroll USER --ticket",
	    NULL},
    [REASON_TICKET_WRONG] =
	{"this is not the ticket, or its day is over; root can make a new\n"
	 "one: otpgate enroll USER --ticket",
	    NULL},
    [REASON_RECORD_BROKEN] =
	{"your second factor cannot be read; root can look into it:\n"
	 "otpgate show USER",
	    NULL},
    [REASON_STORE_BROKEN] =
	{"the store of second factors cannot be read; root can look into\n"
	 "it: otpgate status",
	    NULL},
    [REASON_POLICY_BROKEN] =
	{"the policy cannot be read; root can look into it:\n"
	 "otpgate policy check",
	    NULL},
};

/* A code of a time to come was used: the clock was set back since. */
static void
add_ahead(struct page *p, int64_t wait)
{
	add(p, "all codes of the next ");
	add_duration(p, wait);
	add(p,
	    " count as used, because\nthe clock of this machine was ahead at "
	    "a login; use a recovery code,\nor root can let codes of now open "
	    "again: otpgate unlock USER --clock");
}

static void
add_reason(struct page *p, enum reason reason, int64_t wait)
{
	if (reason >= REASON_COUNT || said[reason].text == NULL)
		return;
	if (reason == REASON_CODE_USED && wait > CLOCK_AHEAD) {
		add_ahead(p, wait);
		return;
	}
	if (reason == REASON_CODE_USED && wait == 0) {
		add(p, "this recovery code was used already; each works once");
		return;
	}
	add(p, "%s", said[reason].text);
	if (said[reason].after == NULL)
		return;
	add_duration(p, wait);
	add(p, "%s", said[reason].after);
}

const char *
sentence_outcome(
    char out[static SENTENCE_MAX], enum reason reason, int64_t wait)
{
	struct page p = {out, 0};

	out[0] = '\0';
	if (reason != REASON_CODE_ACCEPTED &&
	    reason != REASON_RECOVERY_ACCEPTED)
		add_reason(&p, reason, wait);
	return out;
}

/* ---- logins ---- */

static void
add_failures(struct page *p, const struct wire_login_reply *r)
{
	if (r->failed == 0)
		return;
	next(p);
	if (r->failed == 1)
		add(p, "one wrong code was given since your last login");
	else
		add(p,
		    "%" PRIu32 " wrong codes were given since your last "
		    "login",
		    r->failed);
	if (r->braked != 0)
		add(p,
		    ";\nfrom elsewhere no more are taken for now: if they were "
		    "not yours,\nsomebody knows your password; change it");
}

static void
add_recovery(struct page *p, const struct wire_login_reply *r)
{
	bool used = r->reason == REASON_RECOVERY_ACCEPTED;

	if (!used && r->recovery_left > RECOVERY_LOW)
		return;
	next(p);
	add(p, "%s%u recovery code%s left",
	    used ? "a recovery code was used; " : "only ",
	    (unsigned int)r->recovery_left,
	    r->recovery_left == 1 ? " is" : "s are");
	if (r->recovery_left <= RECOVERY_LOW)
		add(p, ";%sfor new ones run: otpgate recovery",
		    used ? "\n" : " ");
}

/* An early code means a fast clock; a late one can be a slow typist. */
static void
add_skew(struct page *p, int32_t skew)
{
	int64_t off = skew < 0 ? -(int64_t)skew : skew;

	if (skew <= 0 && off < SKEW_SLOW)
		return;
	next(p);
	add(p, "the clock of your device is about ");
	add_duration(p, off);
	add(p, " %s: set it right", skew > 0 ? "fast" : "slow");
}

static void
add_success(struct page *p, const struct wire_login_reply *r)
{
	if (r->reason != REASON_CODE_ACCEPTED &&
	    r->reason != REASON_RECOVERY_ACCEPTED)
		return;
	add_failures(p, r);
	add_recovery(p, r);
	if (r->reason == REASON_CODE_ACCEPTED)
		add_skew(p, r->skew);
}

/* How many wrong codes are still taken, where they are few. */
static void
add_left(struct page *p, const struct wire_login_reply *r)
{
	if (r->left > TRIES_LOW || r->reason == REASON_BRAKED ||
	    r->reason == REASON_LOCKED)
		return;
	next(p);
	if (r->left == 0 && r->wait == 0) {
		add(p, "no more wrong codes are taken: use a recovery code");
	} else if (r->left == 0) {
		add(p, "no more wrong codes are taken for ");
		add_duration(p, r->wait);
		add(p, "; a recovery code is");
	} else {
		add(p, "%u more wrong code%s taken for now",
		    (unsigned int)r->left, r->left == 1 ? " is" : "s are");
	}
}

static void
add_refusal(struct page *p, const struct wire_login_reply *r)
{
	add_reason(p, (enum reason)r->reason, r->wait);
	if (r->verdict == VERDICT_CHALLENGE) {
		if (r->reason != REASON_CODE_USED &&
		    r->reason != REASON_CODE_MALFORMED)
			add_left(p, r);
		return;
	}
	if (p->used == 0)
		add(p,
		    "this login is refused; the log, which root can read, "
		    "says why");
	else if (r->verdict == VERDICT_DENY && r->tries == 0 &&
	    (r->reason == REASON_CODE_WRONG || r->reason == REASON_CODE_USED ||
		r->reason == REASON_CODE_MALFORMED)) {
		next(p);
		add_reason(p, REASON_NO_TRIES, 0);
	}
}

/* What is wrong with policy or store, where otpgated tells it. */
static void
add_detail(struct page *p, const struct wire_login_reply *r)
{
	char shown[WIRE_DETAIL_MAX];

	if (r->detail[0] == '\0')
		return;
	next(p);
	add(p, "%s", text_escape(shown, sizeof shown, r->detail));
}

const char *
sentence_login(
    char out[static SENTENCE_MAX], const struct wire_login_reply *reply)
{
	struct page p = {out, 0};

	out[0] = '\0';
	if (reply->verdict == VERDICT_PASS)
		add_success(&p, reply);
	else if (reply->verdict != VERDICT_OFFER && reply->offer == 0)
		add_refusal(&p, reply);
	add_detail(&p, reply);
	return out;
}

/* ---- requests ---- */

#define NOTHING_TO_ADD "otpgated refused this request"

const char *
sentence_status(char out[static SENTENCE_MAX], enum status status)
{
	static const char *const words[STATUS_COUNT] = {
	    [STATUS_OK] = "done",
	    [STATUS_TOO_MANY] = "too many secrets were set up just now; try "
				"again in a minute",
	    [STATUS_MALFORMED] = "otpgated could not read the request; is it "
				 "of the same version?",
	    [STATUS_VERSION] = "otpgated is of another version; restart it "
			       "after an update",
	    [STATUS_UNKNOWN_VERB] = "otpgated does not know this request; "
				    "restart it after an update",
	    [STATUS_NOT_ALLOWED] = "only root may do this",
	    [STATUS_NO_CHALLENGE] = "no code is asked for any more; log in "
				    "again",
	    [STATUS_ABSENT] = "there is nothing of that name",
	    [STATUS_EXISTS] = "this is there already",
	    [STATUS_FULL] = "there is no room for one more",
	    [STATUS_BROKEN] =
		"the record of this user is damaged; as root run: "
		"otpgate show USER",
	    [STATUS_STORE] = "the store of second factors cannot be read; as "
			     "root run: otpgate status",
	    [STATUS_NOT_COMMITTED] = "this could not be recorded, so nothing "
				     "was changed; look at the disk",
	    [STATUS_NEEDS_CODE] = "this needs a code of your device or a "
				  "recovery code",
	    [STATUS_RANGE] = "a value is out of range",
	    [STATUS_LAST] =
		"everybody needs a second factor here, so the last device\n"
		"stays; for another secret run: otpgate renew",
	    [STATUS_NEEDS_TICKET] =
		"a first set-up needs the ticket that root makes with:\n"
		"otpgate enroll USER --ticket",
	    [STATUS_KEY_MALFORMED] = "this is no public key, or a damaged one",
	    [STATUS_KEY_UNKNOWN] = "keys of this type cannot be vouched for",
	    [STATUS_KEY_CERTIFICATE] =
		"a certificate cannot be vouched for; give the key that it\n"
		"is for",
	    [STATUS_KEY_WEAK] =
		"the key is weak (DSA, or RSA of fewer than 2048 bits); make\n"
		"another one: ssh-keygen -t ed25519",
	    [STATUS_NEEDS_ADDRESS] =
		"a trusted key is bound to the address of an SSH login, and\n"
		"there is none here; root can name one with --from",
	    [STATUS_TOO_LONG] =
		"this is longer than the option trust_max allows; without\n"
		"--for it is as long as may be",
	    [STATUS_TRUST_OFF] =
		"keys cannot be vouched for here: the option trust_max is 0",
	    [STATUS_NO_CONNECTION] =
		"otpgated does not see in /proc which connection of sshd this\n"
		"is; run: otpgate doctor",
	};
	const char *text = NOTHING_TO_ADD;

	if (status < STATUS_COUNT && words[status] != NULL)
		text = words[status];
	(void)text_copy(out, SENTENCE_MAX, text);
	return out;
}

const char *
sentence_unreachable(char out[static SENTENCE_MAX], enum error e)
{
	struct page p = {out, 0};

	out[0] = '\0';
	if (e == ERR_DOWN)
		add(&p, "otpgated does not run");
	else if (e == ERR_TIMEOUT || e == ERR_BUSY)
		add(&p, "otpgated does not answer");
	else if (e == ERR_CLOSED)
		add(&p, "otpgated ended the connection");
	else if (e == ERR_VERSION)
		add(&p, "otpgated is of another version");
	else
		add(&p, "otpgated cannot be asked (%s)", error_text(e));
	add(&p, ";\nroot can start it anew: systemctl restart otpgated");
	return out;
}
