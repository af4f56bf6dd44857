#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doors/gate/gate.h"

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
