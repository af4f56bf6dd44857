/* Escaped text is printable, well formed and fits; numbers are in range. */
#include "base/text.h"
#include "fuzz/fuzz.h"

/* True without control characters, of which UTF-8 has more at U+0080. */
static bool
printable(const char *text, bool utf8)
{
	for (; *text != '\0'; text++) {
		if ((*text < ' ' || *text > '~') && (!utf8 || *text > 0))
			return false;
		if (strncmp(text, "\xc2", 1) == 0 && (text[1] & 0x60) == 0)
			return false;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	size_t room = 8 + (size == 0 ? 0 : data[0]);
	char *out = malloc(room);
	uint64_t number = 7;

	must(strlen(text_escape(out, room, text)) < room);
	must(printable(out, false));
	must(strlen(text_escape_utf8(out, room, text)) < room);
	must(printable(out, true));
	for (const char *at = out; *at != '\0'; at += text_utf8_length(at))
		must(text_utf8_length(at) > 0);
	if (text_number(text, 3, 1000, &number) == OK)
		must(number >= 3 && number <= 1000 && strlen(text) <= 4);
	else
		must(number == 7);
	must(text_copy(out, room, text) != OK || strcmp(out, text) == 0);
	free(out);
	free(text);
	return 0;
}
