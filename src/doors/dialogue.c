/*
 * Rules:
 *   - Only a whole reply of otpgated MUST change the verdict to anything but
 *     a refusal.
 *   - An answer MUST be wiped as soon as it was sent.
 */
#include "doors/dialogue.h"

#include <string.h>

/*
 * Asks for an answer and has it looked at.  An answer that cannot be a code
 * is sent as an empty one: otpgated counts the tries.
 */
static enum error
answer_once(const struct dialogue *d, struct wire_login_reply *reply,
    struct dialogue_end *end)
{
	struct wire_code_request request = {0};

	end->read = d->read(d->context, reply->deadline, request.code);
	if (end->read == ERR_LONG || end->read == ERR_FORMAT) {
		explicit_bzero(request.code, sizeof request.code);
		end->read = OK;
	}
	if (end->read == OK)
		end->send = d->send(d->context, &request, reply, &end->status);
	explicit_bzero(&request, sizeof request);
	return end->read != OK ? end->read : end->send;
}

struct dialogue_end
dialogue_run(const struct dialogue *d, struct wire_login_reply *reply)
{
	struct dialogue_end end = {VERDICT_DENY, OK, OK, STATUS_OK};

	d->tell(d->context, reply);
	while (reply->verdict == VERDICT_CHALLENGE) {
		if (answer_once(d, reply, &end) != OK ||
		    end.status != STATUS_OK)
			return end;
		d->tell(d->context, reply);
	}
	if (reply->verdict < VERDICT_COUNT)
		end.verdict = (enum verdict)reply->verdict;
	return end;
}
