#include "doors/gate/certificate.h"

#include <stdlib.h>
#include <string.h>

#define SUFFIX "-cert-v01@openssh.com"

/* How many strings the public key itself takes, after the nonce. */
static const struct {
	const char *type;
	unsigned int strings;
} forms[] = {
    {"ssh-rsa" SUFFIX, 2},
    {"ssh-dss" SUFFIX, 4},
    {"ecdsa-sha2-nistp256" SUFFIX, 2},
    {"ecdsa-sha2-nistp384" SUFFIX, 2},
    {"ecdsa-sha2-nistp521" SUFFIX, 2},
    {"ssh-ed25519" SUFFIX, 1},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3},
    {"sk-ssh-ed25519-cert-v01@openssh.com", 2},
};

/* The one string that an option's data is, as a text of our own. */
static enum error
take_text(struct slice data, char **out)
{
	struct reader r;
	struct slice text;

	reader_init(&r, data.at, data.size);
	text = slice_read(&r);
	if (reader_finish(&r) != OK)
		return reader_finish(&r);
	if (memchr(text.at, '\0', text.size) != NULL)
		return ERR_FORMAT;
	*out = malloc(text.size + 1);
	if (*out == NULL)
		return ERR_MEMORY;
	memcpy(*out, text.at, text.size);
	(*out)[text.size] = '\0';
	return OK;
}

static enum error
take_option(struct certificate *out, struct slice name, struct slice data)
{
	if (slice_is(name, "source-address") ||
	    slice_is(name, "verify-required"))
		return OK;
	if (!slice_is(name, "force-command"))
		return ERR_REFUSED;
	if (out->command != NULL)
		return ERR_FORMAT;
	return take_text(data, &out->command);
}

static enum error
take_options(struct certificate *out, struct slice options)
{
	struct reader r;
	enum error e = OK;

	reader_init(&r, options.at, options.size);
	while (r.error == OK && r.left > 0 && e == OK) {
		struct slice name = slice_read(&r);
		struct slice data = slice_read(&r);

		if (r.error == OK)
			e = take_option(out, name, data);
	}
	return r.error != OK ? r.error : e;
}

static enum error
read_fields(
    struct certificate *out, const struct key *key, unsigned int strings)
{
	struct reader r;
	struct slice options;

	reader_init(&r, key->bytes, key->size);
	(void)slice_read(&r); /* type */
	(void)slice_read(&r); /* nonce */
	while (strings-- > 0)
		(void)slice_read(&r);
	(void)read_u64(&r);   /* serial */
	(void)read_u32(&r);   /* for users or for hosts */
	(void)slice_read(&r); /* key id */
	out->principals = slice_read(&r);
	(void)read_u64(&r); /* valid after */
	(void)read_u64(&r); /* valid before */
	options = slice_read(&r);
	(void)slice_read(&r); /* extensions */
	(void)slice_read(&r); /* reserved */
	out->authority = slice_read(&r);
	(void)slice_read(&r); /* signature */
	if (reader_finish(&r) != OK)
		return reader_finish(&r);
	return take_options(out, options);
}

bool
certificate_is(const struct key *key)
{
	return strstr(key->type, "-cert-v") != NULL;
}

enum error
certificate_read(struct certificate *out, const struct key *key)
{
	enum error e = ERR_VERSION;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (strcmp(key->type, forms[i].type) == 0)
			e = read_fields(out, key, forms[i].strings);
	if (e != OK)
		certificate_free(out);
	return e;
}

void
certificate_free(struct certificate *certificate)
{
	free(certificate->command);
	memset(certificate, 0, sizeof *certificate);
}

bool
certificate_names(const struct certificate *certificate, const char *principal)
{
	struct reader r;

	reader_init(
	    &r, certificate->principals.at, certificate->principals.size);
	while (r.left > 0 && r.error == OK) {
		struct slice name = slice_read(&r);

		if (r.error == OK && slice_is(slice_text(name), principal))
			return true;
	}
	return false;
}
