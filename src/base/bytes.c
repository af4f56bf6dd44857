#include "base/bytes.h"

#include <string.h>

void
reader_init(struct reader *r, const void *bytes, size_t size)
{
	r->at = bytes;
	r->left = size;
	r->error = OK;
}

void
read_exact(struct reader *r, void *out, size_t size)
{
	if (r->error == OK && size > r->left)
		r->error = ERR_SHORT;
	if (r->error != OK) {
		memset(out, 0, size);
		return;
	}
	memcpy(out, r->at, size);
	r->at += size;
	r->left -= size;
}

static uint64_t
read_integer(struct reader *r, size_t size)
{
	uint8_t bytes[8];
	uint64_t v = 0;

	read_exact(r, bytes, size);
	for (size_t i = 0; i < size; i++)
		v = v << 8 | bytes[i];
	return v;
}

uint8_t
read_u8(struct reader *r)
{
	return (uint8_t)read_integer(r, 1);
}

uint16_t
read_u16(struct reader *r)
{
	return (uint16_t)read_integer(r, 2);
}

uint32_t
read_u32(struct reader *r)
{
	return (uint32_t)read_integer(r, 4);
}

uint64_t
read_u64(struct reader *r)
{
	return read_integer(r, 8);
}

int64_t
read_i64(struct reader *r)
{
	uint64_t v = read_integer(r, 8);
	int64_t out;

	memcpy(&out, &v, sizeof out);
	return out;
}

void
read_blob(struct reader *r, void *out, size_t max, size_t *size)
{
	size_t said = read_u16(r);

	*size = 0;
	if (r->error == OK && said > max)
		r->error = ERR_LONG;
	if (r->error == OK && said > r->left)
		r->error = ERR_SHORT;
	if (r->error != OK)
		return;
	read_exact(r, out, said);
	*size = said;
}

void
read_text(struct reader *r, char *out, size_t max)
{
	size_t size;

	memset(out, 0, max);
	read_blob(r, out, max - 1, &size);
	if (r->error == OK && memchr(out, '\0', size) != NULL)
		r->error = ERR_FORMAT;
	if (r->error != OK)
		memset(out, 0, max);
}

enum error
reader_finish(const struct reader *r)
{
	if (r->error != OK)
		return r->error;
	return r->left == 0 ? OK : ERR_TRAILING;
}

void
writer_init(struct writer *w, void *bytes, size_t size)
{
	w->start = bytes;
	w->used = 0;
	w->size = size;
	w->error = OK;
}

void
write_exact(struct writer *w, const void *bytes, size_t size)
{
	if (w->error == OK && size > w->size - w->used)
		w->error = ERR_FULL;
	if (w->error != OK || size == 0)
		return;
	memcpy(w->start + w->used, bytes, size);
	w->used += size;
}

static void
write_integer(struct writer *w, uint64_t v, size_t size)
{
	uint8_t bytes[8];

	for (size_t i = size; i > 0; i--, v >>= 8)
		bytes[i - 1] = (uint8_t)(v & 0xff);
	write_exact(w, bytes, size);
}

void
write_u8(struct writer *w, uint8_t v)
{
	write_integer(w, v, 1);
}

void
write_u16(struct writer *w, uint16_t v)
{
	write_integer(w, v, 2);
}

void
write_u32(struct writer *w, uint32_t v)
{
	write_integer(w, v, 4);
}

void
write_u64(struct writer *w, uint64_t v)
{
	write_integer(w, v, 8);
}

void
write_i64(struct writer *w, int64_t v)
{
	write_integer(w, (uint64_t)v, 8);
}

void
write_blob(struct writer *w, const void *bytes, size_t size)
{
	if (w->error == OK && size > UINT16_MAX)
		w->error = ERR_LONG;
	write_u16(w, (uint16_t)size);
	write_exact(w, bytes, size);
}

void
write_text(struct writer *w, const char *text)
{
	write_blob(w, text, strlen(text));
}
