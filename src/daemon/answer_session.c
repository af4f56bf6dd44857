/*
 * Connections of sshd: what one session of them knows of those before it, and
 * PAM's session phase of its auth phase.
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

/* ---- what a code that opened counts for ---- */

enum status
answer_opened(
    struct daemon *d, struct caller *c, char proof[static WIRE_PROOF_MAX])
{
	const struct wire_login_request *q = &c->challenge.login;
	enum error e = OK;

	proof[0] = '\0';
	if (q->kind != KIND_LOGIN)
		c->proven = answer_origin(d, c, q->uid, q->service);
	else if (caller_is_root(c) && q->connection[0] != '\0' &&
	    strcmp(q->service, SERVICE_SSH) == 0)
		e = proof_make(
		    d->proofs, q->uid, q->connection, daemon_now(d), proof);
	return e == OK ? STATUS_OK : STATUS_REFUSED;
}

void
answer_doubt(struct daemon *d, uint32_t uid)
{
	origins_doubt(d->origins, uid);
	proofs_doubt(d->proofs, uid);
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

/* The session is judged as a login is, and there is nobody left to ask. */
static enum status
decide(struct daemon *d, struct caller *c, const struct wire_session_request *q,
    struct wire_login_reply *a)
{
	struct wire_login_request login = {
	    .uid = q->uid, .kind = KIND_LOGIN, .gid_count = q->gid_count};
	enum status s;

	(void)text_copy(login.name, sizeof login.name, q->name);
	(void)text_copy(login.service, sizeof login.service, q->service);
	(void)text_copy(login.methods, sizeof login.methods, q->methods);
	(void)text_copy(login.address, sizeof login.address, q->address);
	memcpy(login.gid, q->gid, sizeof login.gid);
	c->challenge.session = true;
	c->challenge.proven = strcmp(q->service, SERVICE_SSH) == 0 &&
	    proof_take(
		d->proofs, q->uid, q->connection, daemon_now(d), q->proof);
	s = answer_login(d, c, &login, a);
	if (s == STATUS_OK && q->proof[0] != '\0' && !c->challenge.proven)
		log_text(&c->line, "proof", "unknown");
	return s;
}

enum status
answer_session(struct daemon *d, struct caller *c,
    const struct wire_session_request *q, struct wire_login_reply *a)
{
	if (q->decides != 0)
		return decide(d, c, q, a);
	c->stands = true;
	return record(d, c, q);
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
