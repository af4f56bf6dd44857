/* A key file that is read is the one that would be written. */
#include "fuzz/fuzz.h"
#include "store/seal.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char written[SEAL_FILE_SIZE + 1];
	struct seal *seal = NULL;

	if (seal_read(&seal, text, size) == OK) {
		seal_write(seal, written);
		must(size == SEAL_FILE_SIZE);
		must(memcmp(written, data, size) == 0);
	} else {
		must(seal == NULL);
	}
	seal_free(&seal);
	free(text);
	return 0;
}
