#include "doors/keys/line.h"

#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/text.h"

#define TIME_MAX 16 /* "20261124195000Z" and NUL */

static const char type_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-@.";
static const char source_letters[] = "0123456789abcdefABCDEF.:/,!";

static bool
is_only(const char *text, const char *letters)
{
	return text[strspn(text, letters)] == '\0';
}

static enum error
write_time(char out[static TIME_MAX], int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;

	if (seconds < 0 || gmtime_r(&when, &tm) == NULL ||
	    tm.tm_year > 9999 - 1900 ||
	    strftime(out, TIME_MAX, "%Y%m%d%H%M%SZ", &tm) != TIME_MAX - 1)
		return ERR_RANGE;
	return OK;
}

enum error
key_line_write(char *out, size_t size, const struct wire_emit_reply *key)
{
	char blob[BASE64_TEXT(PUBKEY_MAX)], expires[TIME_MAX];
	bool bound = key->source[0] != '\0';
	enum error e = write_time(expires, key->expires);

	out[0] = '\0';
	if (e != OK)
		return e;
	if (key->type[0] == '\0' || !is_only(key->type, type_letters) ||
	    !is_only(key->source, source_letters) || key->key_size == 0)
		return ERR_FORMAT;
	return text_print(out, size, "expiry-time=\"%s\"%s%s%s %s %s\n",
	    expires, bound ? ",from=\"" : "", key->source, bound ? "\"" : "",
	    key->type, base64_encode(blob, key->key, key->key_size));
}
