#include "doors/cli/question.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "os/clock.h"
#include "term/prompt.h"
#include "term/sentence.h"

#define QUESTION_TIME (10 * 60 * 1000) /* milliseconds that one waits */
#define PROOF_TRIES 3

/*
 * Why there is no answer; some ways of giving none say enough themselves.
 * Behind a question that stands there still, on open, a new line begins.
 */
static void
complain_unanswered(enum error e, int open)
{
	if (open >= 0 && e != ERR_LONG && e != ERR_FORMAT)
		(void)dprintf(open, "\n");
	if (e == ERR_TIMEOUT)
		complain("no answer came in time");
	else if (e != ERR_LONG && e != ERR_FORMAT && e != ERR_INTERRUPTED)
		complain("no answer came (%s)", error_text(e));
}

enum error
question_line(
    struct cli *c, const char *question, bool echo, char *out, size_t size)
{
	struct prompt p = {
	    .terminal = prompt_terminal(),
	    .watch = -1,
	    .echo = echo,
	    .deadline = clock_milliseconds() + QUESTION_TIME,
	};
	enum error e = ERR_UNSET;

	if (p.terminal < 0)
		return ERR_ABSENT;
	(void)fflush(stdout);
	e = prompt_line(&p, question, out, size, &c->signal);
	if (e != OK)
		complain_unanswered(e, echo ? p.terminal : -1);
	(void)close(p.terminal);
	return e;
}

bool
question_yes(struct cli *c, const char *question)
{
	char answer[8];
	enum error e = question_line(c, question, true, answer, sizeof answer);

	if (e == ERR_ABSENT)
		complain("this asks before it acts: run it on a terminal, or "
			 "add --yes");
	return e == OK &&
	    (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}

bool
question_again(enum reason reason)
{
	return reason == REASON_CODE_WRONG || reason == REASON_CODE_USED ||
	    reason == REASON_CODE_MALFORMED;
}

/* One code came with the environment, and no other will. */
static bool
take_from_environment(struct proof *p, char *out)
{
	if (p->given++ > 0)
		return false;
	return text_copy(out, CODE_TEXT_MAX, p->c->code) == OK;
}

static bool
take_from_terminal(struct proof *p, char *out)
{
	while (p->given++ < PROOF_TRIES) {
		enum error e =
		    question_line(p->c, PROMPT_CODE, false, out, CODE_TEXT_MAX);

		if (e == OK)
			return true;
		if (e == ERR_ABSENT)
			complain("this needs a code of your device or a "
				 "recovery code: run it on a terminal, or give "
				 "the code in OTPGATE_CODE");
		if (e != ERR_LONG && e != ERR_FORMAT)
			return false;
		complain_outcome(REASON_CODE_MALFORMED, 0);
	}
	return false;
}

bool
proof_done(enum status s, enum reason reason)
{
	return s == STATUS_OK &&
	    (reason == REASON_CODE_ACCEPTED ||
		reason == REASON_RECOVERY_ACCEPTED ||
		reason == REASON_NOT_NEEDED);
}

bool
proof_next(struct proof *p, enum status s, enum reason reason, int64_t wait,
    char out[static CODE_TEXT_MAX])
{
	if (s == STATUS_OK) {
		complain_outcome(reason, wait);
		if (!question_again(reason))
			return false;
	} else if (s != STATUS_NEEDS_CODE) {
		(void)query_good(s);
		return false;
	}
	if (p->c->code[0] != '\0')
		return take_from_environment(p, out);
	return take_from_terminal(p, out);
}
