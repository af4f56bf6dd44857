/* A list is password-less where a plain pattern says so, and nowhere else. */
#include <regex.h>

#include "core/methods.h"
#include "fuzz/fuzz.h"

#define WORD "(publickey|hostbased|gssapi-[-A-Za-z0-9_.@/+]+)"

static bool
passwordless(const char *list)
{
	static regex_t pattern;
	static bool ready;

	if (!ready)
		must(regcomp(&pattern, "^" WORD "(," WORD ")*$",
			 REG_EXTENDED | REG_NOSUB) == 0);
	ready = true;
	for (const char *at = list; *at != '\0'; at += *at == ',') {
		if (strcspn(at, ",") >= METHOD_MAX)
			return false;
		at += strcspn(at, ",");
	}
	return strlen(list) < METHODS_MAX &&
	    regexec(&pattern, list, 0, NULL, 0) == 0;
}

static bool
keys_alone(const char *list)
{
	return passwordless(list) && strstr(list, "hostbased") == NULL &&
	    strstr(list, "gssapi-") == NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	must((methods_classify(text, text) == LOGIN_PASSWORDLESS) ==
	    passwordless(text));
	must((methods_classify(text, "publickey") == LOGIN_PASSWORDLESS) ==
	    keys_alone(text));
	must(!methods_known(text) || methods_intersect(text, text));
	must(!methods_intersect(text, ""));
	free(text);
	return 0;
}
