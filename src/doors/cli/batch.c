#include "doors/cli/batch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/say.h"
#include "os/sealed.h"

#define RECORD_MAX 1024 /* bytes that the longest record has, and more */

bool
batch_open(struct batch *b)
{
	memset(b, 0, sizeof *b);
	b->fd = -1;
	if (sealed_new(&b->fd) == OK)
		b->out = fdopen(b->fd, "w");
	if (b->out != NULL)
		(void)setvbuf(b->out, b->buffer, _IOFBF, sizeof b->buffer);
	b->failed = b->out == NULL;
	return !b->failed;
}

void
batch_close(struct batch *b)
{
	for (size_t i = 0; i < b->names; i++)
		free(b->name[i]);
	free(b->name);
	free(b->remark);
	free(b->place);
	accounts_free(&b->accounts);
	/* Closes fd too; whether it was whole was asked before. */
	if (b->out != NULL)
		(void)fclose(b->out);
	else if (b->fd >= 0)
		(void)close(b->fd);
	explicit_bzero(b, sizeof *b);
}

const char *
batch_name(struct batch *b, const char *name)
{
	char **names = reallocarray(b->name, b->names + 1, sizeof *b->name);

	if (names != NULL) {
		b->name = names;
		names[b->names] = strdup(name);
	}
	if (names == NULL || names[b->names] == NULL) {
		b->failed = true;
		return "";
	}
	return names[b->names++];
}

static void
add_remark(struct batch *b, const struct remark *r)
{
	if (b->remarks == b->room) {
		size_t room = b->room == 0 ? 256 : b->room * 2;
		struct remark *more =
		    reallocarray(b->remark, room, sizeof *more);

		b->failed = b->failed || more == NULL;
		if (more == NULL)
			return;
		b->remark = more;
		b->room = room;
	}
	b->remark[b->remarks++] = *r;
}

/* Notes where the remark of the next record will stand. */
static void
add_place(struct batch *b)
{
	if (b->records == b->places) {
		size_t room = b->places == 0 ? 256 : b->places * 2;
		size_t *more = reallocarray(b->place, room, sizeof *more);

		b->failed = b->failed || more == NULL;
		if (more == NULL)
			return;
		b->place = more;
		b->places = room;
	}
	b->place[b->records++] = b->remarks;
}

void
batch_add(struct batch *b, const char *file, uint32_t line,
    const struct wire_import_record *m)
{
	const struct remark r = {
	    .file = file, .line = line, .record = b->records};
	uint8_t bytes[RECORD_MAX];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	put_import_record(&w, m);
	if (w.error != OK || fwrite(bytes, 1, w.used, b->out) != w.used)
		b->failed = true;
	explicit_bzero(bytes, sizeof bytes);
	add_place(b);
	add_remark(b, &r);
}

void
batch_refuse(struct batch *b, const char *file, uint32_t line, const char *why)
{
	const struct remark r = {
	    .file = file, .line = line, .record = BATCH_NONE, .text = why};

	b->bad++;
	add_remark(b, &r);
}

void
batch_note(struct batch *b, const char *file, uint32_t line, const char *text)
{
	const struct remark r = {.file = file,
	    .line = line,
	    .record = BATCH_NONE,
	    .note = true,
	    .text = text};

	add_remark(b, &r);
}

void
batch_refuse_record(struct batch *b, uint32_t record, const char *why)
{
	if (record >= b->records || b->failed)
		return;
	b->remark[b->place[record]].text = why;
	b->bad++;
}

bool
batch_seal(struct batch *b)
{
	if (fflush(b->out) != 0 || ferror(b->out) != 0)
		b->failed = true;
	explicit_bzero(b->buffer, sizeof b->buffer);
	return !b->failed && sealed_finish(b->fd) == OK;
}

void
batch_tell(const struct batch *b, FILE *out)
{
	char shown[SHOWN_MAX];

	for (size_t i = 0; i < b->remarks; i++) {
		const struct remark *r = &b->remark[i];

		if (r->text == NULL)
			continue;
		(void)fputs(
		    text_escape_utf8(shown, sizeof shown, r->file), out);
		if (r->line > 0)
			(void)fprintf(out, ":%u", r->line);
		(void)fprintf(
		    out, ": %s%s\n", r->note ? "note: " : "", r->text);
	}
}
