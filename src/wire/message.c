#include "wire/message.h"

#include <string.h>

/* Signed integers cross as their two's complement. */
static int32_t
read_i32(struct reader *r)
{
	uint32_t v = read_u32(r);
	int32_t out;

	memcpy(&out, &v, sizeof out);
	return out;
}

/* ---- writers ---- */

#define U8(name) write_u8(w, m->name);
#define U16(name) write_u16(w, m->name);
#define U32(name) write_u32(w, m->name);
#define I32(name) write_u32(w, (uint32_t)m->name);
#define I64(name) write_i64(w, m->name);
#define TEXT(name, max) write_text(w, m->name);
#define BLOB(name, max) write_blob(w, m->name, m->name##_size);
#define LIST(type, name, max)                        \
	write_u16(w, (uint16_t)m->name##_count);     \
	for (size_t i = 0; i < m->name##_count; i++) \
		put_##type(w, &m->name[i]);
#define PART(type, name) put_##type(w, &m->name);
#define RECORD(name, fields)                                                  \
	static void put_##name(struct writer *w, const struct wire_##name *m) \
	{                                                                     \
		fields                                                        \
	}
#define MESSAGE(name, fields)                                          \
	void put_##name(struct writer *w, const struct wire_##name *m) \
	{                                                              \
		(void)w;                                               \
		(void)m;                                               \
		fields                                                 \
	}
#include "wire/messages.def"
#undef RECORD
#undef MESSAGE
#undef U8
#undef U16
#undef U32
#undef I32
#undef I64
#undef TEXT
#undef BLOB
#undef LIST
#undef PART

/* ---- readers ---- */

static size_t
read_count(struct reader *r, size_t max)
{
	size_t count = read_u16(r);

	if (r->error == OK && count > max)
		r->error = ERR_LONG;
	return r->error == OK ? count : 0;
}

#define U8(name) m->name = read_u8(r);
#define U16(name) m->name = read_u16(r);
#define U32(name) m->name = read_u32(r);
#define I32(name) m->name = read_i32(r);
#define I64(name) m->name = read_i64(r);
#define TEXT(name, max) read_text(r, m->name, max);
#define BLOB(name, max) read_blob(r, m->name, max, &m->name##_size);
#define LIST(type, name, max)                        \
	m->name##_count = read_count(r, max);        \
	for (size_t i = 0; i < m->name##_count; i++) \
		get_##type(r, &m->name[i]);
#define PART(type, name) get_##type(r, &m->name);
#define RECORD(name, fields)                                            \
	static void get_##name(struct reader *r, struct wire_##name *m) \
	{                                                               \
		fields                                                  \
	}
#define MESSAGE(name, fields)                                    \
	void get_##name(struct reader *r, struct wire_##name *m) \
	{                                                        \
		(void)r;                                         \
		memset(m, 0, sizeof *m);                         \
		fields                                           \
	}
#include "wire/messages.def"

/* ---- headers ---- */

void
put_request_header(struct writer *w, enum verb verb)
{
	write_u8(w, WIRE_VERSION);
	write_u8(w, (uint8_t)verb);
}

void
put_reply_header(struct writer *w, enum verb verb, enum status status)
{
	write_u8(w, WIRE_VERSION);
	write_u8(w, (uint8_t)verb);
	write_u8(w, (uint8_t)status);
}

enum status
get_request_header(struct reader *r, enum verb *verb)
{
	uint8_t version = read_u8(r);
	uint8_t number = read_u8(r);

	*verb = VERB_NONE;
	if (r->error != OK)
		return STATUS_MALFORMED;
	if (version != WIRE_VERSION)
		return STATUS_VERSION;
	if (number == VERB_NONE || number >= VERB_COUNT)
		return STATUS_UNKNOWN_VERB;
	*verb = (enum verb)number;
	return STATUS_OK;
}

enum error
get_reply_header(struct reader *r, enum verb verb, enum status *status)
{
	uint8_t version = read_u8(r);
	uint8_t number = read_u8(r);
	uint8_t said = read_u8(r);

	*status = STATUS_REFUSED;
	if (r->error != OK)
		return r->error;
	if (version != WIRE_VERSION)
		return ERR_VERSION;
	if (said >= STATUS_COUNT)
		return ERR_FORMAT;
	/* A request whose verb was not understood is answered with none. */
	if (number != verb && !(number == VERB_NONE && said != STATUS_OK))
		return ERR_FORMAT;
	*status = (enum status)said;
	return OK;
}

/* ---- words ---- */

static const char *
word_of(const char *const *words, size_t count, unsigned int number)
{
	return number < count ? words[number] : "unknown";
}

const char *
status_word(enum status s)
{
#define STATUS_WORD(name, word) [name] = word,
	static const char *const words[] = {STATUS_LIST(STATUS_WORD)};

	return word_of(words, STATUS_COUNT, (unsigned int)s);
}

const char *
verb_word(enum verb v)
{
#define VERB_WORD(verb, request, reply) [VERB_##verb] = #verb,
	static const char *const words[] = {
	    [VERB_NONE] = "none", VERB_LIST(VERB_WORD)};

	return word_of(words, VERB_COUNT, (unsigned int)v);
}

const char *
kind_word(enum kind k)
{
#define KIND_WORD(name, word) [name] = word,
	static const char *const words[] = {KIND_LIST(KIND_WORD)};

	return word_of(words, KIND_COUNT, (unsigned int)k);
}
