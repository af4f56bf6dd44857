/*
 * A bounded reader and a bounded writer over a caller's buffer.
 *
 * Both remember their first error and do nothing after it, so that a codec is
 * a plain list of calls with one check at its end.  Integers are big-endian.
 * Nothing is allocated; the buffer stays the caller's.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct reader {
	const uint8_t *at;
	size_t left;
	enum error error; /* OK until the first failure */
};

struct writer {
	uint8_t *start;
	size_t used;
	size_t size;
	enum error error; /* OK until the first failure */
};

void reader_init(struct reader *r, const void *bytes, size_t size);

/* On a failure these set the reader's error and give zero. */
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
int64_t read_i64(struct reader *r);

/* Exactly size bytes to out; on a failure out is filled with zeros. */
void read_exact(struct reader *r, void *out, size_t size);

/*
 * A blob of two bytes of length and as many bytes, at most max; *size tells
 * how many came.  ERR_LONG when the length says more than max.
 */
void read_blob(struct reader *r, void *out, size_t max, size_t *size);

/*
 * A blob as a string: out holds max bytes and is always terminated.  A NUL
 * within is ERR_FORMAT, so that a string cannot end before its length says.
 */
void read_text(struct reader *r, char *out, size_t max);

/*
 * OK when nothing failed and nothing is left; ERR_TRAILING when bytes follow.
 * Every message ends its reading here.
 */
enum error reader_finish(const struct reader *r);

void writer_init(struct writer *w, void *bytes, size_t size);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
void write_i64(struct writer *w, int64_t v);
void write_exact(struct writer *w, const void *bytes, size_t size);
void write_blob(struct writer *w, const void *bytes, size_t size);
void write_text(struct writer *w, const char *text);

#endif
