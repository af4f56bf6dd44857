#include "screen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"

/* What screen.py makes of t's bytes: "text", "dark" or "light". */
static const char *
painted(const struct terminal *t, const char *how)
{
	struct result r = run_input(COMMAND("/usr/bin/python3", SCREEN, how,
					text_format("%d", t->window.columns),
					text_format("%d", t->window.rows)),
	    t->seen->bytes);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	return r.out->bytes;
}

const char *
screen_scan(const struct terminal *t)
{
	const char *dark = painted(t, "dark"), *light = painted(t, "light");

	cr_assert_str_eq(dark, light, "%s", screen_text(t));
	return dark;
}

const char *
screen_text(const struct terminal *t)
{
	return painted(t, "text");
}

const char *
screen_key(const struct terminal *t)
{
	static const char mark[] = " key  ";
	const char *at = strstr(screen_text(t), mark);
	char key[64] = "";
	size_t used = 0;

	cr_assert_not_null(at, "no key: %s", screen_text(t));
	for (at += strlen(mark); *at != '\n'; at++)
		if (*at != ' ' && used + 1 < sizeof(key))
			key[used++] = *at;
	return text_format("%s", key);
}

/* The value of a parameter of uri, or what it is without one. */
static const char *
parameter(const char *uri, const char *name, const char *otherwise)
{
	const char *at = strchr(uri, '?');
	size_t length = strlen(name);

	while (at != NULL) {
		at++;
		if (strncmp(at, name, length) == 0 && at[length] == '=') {
			at += length + 1;
			return text_format("%.*s", (int)strcspn(at, "&"), at);
		}
		at = strchr(at, '&');
	}
	cr_assert_not_null(otherwise, "no %s: %s", name, uri);
	return otherwise;
}

void
phone_scan(struct phone *p, const char *uri)
{
	cr_assert_eq(strncmp(uri, "otpauth://totp/", 15), 0, "%s", uri);
	memset(p, 0, sizeof(*p));
	snprintf(
	    p->secret, sizeof(p->secret), "%s", parameter(uri, "secret", NULL));
	p->algorithm = parameter(uri, "algorithm", "SHA1");
	p->digits = atoi(parameter(uri, "digits", "6"));
	p->period = atoi(parameter(uri, "period", "30"));
}

const char *
app_code(const char *uri, const struct phone *p, int64_t step)
{
	static const char program[] =
	    "const { URI } = require('otpauth');"
	    "const [uri, seconds] = process.argv.slice(1);"
	    "process.stdout.write(URI.parse(uri)"
	    ".generate({ timestamp: seconds * 1000 }));";

	return run_fine(COMMAND("env", "NODE_PATH=" NODE_MODULES, "node", "-e",
	    program, uri, text_format("%lld", (long long)(step * p->period))));
}
