#include "core/otpauth.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "core/base32.h"

/* Text that grows in a buffer of fixed size. */
struct uri {
	char *out;
	size_t size;
	size_t used;
	enum error error; /* OK until something did not fit */
};

static void
uri_add(struct uri *u, const char *text)
{
	size_t length = strlen(text);

	if (u->error == OK && length >= u->size - u->used)
		u->error = ERR_LONG;
	if (u->error != OK)
		return;
	memcpy(u->out + u->used, text, length + 1);
	u->used += length;
}

/* Adds text percent-encoded, all but RFC 3986's unreserved characters. */
static void
uri_add_encoded(struct uri *u, const char *text)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		char plain[] = {*text, '\0'};
		char encoded[] = {'%', hex[byte >> 4], hex[byte & 0xf], '\0'};

		uri_add(u, strchr(unreserved, byte) != NULL ? plain : encoded);
	}
}

static void
uri_add_number(struct uri *u, const char *key, uint32_t value)
{
	char text[32];

	if (text_print(text, sizeof text, "&%s=%" PRIu32, key, value) != OK)
		u->error = ERR_LONG;
	uri_add(u, text);
}

static void
uri_add_secret(struct uri *u, const struct secret *secret)
{
	char text[BASE32_SIZE(SECRET_MAX)];

	if (base32_encode(text, sizeof text, secret->bytes, secret->size) != OK)
		u->error = ERR_LONG;
	uri_add(u, "?secret=");
	uri_add(u, text);
	explicit_bzero(text, sizeof text);
}

enum error
otpauth_write(char *out, size_t size, const char *issuer, const char *account,
    const struct device *device)
{
	static const char *const algorithm[ALGORITHM_COUNT] = {
	    [ALGORITHM_SHA1] = "SHA1",
	    [ALGORITHM_SHA256] = "SHA256",
	    [ALGORITHM_SHA512] = "SHA512",
	};
	const struct totp_form *form = &device->form;
	struct uri u = {out, size, 0, OK};

	explicit_bzero(out, size);
	if (!totp_form_valid(form) || device->secret.size == 0)
		return ERR_RANGE;
	uri_add(&u, "otpauth://totp/");
	if (issuer[0] != '\0') {
		uri_add_encoded(&u, issuer);
		uri_add(&u, ":");
	}
	uri_add_encoded(&u, account);
	uri_add_secret(&u, &device->secret);
	if (issuer[0] != '\0') {
		uri_add(&u, "&issuer=");
		uri_add_encoded(&u, issuer);
	}
	uri_add(&u, "&algorithm=");
	uri_add(&u, algorithm[form->algorithm]);
	uri_add_number(&u, "digits", form->digits);
	uri_add_number(&u, "period", form->period);
	if (u.error != OK)
		explicit_bzero(out, size);
	return u.error;
}
