#include "doors/pam/describe.h"

#include <string.h>

#include "base/text.h"

void
describe_login(const struct door *d, bool terminal, const char *code,
    struct wire_login_request *out)
{
	memset(out, 0, sizeof *out);
	out->uid = d->uid;
	out->kind = KIND_LOGIN;
	out->terminal = terminal;
	(void)text_copy(out->name, sizeof out->name, d->user);
	(void)text_copy(out->service, sizeof out->service, d->service);
	(void)text_copy(out->methods, sizeof out->methods, d->methods);
	(void)text_copy(out->address, sizeof out->address, d->address);
	(void)text_copy(out->connection, sizeof out->connection, d->connection);
	(void)text_copy(out->code, sizeof out->code, code);
	memcpy(out->gid, d->gid, sizeof out->gid);
	out->gid_count = d->gid_count;
}

void
describe_session(
    const struct door *d, const char *proof, struct wire_session_request *out)
{
	memset(out, 0, sizeof *out);
	out->uid = d->uid;
	out->decides = !d->line.record;
	(void)text_copy(out->name, sizeof out->name, d->user);
	(void)text_copy(out->service, sizeof out->service, d->service);
	(void)text_copy(out->methods, sizeof out->methods, d->methods);
	(void)text_copy(out->address, sizeof out->address, d->address);
	(void)text_copy(out->connection, sizeof out->connection, d->connection);
	(void)text_copy(out->proof, sizeof out->proof, proof);
	memcpy(out->gid, d->gid, sizeof out->gid);
	out->gid_count = d->gid_count;
	/* What is too long stays "": as untold as without it. */
	(void)text_copy(out->told, sizeof out->told, d->told);
}
