/*
 * Where doctor's reader of PAM's stacks finds no trouble, a stack lets nobody
 * in for whom our lines refuse: libpam's own rule (pam_dispatch.c) says so,
 * whatever the other modules answer.
 */
#include <ctype.h>

#include "doors/cli/doctor/stack.h"
#include "fuzz/fuzz.h"

#define LINES_FUZZED 32

enum answer { SUCCESS, REFUSED, IGNORED };

/* Behind the next word of *at, which is copied, in lower case. */
static bool
next(const char **at, char *out, size_t size)
{
	const char *text = *at + strspn(*at, " \t");
	bool bracket = *text == '[';
	size_t length = bracket ? strcspn(text, "]") + 1 : strcspn(text, " \t");

	if (*text == '\0' || (bracket && text[length - 1] != ']') ||
	    length >= size)
		return false;
	for (size_t i = 0; i < length; i++)
		out[i] = (char)tolower((unsigned char)text[i]);
	out[length] = '\0';
	*at = text + length;
	return true;
}

/* What control makes of answer: a word, or a number of lines to jump. */
static char *
action_of(char *control, enum answer answer)
{
	static const char *const names[] = {"success", "auth_err", "ignore"};
	static char fallback[64], word[64];
	char *save = NULL;

	(void)snprintf(fallback, sizeof fallback, "bad");
	if (strcmp(control, "required") == 0)
		return answer == SUCCESS ? "ok"
		    : answer == IGNORED	 ? "ignore"
					 : "bad";
	if (strcmp(control, "requisite") == 0)
		return answer == SUCCESS ? "ok"
		    : answer == IGNORED	 ? "ignore"
					 : "die";
	if (strcmp(control, "sufficient") == 0)
		return answer == SUCCESS ? "done" : "ignore";
	if (strcmp(control, "optional") == 0)
		return answer == SUCCESS ? "ok" : "ignore";
	if (control[0] != '[')
		return "bad";
	control[strlen(control) - 1] = '\0';
	for (char *at = strtok_r(control + 1, " \t", &save); at != NULL;
	     at = strtok_r(NULL, " \t", &save)) {
		char *value = strchr(at, '=');

		if (value == NULL)
			return "bad";
		*value++ = '\0';
		if (strcmp(at, "default") == 0)
			(void)snprintf(fallback, sizeof fallback, "%s", value);
		if (strcmp(at, names[answer]) != 0)
			continue;
		(void)snprintf(word, sizeof word, "%s", value);
		return word;
	}
	return fallback;
}

/* What a line of ours answers to somebody without a code, in the second step */
static enum answer
answer_of(const char *text, const char *module, unsigned int chance)
{
	const char *slash = strrchr(module, '/');

	if (strcmp(slash == NULL ? module : slash + 1, STACK_MODULE) != 0)
		return chance % 4 == 3 ? IGNORED
		    : chance % 4 == 2  ? REFUSED
				       : SUCCESS;
	return strstr(text, "step") != NULL || strstr(text, "record") != NULL
	    ? IGNORED
	    : REFUSED;
}

/* libpam: true when the lines of type let in. */
static bool
lets_in(const struct lines *l, const char *type, unsigned int chance)
{
	enum { UNDECIDED, POSITIVE, NEGATIVE } impression = UNDECIDED;
	unsigned long jump = 0;

	for (size_t n = 0; n < l->count; n++, chance = chance * 5 / 3 + 1) {
		const char *at = l->line[n].text + (*l->line[n].text == '-');
		char is[64], control[512], module[512];
		enum answer answer;
		char *action, *end;

		if (!next(&at, is, sizeof is) || strcmp(is, type) != 0)
			continue;
		if (jump > 0) {
			jump--;
			continue;
		}
		if (!next(&at, control, sizeof control) ||
		    !next(&at, module, sizeof module))
			return false;
		answer = answer_of(at, module, chance);
		action = action_of(control, answer);
		if (strcmp(action, "ok") == 0 || strcmp(action, "done") == 0) {
			/* an answer that is no success is no way in */
			if (answer == REFUSED)
				impression = NEGATIVE;
			else if (impression == UNDECIDED && answer == SUCCESS)
				impression = POSITIVE;
			if (action[0] == 'd' && impression == POSITIVE)
				return true;
		} else if (strcmp(action, "ignore") == 0) {
			continue;
		} else if (strcmp(action, "reset") == 0) {
			impression = UNDECIDED;
		} else if (isdigit((unsigned char)action[0])) {
			jump = strtoul(action, &end, 10);
			if (jump == 0 || *end != '\0')
				return false;
		} else {
			impression = NEGATIVE;
			if (strcmp(action, "bad") != 0)
				return false;
		}
	}
	return jump == 0 && impression == POSITIVE;
}

static size_t
cut(char *text, struct line *line)
{
	size_t count = 0;
	char *save = NULL;

	for (char *at = strtok_r(text, "\n", &save);
	     at != NULL && count < LINES_FUZZED;
	     at = strtok_r(NULL, "\n", &save))
		line[count++] = (struct line){.file = "f", .text = at};
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char shipped_text[] =
	    "auth\t[authinfo_unavail=2 ignore=ignore default=die]\t"
	    "pam_otpgate.so step\n"
	    "auth\trequisite\tpam_otpgate.so\n"
	    "auth\tsufficient\tpam_permit.so\n"
	    "@include common-auth\n"
	    "auth\trequired\tpam_otpgate.so";
	static struct line shipped_line[LINES_FUZZED];
	static struct lines shipped = {.line = shipped_line};
	char *text = fuzz_text(data, size);
	struct line line[LINES_FUZZED];
	struct lines l = {.line = line};
	struct stack s;

	if (shipped.count == 0) {
		shipped.count = cut(shipped_text, shipped_line);
		shipped_line[4].place = PLACE_DIALOGUE;
	}
	l.count = cut(text, line);
	stack_read(&s, &l, &shipped);
	must(s.troubles <= TROUBLES_MAX);
	for (size_t i = 0; i < s.troubles; i++)
		must(s.trouble[i].line == NO_LINE ||
		    s.trouble[i].line < l.count);
	for (unsigned int chance = 0; chance < 4 && s.troubles == 0; chance++) {
		must(!s.asks || !lets_in(&l, "auth", chance));
		must(!s.backstop || !lets_in(&l, "session", chance));
	}
	free(text);
	return 0;
}
