/*
 * A policy that is taken can be kept and read again, as the same; one that is
 * refused says why.
 */
#include "daemon/config.h"
#include "fuzz/fuzz.h"

static struct config taken, again;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char kept[8192], kept_again[8192];
	char *text = fuzz_text(data, size);

	if (config_parse(&taken, text) == OK) {
		must(config_render(&taken.policy, kept, sizeof kept) == OK);
		must(config_parse(&again, kept) == OK);
		must(config_render(
			 &again.policy, kept_again, sizeof kept_again) == OK);
		must(strcmp(kept, kept_again) == 0);
	} else {
		must(taken.complaint[0] != '\0');
	}
	free(text);
	return 0;
}
