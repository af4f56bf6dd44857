/*
 * Many users at once, brought by root.
 *
 * Rules:
 *   - An import that met an error MUST be ended: what comes next is a new one.
 */
#include <string.h>

#include "daemon/answer.h"

static enum status
status_of(enum error e)
{
	switch (e) {
	case OK:
		return STATUS_OK;
	case ERR_EXISTS:
	case ERR_RACE:
		return STATUS_EXISTS;
	case ERR_RANGE:
	case ERR_LONG:
		return STATUS_RANGE;
	case ERR_FORMAT:
	case ERR_SHORT:
	case ERR_UNSAFE:
		return STATUS_MALFORMED;
	case ERR_STORE:
		return STATUS_NOT_COMMITTED;
	default:
		return STATUS_REFUSED;
	}
}

enum status
answer_import(struct daemon *d, struct caller *c,
    const struct wire_import_request *q, struct wire_import_reply *a)
{
	enum error e = ERR_UNSET;

	if (!d->store_good)
		return STATUS_STORE;
	if (c->passed == NULL)
		return STATUS_MALFORMED;
	e = import_start(&d->import, *c->passed, q->records, q->skip_bad != 0);
	if (e != OK)
		return status_of(e);
	c->import = d->import;
	import_describe(c->import, a);
	return STATUS_OK;
}

enum status
answer_stage(struct daemon *d, struct caller *c,
    const struct wire_empty_request *q, struct wire_import_reply *a)
{
	enum error e = ERR_UNSET;

	(void)q;
	if (c->import == NULL)
		return STATUS_ABSENT;
	e = d->store_good ? import_stage(c->import, d, a) : ERR_STORE;
	if (e != OK)
		import_end(&c->import);
	return status_of(e);
}

/* One line for all: a thousand would push others out of the log. */
static void
note_import(struct caller *c, const struct wire_import_reply *a)
{
	log_start(&c->line, LOG_LEVEL_NOTICE, "import");
	log_number(&c->line, "by", c->peer.uid);
	log_number(&c->line, "users", a->users);
	log_number(&c->line, "devices", a->devices);
	log_number(&c->line, "same", a->same);
	log_number(&c->line, "bad", a->bad);
	c->logged = c->kept = true;
}

enum status
answer_take(struct daemon *d, struct caller *c,
    const struct wire_empty_request *q, struct wire_import_reply *a)
{
	enum error e = ERR_UNSET;

	(void)q;
	if (c->import == NULL)
		return STATUS_ABSENT;
	e = d->store_good ? import_take(c->import, d) : ERR_STORE;
	import_describe(c->import, a);
	if (e == OK)
		note_import(c, a);
	import_end(&c->import);
	return status_of(e);
}
