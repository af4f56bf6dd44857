/* What is told of an sshd's words are words of its title, in their order. */
#include "doors/cli/doctor/listeners.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const char *at = text;
	struct listener l;

	if (listener_read(&l, text)) {
		must(l.count <= LISTENER_WORDS_MAX);
		must(!l.legible || strstr(text, " [listener] ") != NULL);
		for (size_t i = 0; i < l.count; i++) {
			const char *word = listener_word(&l, i);

			must(word[0] != '\0' && strchr(word, ' ') == NULL);
			must((at = strstr(at, word)) != NULL);
			at += strlen(word);
		}
		if (l.legible)
			must(listener_file(&l, "/")[0] == '/');
	} else {
		must(!l.legible && l.count == 0);
	}
	free(text);
	return 0;
}
