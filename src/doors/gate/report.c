#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doors/gate/gate.h"
#include "os/clock.h"
#include "term/prompt.h"
#include "term/sentence.h"

void
gate_say(const struct gate *g, const char *text)
{
	int fd = g->facts.terminal >= 0 ? g->facts.terminal : STDERR_FILENO;

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

bool
gate_refuse(const struct gate *g, const char *reason, const char *text)
{
	gate_note(g, LOG_LEVEL_WARNING, "gate-refused", reason);
	gate_say(g, text);
	return false;
}

/* Why no answer came from the person. */
bool
gate_refuse_unanswered(const struct gate *g, enum error e)
{
	if (e == ERR_INTERRUPTED)
		return false;
	if (e == ERR_TIMEOUT)
		return gate_refuse(
		    g, "no-answer", "no code came in time; log in again");
	if (e == ERR_CLOSED)
		return gate_refuse(g, "no-input",
		    "a code is needed, and the input has ended; log in with a\n"
		    "terminal (ssh -t), or give the code on standard input");
	if (e == ERR_DOWN)
		return gate_refuse(g, "replaced",
		    "another waiting login of yours took the place of this "
		    "one,\nor otpgated was restarted; log in again");
	return gate_refuse(g, "terminal", "the terminal cannot be used");
}

bool
gate_refuse_unreachable(const struct gate *g, enum error e)
{
	char text[SENTENCE_MAX];

	return gate_refuse(
	    g, "otpgated-unreachable", sentence_unreachable(text, e));
}

bool
gate_refuse_status(const struct gate *g, enum status status)
{
	char text[SENTENCE_MAX];

	return gate_refuse(
	    g, status_word(status), sentence_status(text, status));
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
