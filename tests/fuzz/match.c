/* An example of a Match line is one that "sshd -T -C" can be given. */
#include <arpa/inet.h>

#include "doors/cli/doctor/lines.h"
#include "doors/cli/doctor/match.h"
#include "fuzz/fuzz.h"

static bool
is_address(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	    inet_pton(AF_INET6, text, bytes) == 1;
}

static void
words(const char *at)
{
	char word[16];

	while (line_word(&at, word, sizeof word))
		must(strlen(word) < sizeof word);
	must(*at == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct example e;

	must(!match_is_tried(text) || strpbrk(text, "*?!") == NULL);
	for (size_t i = 0; i < 3 && match_example(text, i, &e); i++) {
		must(!match_is_all(text));
		must(strpbrk(e.user, "*?,") == NULL);
		must(strpbrk(e.group, "*?,") == NULL);
		must(strpbrk(e.host, "*?,") == NULL);
		must(e.address[0] == '\0' || is_address(e.address));
		must(e.local_address[0] == '\0' || is_address(e.local_address));
	}
	if (strchr(text, '\n') == NULL)
		words(text);
	free(text);
	return 0;
}
