/*
 * doc/PROTOCOL against the code: its version, and the login that it shows byte
 * by byte, which is made here by the real writers.  Where the page differs,
 * PROTOCOL_OUT=FILE in the environment has the right one written to FILE.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/verdict.h"
#include "wire/message.h"

#define HEADING                                                            \
	"5. One login, byte by byte\n\n"                                   \
	"alice, uid 1000, logs in with her password from 203.0.113.7 and " \
	"types 287082.\n"                                                  \
	"The lines from here on are made of the code, by "                 \
	"tests/unit/wire/protocol.c.\n"

#define PAGE_MAX 131072
#define ROW 8 /* bytes of a line */

static char page[PAGE_MAX];
static char made[PAGE_MAX];
static size_t used; /* of made */

static uint8_t bytes[WIRE_REPLY_MAX];

static void
read_page(void)
{
	FILE *f = fopen(PROTOCOL, "r");
	size_t size;

	cr_assert_not_null(f, "%s", PROTOCOL);
	size = fread(page, 1, sizeof page - 1, f);
	cr_assert_lt(size, sizeof page - 1);
	cr_assert_eq(fclose(f), 0);
	page[size] = '\0';
}

static void
add(const char *text)
{
	size_t length = strlen(text);

	cr_assert_lt(used + length, sizeof made);
	memcpy(made + used, text, length + 1);
	used += length;
}

/* The bytes of w from start on, ROW to a line, the first with what they are. */
static void
show(const struct writer *w, size_t start, const char *what)
{
	char line[128];
	size_t at = start;

	cr_assert_eq(w->error, OK);
	while (at < w->used) {
		size_t length = 0;

		for (size_t i = 0; i < ROW && at < w->used; i++, at++)
			length += (size_t)snprintf(line + length,
			    sizeof line - length, " %02x", w->start[at]);
		if (at - start <= ROW)
			(void)text_print(line + length, sizeof line - length,
			    "%*s%s", (int)(3 * ROW - length) + 3, "", what);
		add("   ");
		add(line);
		add("\n");
	}
}

/* ---- the fields, with their values in words ---- */

static const char *
word_for(const char *name, int64_t value)
{
	if (strcmp(name, "verdict") == 0)
		return verdict_word((enum verdict)value);
	if (strcmp(name, "reason") == 0)
		return reason_word((enum reason)value);
	if (strcmp(name, "kind") == 0)
		return kind_word((enum kind)value);
	return NULL;
}

static void
tell_number(
    const struct writer *w, size_t start, const char *name, int64_t value)
{
	const char *word = word_for(name, value);
	char what[64];

	(void)text_print(what, sizeof what, "%s %lld%s%s", name,
	    (long long)value, word == NULL ? "" : ", ",
	    word == NULL ? "" : word);
	show(w, start, what);
}

static void
tell_text(
    const struct writer *w, size_t start, const char *name, const char *value)
{
	char what[64];

	(void)text_print(what, sizeof what, "%s \"%s\"", name, value);
	show(w, start, what);
}

