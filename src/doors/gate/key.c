#include "doors/gate/key.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/base64.h"
#include "doors/gate/slice.h"

/*
 * sshkey.c of OpenSSH: how the type within a key, and before it in a list, may
 * be written, and what the parts after it are: n a number, t a text, b bytes.
 */
static const struct {
	const char *type;
	const char *parts;
	const char *nick;	  /* within, in either case; NULL: none */
	const char *signature[2]; /* within and before it */
} forms[] = {
    {"ssh-rsa", "nn", "RSA", {"rsa-sha2-256", "rsa-sha2-512"}},
    {"ssh-dss", "nnnn", "DSA", {NULL, NULL}},
    {"ssh-ed25519", "b", "ED25519", {NULL, NULL}},
    {"ecdsa-sha2-nistp256", "tb", NULL, {NULL, NULL}},
    {"ecdsa-sha2-nistp384", "tb", NULL, {NULL, NULL}},
    {"ecdsa-sha2-nistp521", "tb", NULL, {NULL, NULL}},
    {"sk-ssh-ed25519@openssh.com", "bt", "ED25519-SK", {NULL, NULL}},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "tbt", NULL,
	{"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", NULL}},
};

#define FORMS (sizeof forms / sizeof forms[0])

/* True when name is one of a signature of that form's keys. */
static bool
form_signs(size_t form, struct slice name)
{
	for (size_t i = 0; i < 2; i++)
		if (forms[form].signature[i] != NULL &&
		    slice_is(name, forms[form].signature[i]))
			return true;
	return false;
}

static bool
form_has_nick(size_t form, struct slice name)
{
	const char *nick = forms[form].nick;

	return nick != NULL && name.size == strlen(nick) &&
	    strncasecmp((const char *)name.at, nick, name.size) == 0;
}

/* FORMS for a type that is not known: all of its parts are bytes. */
static size_t
form_of(const char *type)
{
	size_t form = 0;

	while (form < FORMS && strcmp(forms[form].type, type) != 0)
		form++;
	return form;
}

/* The type is the first string within. */
static enum error
read_type(struct key *key)
{
	struct reader r;
	struct slice name;

	reader_init(&r, key->bytes, key->size);
	name = slice_text(slice_read(&r));
	if (r.error != OK)
		return r.error;
	if (name.size == 0 || name.size >= sizeof key->type ||
	    memchr(name.at, '\0', name.size) != NULL)
		return ERR_FORMAT;
	for (size_t form = 0; form < FORMS; form++)
		if (form_has_nick(form, name) || form_signs(form, name))
			return text_copy(
			    key->type, sizeof key->type, forms[form].type);
	memcpy(key->type, name.at, name.size);
	key->type[name.size] = '\0';
	return OK;
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

/* The next part, of that kind, without what does not tell it from others. */
static struct slice
read_part(struct reader *r, char kind)
{
	struct slice s = slice_read(r);

	return kind == 'n' ? slice_number(s) : kind == 't' ? slice_text(s) : s;
}

bool
key_same(const struct key *a, const struct key *b)
{
	size_t form = form_of(a->type);
	const char *kind = form < FORMS ? forms[form].parts : "";
	struct reader p, q;

	reader_init(&p, a->bytes, a->size);
	reader_init(&q, b->bytes, b->size);
	(void)slice_read(&p); /* type */
	(void)slice_read(&q);
	if (strcmp(a->type, b->type) != 0)
		return false;
	while (p.error == OK && q.error == OK && p.left > 0) {
		char k = *kind == '\0' ? 'b' : *kind++;

		if (!slice_same(read_part(&p, k), read_part(&q, k)))
			return false;
	}
	return reader_finish(&p) == OK && reader_finish(&q) == OK;
}

bool
key_goes_by(const struct key *key, const char *name, size_t length)
{
	struct slice written = {(const void *)name, length};
	size_t form = form_of(key->type);

	return slice_is(written, key->type) ||
	    (form < FORMS && form_signs(form, written));
}
