/* What decodes is what encodes to the same text, its padding apart. */
#include "core/base32.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char back[BASE32_SIZE(64)];
	uint8_t bytes[64];
	size_t count;

	if (base32_decode(bytes, sizeof bytes, &count, text) == OK) {
		must(base32_encode(back, sizeof back, bytes, count) == OK);
		text[strcspn(text, "=")] = '\0';
		must(strcmp(text, back) == 0);
	} else {
		must(count == 0);
	}
	free(text);
	return 0;
}
