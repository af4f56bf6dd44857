#include "doors/wish.h"

#include <unistd.h>

#include "base/text.h"

void
wish_fill(struct wire_enroll_request *out, uint32_t uid, const char *user)
{
	out->uid = uid;
	(void)text_copy(out->name, sizeof out->name, user);
	if (text_copy(out->account, sizeof out->account, user) != OK)
		(void)text_print(out->account, sizeof out->account, "%u", uid);
	if (gethostname(out->host, sizeof out->host) != 0)
		out->host[0] = '\0';
	out->host[sizeof out->host - 1] = '\0';
}
