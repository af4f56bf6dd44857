/* No text from outside makes a line or a field of its own. */
#include "base/log.h"
#include "fuzz/fuzz.h"

static void
sink(enum log_level level, const char *line)
{
	bool quoted = false;
	size_t fields = 1;

	must(level == LOG_LEVEL_INFO && strlen(line) < LOG_LINE_MAX);
	for (const char *at = line; *at != '\0'; at++) {
		must(*at >= ' ' && *at <= '~');
		if (*at == '"')
			quoted = !quoted;
		else if (*at == ' ' && !quoted)
			fields++;
	}
	must(!quoted && fields <= 4);
	must(strncmp(line, "event=fuzz", 10) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct log_line line;

	log_open(sink);
	log_start(&line, LOG_LEVEL_INFO, "fuzz");
	log_text(&line, "first", text);
	log_text(&line, "second", text);
	log_text(&line, "third", text);
	log_end(&line);
	free(text);
	return 0;
}
