/*
 * A list that is believed has a method for each line, and is never without a
 * password where a line is one.
 */
#include "doors/gate/authinfo.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	bool password = strncmp(text, "password\n", 9) == 0 ||
	    strstr(text, "\npassword\n") != NULL;
	size_t lines = 0, words = 1;
	struct authinfo info;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	if (authinfo_parse(&info, text, size) == OK) {
		for (const char *at = info.methods; *at != '\0'; at++)
			words += *at == ',';
		must(info.believed && words == lines && info.keys <= lines);
		for (size_t i = 0; i < info.keys; i++)
			must(*info.key[i].type != '\0' &&
			    *info.key[i].blob != '\0');
		must(!password ||
		    methods_classify(info.methods, info.methods) ==
			LOGIN_PASSWORD);
	} else {
		must(!info.believed && info.methods[0] == '\0');
		must(info.keys == 0);
	}
	authinfo_free(&info);
	return 0;
}
