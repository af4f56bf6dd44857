#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/gate/gate.h"
#include "doors/gate/kind.h"
#include "doors/gate/sftp.h"
#include "os/clock.h"
#include "term/prompt.h"
#include "term/sentence.h"

/* A line more of all that was said; what does not fit is left out. */
static void
remember(struct gate *g, const char *text)
{
	size_t used = strlen(g->said);

	(void)text_print(g->said + used, sizeof g->said - used, "%s%s",
	    used > 0 ? "\n" : "", text);
}

void
gate_say(struct gate *g, const char *text)
{
	int fd = g->facts.terminal >= 0 ? g->facts.terminal : STDERR_FILENO;

	remember(g, text);
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		(void)dprintf(fd, "otpgate: %.*s\n", (int)length, text);
		text += length;
		text += *text == '\n';
	}
}

void
gate_note(const struct gate *g, enum log_level level, const char *event,
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

static bool
refuse(
    struct gate *g, enum log_level level, const char *reason, const char *text)
{
	gate_note(g, level, "gate-refused", reason);
	gate_say(g, text);
	return false;
}

bool
gate_refuse(struct gate *g, const char *reason, const char *text)
{
	return refuse(g, LOG_LEVEL_WARNING, reason, text);
}

bool
gate_refuse_silence(struct gate *g, const char *reason, const char *text)
{
	return refuse(g, LOG_LEVEL_NOTICE, reason, text);
}

/* Why no answer came from the person. */
bool
gate_refuse_unanswered(struct gate *g, enum error e)
{
	if (e == ERR_INTERRUPTED)
		return false;
	if (e == ERR_TIMEOUT)
		return gate_refuse_silence(
		    g, "no-answer", "no code came in time; log in again");
	if (e == ERR_CLOSED)
		return gate_refuse_silence(g, "no-input",
		    "a code is needed, and the input has ended; log in with a\n"
		    "terminal (ssh -t), or give the code on standard input");
	if (e == ERR_DOWN)
		return gate_refuse_silence(g, "replaced",
		    "another waiting login of yours took the place of this "
		    "one,\nor otpgated was restarted; log in again");
	return gate_refuse(g, "terminal", "the terminal cannot be used");
}

bool
gate_refuse_unreachable(struct gate *g, enum error e)
{
	char text[SENTENCE_MAX];

	if (e == ERR_INTERRUPTED) {
		gate_note(g, LOG_LEVEL_NOTICE, "gate-refused", "client-gone");
		return false;
	}
	return gate_refuse(
	    g, "otpgated-unreachable", sentence_unreachable(text, e));
}

bool
gate_refuse_status(struct gate *g, enum status status)
{
	char text[SENTENCE_MAX];

	return gate_refuse(
	    g, status_word(status), sentence_status(text, status));
}

bool
gate_refuse_unrecorded(struct gate *g)
{
	return gate_refuse(g, "not-recorded",
	    "how this connection logged in is not recorded, so it needs a "
	    "code\n"
	    "of a user without restricted keys. Log in with a new connection;\n"
	    "if that is refused as well, please tell your administrator");
}

/*
 * A client that has the session open may ask for something a while later: as
 * long as somebody who is asked for a code may think.
 */
#define SFTP_DEADLINE 60000 /* milliseconds */

/* What it speaks is known before all other facts, and without them. */
void
gate_tell_sftp(const struct gate *g)
{
	if (kind_of(getenv("SSH_ORIGINAL_COMMAND")) == KIND_SFTP &&
	    isatty(STDIN_FILENO) == 0)
		sftp_refuse(STDIN_FILENO, STDOUT_FILENO, g->said,
		    clock_milliseconds() + SFTP_DEADLINE);
}

enum error
gate_ask_line(struct gate *g, const char *question, bool echo, uint32_t seconds,
    char out[static CODE_TEXT_MAX])
{
	const struct prompt p = {.terminal = g->facts.terminal,
	    .watch = g->ask.fd,
	    .echo = echo,
	    .deadline = clock_milliseconds() + (int64_t)seconds * 1000};

	return prompt_line(&p, question, out, CODE_TEXT_MAX, &g->signal);
}
