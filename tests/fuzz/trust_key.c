/* The key of a file is of the type that stands before it, and is one key. */
#include "base/bytes.h"
#include "doors/cli/trust_key.h"
#include "fuzz/fuzz.h"

static void
check_key(const char *text, const uint8_t *key, size_t size)
{
	char type[PUBKEY_MAX + 1];
	struct reader r;
	size_t length;

	must(size <= PUBKEY_MAX);
	reader_init(&r, key, size);
	length = read_u32(&r);
	must(r.error == OK && length <= r.left);
	memcpy(type, r.at, length);
	type[length] = '\0';
	must(strstr(text, type) != NULL);
	must(strstr(text, "PRIVATE KEY-----") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	uint8_t key[PUBKEY_MAX];
	uint32_t seconds = 0;
	size_t key_size;
	enum key_text state = key_text_read(text, key, &key_size);

	must(key_text_words(state) != NULL);
	if (state == KEY_TEXT_GOOD)
		check_key(text, key, key_size);
	if (time_text_read(text, &seconds) == OK)
		must(seconds >= 60);
	free(text);
	return 0;
}
