/*
 * What people are told: every sentence that more than one door can say stands
 * here, so that gate, PAM and the command say it in the same words.
 *
 * A sentence says what happened and what to do next, fits lines of 80
 * columns, is plain ASCII and ends without a newline.  It never tells which
 * of the two factors failed before the password was proven.  Where only root
 * can go on, it says what root can do: root reads it as well as a user, and is
 * not to be sent to somebody else.
 */
#ifndef TERM_SENTENCE_H
#define TERM_SENTENCE_H

#include <stddef.h>

#include "base/error.h"
#include "core/verdict.h"
#include "wire/message.h"

#define SENTENCE_MAX 1024
#define PROMPT_CODE "Verification code: " /* VS Code and others look for it */
#define PROMPT_SETUP "Code from your app: "
#define PROMPT_SETUP_SKIP "Code from your app (Enter to skip): "
#define PROMPT_TICKET "Ticket from your administrator: "
#define PROMPT_TICKET_SKIP "Ticket from your administrator (Enter to skip): "
#define PROMPT_GO_ON "Press Enter to go on: "

/* What a login is told about its verdict; "" when there is nothing to say. */
const char *sentence_login(
    char out[static SENTENCE_MAX], const struct wire_login_reply *reply);

/* What became of a code that was given to change a factor. */
const char *sentence_outcome(
    char out[static SENTENCE_MAX], enum reason reason, int64_t wait);

/* Why otpgated did not do what it was asked for. */
const char *sentence_status(char out[static SENTENCE_MAX], enum status status);

/* Why otpgated could not be asked. */
const char *sentence_unreachable(char out[static SENTENCE_MAX], enum error e);

#endif
