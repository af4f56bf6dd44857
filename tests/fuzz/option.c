/*
 * What one option takes as its value it writes as it was, and libconfig reads
 * back: `otpgate policy set` makes no file that is refused.
 */
#include "base/text.h"
#include "daemon/config.h"
#include "fuzz/fuzz.h"

static void
through_a_file(const struct option *o, const char *value)
{
	static struct config c;
	char setting[2 * OPTION_VALUE_MAX + 64], text[sizeof setting + 64];
	char back[OPTION_VALUE_MAX];

	must(option_setting(o, value, setting, sizeof setting) == OK);
	must(text_print(text, sizeof text, "enabled = true; ssh = true; %s",
		 o->must ? "" : setting) == OK);
	must(config_parse(&c, text) == OK);
	option_write(o, &c.policy, back);
	must(o->must || strcmp(back, value) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char written[OPTION_VALUE_MAX];
	struct policy p;

	for (size_t i = 0; i < option_count; i++) {
		option_defaults(&p);
		if (option_parse(&option_table[i], text, &p) == OK) {
			option_write(&option_table[i], &p, written);
			must(strcmp(written, text) == 0);
			through_a_file(&option_table[i], written);
		}
	}
	free(text);
	return 0;
}
