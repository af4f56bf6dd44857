/*
 * Connections of sshd: what one session of them knows of those before it.
 *
 * Rules:
 *   - Which connection a peer comes by MUST be the kernel's word, and only
 *     while the peer lives.
 *   - How it logged in MUST be root's word.
 */
#include "daemon/answer.h"

#include <string.h>

#include "base/text.h"
#include "core/methods.h"

/* ---- the connection of sshd that a login comes by ---- */

/*
 * Of the peer that number is only while it lives: whoever has it afterwards may
 * have come by another connection.
 */
struct origin *
answer_origin(
    struct daemon *d, const struct caller *c, uint32_t uid, const char *service)
{
	struct origin *from;

	if (strcmp(service, SERVICE_SSH) != 0)
		return NULL;
	from = origin_of(d->origins, c->peer.pid, uid);
	return from != NULL && peer_lives(c->fd) ? from : NULL;
}

bool
answer_origin_verified(
    struct daemon *d, const struct caller *c, uint32_t uid, const char *service)
{
	const struct origin *from;

	if (strcmp(service, SERVICE_SSH) != 0)
		return false;
	from = origin_find(d->origins, c->peer.pid, uid);
	return from != NULL && origin_verified(from, daemon_now(d)) &&
	    peer_lives(c->fd);
}

/* ---- a session that root's PAM is about to open ---- */

/* What is not recorded is not known: root's PAM has to be told of that. */
static enum status
record(struct daemon *d, const struct caller *c,
    const struct wire_session_request *q)
{
	struct origin *from = answer_origin(d, c, q->uid, q->service);
	bool keyed = methods_classify(q->methods,
			 daemon_policy(d)->passwordless) == LOGIN_PASSWORDLESS;

	if (from == NULL)
		return STATUS_NO_CONNECTION;
	return origin_tell(from, q->told, keyed) == OK ? STATUS_OK
						       : STATUS_REFUSED;
}

enum status
answer_session(struct daemon *d, struct caller *c,
    const struct wire_session_request *q, struct wire_login_reply *a)
{
	struct wire_login_request login = {
	    .uid = q->uid, .kind = KIND_LOGIN, .gid_count = q->gid_count};

	if (q->decides == 0) {
		c->stands = true;
		return record(d, c, q);
	}
	(void)text_copy(login.name, sizeof login.name, q->name);
	(void)text_copy(login.service, sizeof login.service, q->service);
	(void)text_copy(login.methods, sizeof login.methods, q->methods);
	(void)text_copy(login.address, sizeof login.address, q->address);
	memcpy(login.gid, q->gid, sizeof login.gid);
	c->challenge.session = true;
	return answer_login(d, c, &login, a);
}

enum status
answer_connection(struct daemon *d, struct caller *c,
    const struct wire_connection_request *q, struct wire_connection_reply *a)
{
	const struct origin *from =
	    origin_find(d->origins, c->peer.pid, q->uid);

	c->stands = true;
	if (from == NULL || from->told == NULL || !peer_lives(c->fd))
		return STATUS_OK;
	a->recorded = true;
	(void)text_copy(a->told, sizeof a->told, from->told);
	return STATUS_OK;
}
