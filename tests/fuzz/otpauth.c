/*
 * Whatever an issuer and an account hold, the URI has the parts of a URI once
 * each, so that an app takes no other secret or name out of it.
 */
#include "core/otpauth.h"
#include "fuzz/fuzz.h"

static size_t
count(const char *text, char c)
{
	return *text == '\0' ? 0 : (*text == c) + count(text + 1, c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct device device = {
	    .form = {.digits = 6, .period = 30}, .secret = {.size = 20}};
	char out[OTPAUTH_MAX], *issuer = fuzz_text(data, size);
	char *account = strchr(issuer, '\n');
	size_t room = size == 0 ? 1 : 1 + data[0] % 8U * (sizeof out / 8);

	if (account != NULL)
		*account++ = '\0';
	if (otpauth_write(out, room, issuer, account != NULL ? account : "",
		&device) == OK) {
		must(strlen(out) < room);
		must(strncmp(out, "otpauth://totp/", 15) == 0);
		must(count(out + 15, '/') == 0 && count(out, '?') == 1);
		must(count(out + 15, ':') == (issuer[0] != '\0'));
		must(count(out, '&') == (issuer[0] != '\0' ? 4 : 3));
		must(count(out, '=') == count(out, '&') + 1);
	} else {
		must(out[0] == '\0');
	}
	free(issuer);
	return 0;
}
