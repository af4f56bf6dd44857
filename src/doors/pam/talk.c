#include "doors/pam/talk.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doors/pam/ascii.h"

#define LINE_START "otpgate: "

static const struct pam_conv *
conversation_of(const struct door *d)
{
	const void *item = NULL;

	if (pam_get_item(d->pamh, PAM_CONV, &item) != PAM_SUCCESS)
		return NULL;
	return item;
}

/* One message; *answer is for free(3), NULL where none came. */
static bool
converse(const struct door *d, int style, const char *text, char **answer)
{
	const struct pam_conv *c = conversation_of(d);
	struct pam_message message = {style, text};
	const struct pam_message *messages = &message;
	struct pam_response *response = NULL;
	bool done;

	*answer = NULL;
	if (c == NULL || c->conv == NULL)
		return false;
	done = c->conv(1, &messages, &response, c->appdata_ptr) == PAM_SUCCESS;
	if (response == NULL)
		return done;
	*answer = response->resp;
	free(response);
	return done;
}

static void
drop(char *answer)
{
	if (answer == NULL)
		return;
	explicit_bzero(answer, strlen(answer));
	free(answer);
}

void
talk_show(const struct door *d, const char *text)
{
	char *copy, *answer;
	size_t size = strlen(text) + 1;

	if (d->silent || text[0] == '\0' || (copy = strdup(text)) == NULL)
		return;
	ascii_only(copy);
	/* Who cannot be told is asked, or refused, all the same. */
	(void)converse(d, PAM_TEXT_INFO, copy, &answer);
	drop(answer);
	explicit_bzero(copy, size);
	free(copy);
}

void
talk_tell(const struct door *d, const char *text)
{
	char line[512];

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		(void)text_print(
		    line, sizeof line, LINE_START "%.*s", (int)length, text);
		talk_show(d, line);
		text += length;
		text += *text == '\n';
	}
}

enum error
talk_ask(const struct door *d, bool echo, const char *question,
    char out[static CODE_TEXT_MAX])
{
	char *answer;
	enum error e = ERR_CLOSED;

	out[0] = '\0';
	if (converse(d, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF,
		question, &answer) &&
	    answer != NULL)
		e = text_copy(out, CODE_TEXT_MAX, answer);
	drop(answer);
	return e;
}
