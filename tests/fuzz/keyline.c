/*
 * A line that holds the key names it; a command that starts its options is
 * never passed over.
 */
#include <strings.h>

#include "doors/gate/keyline.h"
#include "fuzz/fuzz.h"

#define BLOB                                                               \
	"AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhsc" \
	"HR4f"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char command[] = "command=\"";
	char *text = fuzz_text(data, size);
	bool bound = strncasecmp(text, command, sizeof command - 1) == 0;
	struct keyoptions options;
	struct key key;

	must(key_read(&key, BLOB, sizeof BLOB - 1) == OK);
	for (int authority = 0; authority <= 1; authority++) {
		if (keyline_read(&options, text, &key, authority) == OK) {
			must(strstr(text, "ssh-ed25519") != NULL);
			must(options.authority == authority);
			must(!bound || options.command != NULL);
		}
		free(options.command);
	}
	if (keyoptions_read(&options, text) == OK)
		must(!bound || options.command != NULL);
	free(options.command);
	key_free(&key);
	free(text);
	return 0;
}
