/*
 * What sshd tells PAM: a list has the first word of each line, or nothing; and
 * it is never one without a password where a line is a password's.
 */
#include "doors/pam/methods.h"
#include "fuzz/fuzz.h"

/* The lines of text, each of which begins with a word; 0: not all do. */
static size_t
count_lines(const char *text)
{
	size_t lines = 0;

	while (*text != '\0') {
		if (*text == '\n' || *text == ' ')
			return 0;
		lines++;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return lines;
}

static bool
has_password(const char *text)
{
	for (const char *at = text; (at = strstr(at, "password")) != NULL; at++)
		if ((at == text || at[-1] == '\n') &&
		    (at[8] == '\0' || at[8] == ' ' || at[8] == '\n'))
			return true;
	return false;
}

static void
check(const char *text, const char *more)
{
	char list[METHODS_MAX];
	size_t words = 1, lines = count_lines(text) + (more != NULL);

	told_methods(list, text, more);
	must(memchr(list, '\0', sizeof list) != NULL);
	for (const char *at = list; *at != '\0'; at++)
		words += *at == ',';
	/* A word may hold commas of its own: then there are more of them. */
	must(list[0] == '\0' || words >= lines);
	must(list[0] == '\0' || words == lines || strchr(text, ',') != NULL);
	must(!has_password(text) ||
	    methods_classify(list, list) == LOGIN_PASSWORD);
	must(more == NULL || methods_classify(list, list) == LOGIN_PASSWORD);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check(text, NULL);
	check(text, TOLD_PASSWORD);
	check(text, TOLD_DIALOGUE);
	must(told_has(text, TOLD_PASSWORD) == has_password(text));
	must(!told_has("", text));
	free(text);
	return 0;
}
