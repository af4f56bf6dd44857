/* The name of a key file fits where it goes, and no token stays in it. */
#include "doors/gate/arguments.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	size_t room = 1 + (size == 0 ? 0 : data[0]);
	char *out = malloc(room);

	must(out != NULL);
	if (pattern_expand(out, room, text, "alice", "/home/alice", 1000) ==
	    OK) {
		must(strlen(out) < room);
		must(strchr(text, '%') != NULL || *text != '/' ||
		    strcmp(out, text) == 0);
	}
	free(out);
	free(text);
	return 0;
}
