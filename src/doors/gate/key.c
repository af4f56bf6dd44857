#include "doors/gate/key.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "doors/gate/base64.h"

/* The type is the first string within. */
static enum error
read_type(struct key *key)
{
	struct reader r;
	size_t length;

	reader_init(&r, key->bytes, key->size);
	length = read_u32(&r);
	if (r.error != OK)
		return r.error;
	if (length == 0 || length >= sizeof key->type)
		return ERR_FORMAT;
	read_exact(&r, key->type, length);
	if (r.error != OK)
		return r.error;
	return strlen(key->type) == length ? OK : ERR_FORMAT;
}

enum error
key_read(struct key *out, const char *text, size_t length)
{
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	if (length > KEY_MAX / 3 * 4)
		return ERR_LONG;
	out->bytes = malloc(BASE64_SIZE(length));
	if (out->bytes == NULL)
		return ERR_MEMORY;
	e = base64_decode(
	    text, length, out->bytes, BASE64_SIZE(length), &out->size);
	if (e == OK)
		e = read_type(out);
	if (e != OK)
		key_free(out);
	return e;
}

enum error
key_copy(struct key *out, const uint8_t *bytes, size_t size)
{
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	if (size == 0 || size > KEY_MAX)
		return size == 0 ? ERR_SHORT : ERR_LONG;
	out->bytes = malloc(size);
	if (out->bytes == NULL)
		return ERR_MEMORY;
	memcpy(out->bytes, bytes, size);
	out->size = size;
	e = read_type(out);
	if (e != OK)
		key_free(out);
	return e;
}

void
key_free(struct key *key)
{
	free(key->bytes);
	memset(key, 0, sizeof *key);
}

bool
key_same(const struct key *a, const struct key *b)
{
	return a->size > 0 && a->size == b->size &&
	    memcmp(a->bytes, b->bytes, a->size) == 0;
}

static bool
is(const char *name, size_t length, const char *text)
{
	return length == strlen(text) && memcmp(name, text, length) == 0;
}

bool
key_goes_by(const struct key *key, const char *name, size_t length)
{
	if (is(name, length, key->type))
		return true;
	return strcmp(key->type, "ssh-rsa") == 0 &&
	    (is(name, length, "rsa-sha2-256") ||
		is(name, length, "rsa-sha2-512"));
}
