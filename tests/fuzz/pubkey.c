/*
 * A key that can be vouched for is whole, is the key that the gate reads, and
 * comes back from base64 as it went; a source has nothing that ends its quotes.
 */
#include "base/base64.h"
#include "core/pubkey.h"
#include "doors/gate/key.h"
#include "fuzz/fuzz.h"

static void
check_key(const uint8_t *data, size_t size, const char *type)
{
	char text[BASE64_TEXT(PUBKEY_MAX)], other[PUBKEY_TYPE_MAX];
	char fingerprint[FINGERPRINT_MAX];
	struct key read;

	must(size <= PUBKEY_MAX);
	must(pubkey_judge(data, size - 1, other) != PUBKEY_GOOD);
	must(pubkey_fingerprint(fingerprint, data, size) == OK);
	must(strlen(fingerprint) == FINGERPRINT_MAX - 1);
	(void)base64_encode(text, data, size);
	must(key_read(&read, text, strlen(text)) == OK);
	must(strcmp(read.type, type) == 0);
	must(read.size == size && memcmp(read.bytes, data, size) == 0);
	key_free(&read);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char type[PUBKEY_TYPE_MAX];
	char *text = fuzz_text(data, size);
	enum pubkey_state state = pubkey_judge(data, size, type);

	must((state == PUBKEY_GOOD) == (type[0] != '\0'));
	if (state == PUBKEY_GOOD)
		check_key(data, size, type);
	if (pubkey_source_good(text))
		must(strpbrk(text, "\"\\ \t\n*?") == NULL);
	free(text);
	return 0;
}
