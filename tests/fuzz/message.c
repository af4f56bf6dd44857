/*
 * A message that was read whole is written back as the same bytes; after a 0,
 * which is no version, a record of an import.
 */
#include "fuzz/fuzz.h"
#include "wire/message.h"

#define RECORD(name, fields)
#define MESSAGE(name, fields)                                 \
	static void same_##name(struct reader *r)             \
	{                                                     \
		static uint8_t bytes[1 << 20];                \
		static struct wire_##name m;                  \
		const struct reader start = *r;               \
		struct writer w;                              \
                                                              \
		get_##name(r, &m);                            \
		if (reader_finish(r) != OK)                   \
			return;                               \
		writer_init(&w, bytes, sizeof bytes);         \
		put_##name(&w, &m);                           \
		must(w.error == OK && w.used == start.left && \
		    memcmp(bytes, start.at, w.used) == 0);    \
	}
#include "wire/messages.def"

#define SAME(verb, request, reply) {same_##request, same_##reply},
static void (*const same[][2])(struct reader *) = {{NULL}, VERB_LIST(SAME)};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r;
	enum verb verb;
	enum status status;

	reader_init(&r, data, size);
	if (size > 0 && data[0] == 0) {
		(void)read_u8(&r);
		same_import_record(&r);
		return 0;
	}
	if (get_request_header(&r, &verb) != STATUS_OK)
		return 0;
	same[verb][0](&r);
	reader_init(&r, data, size);
	if (get_reply_header(&r, verb, &status) == OK && status == STATUS_OK)
		same[verb][1](&r);
	return 0;
}
