/*
 * What sshd prints is cut into lines that hold nothing but its bytes, and its
 * patterns fit as those of the C library do.
 */
#include <fnmatch.h>

#include "doors/cli/doctor/gate_line.h"
#include "doors/cli/doctor/settings.h"
#include "fuzz/fuzz.h"

static void
lines(const struct settings *s, size_t size)
{
	size_t total = 0;

	must(s->count > 0 && s->count <= SETTINGS_MAX);
	for (size_t i = 0; i < s->count; i++) {
		size_t at = i;

		must(s->line[i].keyword[0] != '\0');
		must(strchr(s->line[i].keyword, ' ') == NULL);
		must(strchr(s->line[i].value, '\n') == NULL);
		must(settings_next(s, s->line[i].keyword, &at) ==
		    s->line[i].value);
		total += strlen(s->line[i].keyword) + strlen(s->line[i].value);
	}
	must(total <= size);
}

/* The text is a pattern, a line end, and a name. */
static void
patterns(char *text)
{
	char *name = strchr(text, '\n');

	if (name == NULL || strpbrk(text, "[\\") != NULL)
		return;
	*name++ = '\0';
	/* glibc's takes ever longer for more stars */
	if (strlen(text) < 16)
		must(pattern_fits(text, name) == (fnmatch(text, name, 0) == 0));
}

static void
gates(const char *text)
{
	struct gate_line g;
	char out[64];

	if (gate_line_read(&g, text, "gate") != OK)
		return;
	must(strstr(text, "gate") != NULL);
	must(g.words.keys.count <= PATTERNS_MAX);
	for (size_t i = 0; i < g.words.keys.count; i++)
		must(strpbrk(g.words.keys.pattern[i], " '\"$`;|&") == NULL);
	(void)gate_line_lacks(&g.words.keys, text, out, sizeof out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct settings s;

	if (settings_read(&s, text, size) == OK) {
		lines(&s, size);
		(void)accepted_variable(s.line[0].value);
	} else {
		must(s.text == NULL && s.count == 0);
	}
	settings_free(&s);
	gates(text);
	if (strlen(text) == size)
		patterns(text);
	free(text);
	return 0;
}
