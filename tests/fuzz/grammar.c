/* Words that make a sentence fill its slots; others lead nowhere far. */
#include "doors/cli/grammar.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *save = NULL;
	const char *words[32];
	struct given given;
	struct misfit misfit;
	size_t count = 0;

	for (char *at = strtok_r(text, " ", &save); at != NULL && count < 32;
	     at = strtok_r(NULL, " ", &save))
		words[count++] = at;
	if (grammar_read(words, count, &given, &misfit) == OK) {
		must(given.sentence < SENTENCE_COUNT);
		must(count > 0 &&
		    strncmp(grammar_pattern(given.sentence), words[0],
			strlen(words[0])) == 0);
	} else {
		must(misfit.at <= count);
	}
	free(text);
	return 0;
}
