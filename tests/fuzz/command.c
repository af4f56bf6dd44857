/* What a client asks for is of a kind, and splits into words that end. */
#include "doors/gate/kind.h"
#include "doors/gate/launch.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *end = text + strlen(text);
	const char *arguments = kind_internal_sftp(text);
	char *words[LAUNCH_WORDS] = {text};
	size_t i = 1;

	must(kind_of(text) > KIND_SHELL && kind_of(text) < KIND_COUNT);
	if (arguments != NULL) {
		must(kind_of(text) == KIND_SFTP && arguments <= end);
		launch_split(text + (arguments - text), words);
		for (; i < LAUNCH_WORDS && words[i] != NULL; i++)
			must(words[i] > words[i - 1] && words[i] < end);
		must(i < LAUNCH_WORDS);
	}
	free(text);
	return 0;
}
