/* A text stays one string of JSON, and UTF-8, whatever it holds. */
#include <locale.h>

#include "fuzz/fuzz.h"
#include "term/json.h"

/* Passes over a string; NULL where it is none. */
static const char *
pass_string(const char *at)
{
	must(*at == '"');
	for (at++; *at != '"'; at++) {
		must((unsigned char)*at >= ' ');
		if (*at == '\\')
			at++;
	}
	return at + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *out = NULL;
	size_t used;
	FILE *stream = open_memstream(&out, &used);
	struct json j;

	must(stream != NULL);
	json_start(&j, stream);
	json_text(&j, NULL, text);
	json_finish(&j);
	must(fclose(stream) == 0);
	must(strcmp(pass_string(out), "\n") == 0);
	must(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
	must(mbstowcs(NULL, out, 0) != (size_t)-1);
	free(out);
	free(text);
	return 0;
}