/* One function for each message and part: show_NAME(). */
#define NUMBER(name, call) \
	start = w->used;   \
	call(w, m->name);  \
	tell_number(w, start, #name, (int64_t)m->name);
#define write_i32(w, v) write_u32(w, (uint32_t)(v))
#define U8(name) NUMBER(name, write_u8)
#define U16(name) NUMBER(name, write_u16)
#define U32(name) NUMBER(name, write_u32)
#define I32(name) NUMBER(name, write_i32)
#define I64(name) NUMBER(name, write_i64)
#define TEXT(name, max)         \
	start = w->used;        \
	write_text(w, m->name); \
	tell_text(w, start, #name, m->name);
#define BLOB(name, max)                         \
	start = w->used;                        \
	write_blob(w, m->name, m->name##_size); \
	show(w, start, #name);
#define LIST(type, name, max)                                                 \
	start = w->used;                                                      \
	write_u16(w, (uint16_t)m->name##_count);                              \
	tell_number(w, start, #name ", how many:", (int64_t)m->name##_count); \
	for (size_t i = 0; i < m->name##_count; i++)                          \
		show_##type(w, &m->name[i]);
#define PART(type, name) show_##type(w, &m->name);
#define RECORD(name, fields) MESSAGE(name, fields)
#define MESSAGE(name, fields)                              \
	__attribute__((unused)) static void show_##name(   \
	    struct writer *w, const struct wire_##name *m) \
	{                                                  \
		size_t start = w->used;                    \
                                                           \
		(void)m;                                   \
		(void)start;                               \
		fields                                     \
	}
#include "wire/messages.def"

/* ---- the headers, and the proof that this is what crosses the socket ---- */

static void
begin(struct writer *w, const char *title)
{
	add("\n");
	add(title);
	add("\n\n");
	writer_init(w, bytes, sizeof bytes);
}

static void
show_request(struct writer *w, enum verb verb)
{
	char what[64];

	put_request_header(w, verb);
	(void)text_print(what, sizeof what, "version %d, verb %d: %s",
	    WIRE_VERSION, (int)verb, verb_word(verb));
	show(w, 0, what);
}

static void
show_reply(struct writer *w, enum verb verb)
{
	char what[64];

	put_reply_header(w, verb, STATUS_OK);
	(void)text_print(what, sizeof what,
	    "version %d, verb %d, status %d: %s", WIRE_VERSION, (int)verb,
	    (int)STATUS_OK, status_word(STATUS_OK));
	show(w, 0, what);
}

/* What was shown of a message is what its own writer makes. */
#define EXPECT_SAME(header, message, m)                       \
	do {                                                  \
		static uint8_t real[WIRE_REPLY_MAX];          \
		struct writer r;                              \
                                                              \
		writer_init(&r, real, sizeof real);           \
		header;                                       \
		put_##message(&r, m);                         \
		cr_assert_eq(r.error, OK);                    \
		cr_assert_eq(r.used, w.used);                 \
		cr_assert_eq(memcmp(real, bytes, r.used), 0); \
	} while (0)

static void
make_login(void)
{
	static struct wire_login_request q = {.uid = 1000,
	    .name = "alice",
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .terminal = 1,
	    .methods = "password",
	    .address = "203.0.113.7"};
	struct writer w;

	begin(&w, "-> login");
	show_request(&w, VERB_login);
	show_login_request(&w, &q);
	EXPECT_SAME(put_request_header(&r, VERB_login), login_request, &q);
}

static void
make_code(void)
{
	static struct wire_code_request q = {.code = "287082"};
	struct writer w;

	begin(&w, "-> code");
	show_request(&w, VERB_code);
	show_code_request(&w, &q);
	EXPECT_SAME(put_request_header(&r, VERB_code), code_request, &q);
}

static void
make_reply(const char *title, enum verb verb, const struct wire_login_reply *a)
{
	struct writer w;

	begin(&w, title);
	show_reply(&w, verb);
	show_login_reply(&w, a);
	EXPECT_SAME(put_reply_header(&r, verb, STATUS_OK), login_reply, a);
}

static void
make_example(void)
{
	const struct wire_login_reply challenge = {.verdict = VERDICT_CHALLENGE,
	    .reason = REASON_HAS_SECRET,
	    .tries = 3,
	    .left = 10,
	    .deadline = 60};
	const struct wire_login_reply pass = {.verdict = VERDICT_PASS,
	    .reason = REASON_CODE_ACCEPTED,
	    .tries = 2,
	    .left = 10,
	    .recovery_left = RECOVERY_COUNT,
	    .deadline = 60};

	used = 0;
	make_login();
	make_reply("<- challenge", VERB_login, &challenge);
	make_code();
	make_reply("<- pass: the step is spent, and that is on the disk",
	    VERB_code, &pass);
}

/* The page as it should be: what stands before the example, and that. */
static void
write_page(const char *file, size_t before)
{
	FILE *f = fopen(file, "w");

	cr_assert_not_null(f);
	cr_assert_eq(fwrite(page, 1, before, f), before);
	cr_assert_eq(fwrite(made, 1, used, f), used);
	cr_assert_eq(fclose(f), 0);
}

Test(wire_protocol, the_page_shows_the_bytes_that_the_code_makes)
{
	const char *shown;

	read_page();
	make_example();
	shown = strstr(page, HEADING);
	cr_assert_not_null(shown, "doc/PROTOCOL: not there: %s", HEADING);
	shown += strlen(HEADING);
	if (getenv("PROTOCOL_OUT") != NULL)
		write_page(getenv("PROTOCOL_OUT"), (size_t)(shown - page));
	cr_assert_str_eq(shown, made);
}

Test(wire_protocol, the_page_has_the_version_of_the_code)
{
	char text[96];

	read_page();
	(void)text_print(text, sizeof text,
	    "The protocol of otpgated, version %d\n", WIRE_VERSION);
	cr_expect_eq(strncmp(page, text, strlen(text)), 0, "%s", text);
	(void)text_print(text, sizeof text,
	    "    request   U8 version (%d)   U8 verb\n", WIRE_VERSION);
	cr_expect_not_null(strstr(page, text), "%s", text);
	(void)text_print(text, sizeof text,
	    "    reply     U8 version (%d)   U8 verb   U8 status\n",
	    WIRE_VERSION);
	cr_expect_not_null(strstr(page, text), "%s", text);
}
