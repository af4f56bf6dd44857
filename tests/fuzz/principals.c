/* A line that lets a certificate in ends with a principal that it names. */
#include "doors/gate/keyline.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t names[] = "\0\0\0\5alice\0\0\0\3bob";
	const struct certificate certificate = {
	    .principals = {names, sizeof names - 1}};
	char *text = fuzz_text(data, size);
	struct keyoptions options;

	if (principal_line_read(&options, text, &certificate) == OK)
		must(strstr(text, "alice") != NULL ||
		    strstr(text, "bob") != NULL);
	else
		must(options.command == NULL);
	free(options.command);
	free(text);
	return 0;
}
