/*
 * The dialogue of a challenge: ask the person, ask otpgated, tell the person,
 * until the verdict is no challenge any more.
 *
 * How to ask and tell is the door's: a terminal, standard error, or PAM's
 * conversation.  So this file knows nothing of term/, and no door has a loop
 * of its own.
 */
#ifndef DOORS_DIALOGUE_H
#define DOORS_DIALOGUE_H

#include "base/error.h"
#include "core/verdict.h"
#include "wire/message.h"

/* A door's half; each call gets context. */
struct dialogue {
	void *context;

	/* Tells the person what reply has to say, if anything. */
	void (*tell)(void *context, const struct wire_login_reply *reply);

	/*
	 * Asks for one line and waits seconds for it; out is terminated.
	 * ERR_LONG and ERR_FORMAT for an answer that cannot be a code; every
	 * other error ends the dialogue.
	 */
	enum error (*read)(
	    void *context, uint32_t seconds, char out[static CODE_TEXT_MAX]);

	/* Has otpgated look at the answer; ask_code() of wire/ask.h. */
	enum error (*send)(void *context,
	    const struct wire_code_request *request,
	    struct wire_login_reply *reply, enum status *status);
};

/* How a dialogue ended. */
struct dialogue_end {
	enum verdict verdict; /* never VERDICT_CHALLENGE */
	enum error read;      /* why the person gave no answer, or OK */
	enum error send;      /* why otpgated could not be asked, or OK */
	enum status status;   /* what otpgated said where it was asked */
};

/*
 * Goes on from the reply to a login until the verdict is final.  reply is
 * then the last one; what it has to say was told, except for a verdict that
 * was final from the start: that is told as well.  A verdict other than
 * VERDICT_DENY comes from otpgated alone.
 */
struct dialogue_end dialogue_run(
    const struct dialogue *d, struct wire_login_reply *reply);

#endif
