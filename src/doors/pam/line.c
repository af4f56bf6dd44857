#include "doors/pam/line.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

#define SERVICE_IS "service="

/* One of them at most: each makes another line of it. */
static bool
read_auth(struct pam_line *out, const char *word)
{
	if (out->act != ACT_ASK || out->dialogue)
		return false;
	if (strcmp(word, "step") == 0)
		out->act = ACT_STEP;
	else if (strcmp(word, "split") == 0)
		out->act = ACT_SPLIT;
	else if (strcmp(word, "dialogue") == 0)
		out->dialogue = true;
	else
		return false;
	return true;
}

static bool
read_session(struct pam_line *out, const char *word)
{
	if (strcmp(word, "record") == 0)
		out->record = true;
	else if (strcmp(word, "fallback=publickey") == 0)
		out->fallback = true;
	else
		return false;
	return true;
}

static bool
read_word(struct pam_line *out, enum phase_kind phase, const char *word)
{
	if (!text_starts(word, SERVICE_IS))
		return phase == PHASE_AUTH ? read_auth(out, word)
					   : read_session(out, word);
	out->service = word + strlen(SERVICE_IS);
	return out->service[0] != '\0';
}

bool
pam_line_read(struct pam_line *out, enum phase_kind phase, int argc,
    const char **argv, const char **unknown)
{
	memset(out, 0, sizeof *out);
	for (int i = 0; i < argc; i++)
		if (!read_word(out, phase, argv[i])) {
			*unknown = argv[i];
			return false;
		}
	*unknown = NULL;
	return true;
}
