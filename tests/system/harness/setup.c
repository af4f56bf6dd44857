#include "setup.h"

#include <criterion/criterion.h>
#include <string.h>

void
setup_shell(struct channel *c, struct login *l)
{
	channel_open(c, l, true);
	channel_ask(c, WANT_SHELL, NULL);
}

/* The key in groups of four, up to the end of its line. */
static void
read_key(const char *screen, char *out, size_t size)
{
	const char *at = strstr(screen, "    key ");
	size_t used = 0;

	cr_assert_not_null(at, "no key in: %s", screen);
	for (at += strlen("    key "); *at != '\r' && *at != '\n'; at++)
		if (*at != ' ' && used + 1 < size)
			out[used++] = *at;
	out[used] = '\0';
	cr_assert_eq(used, 32, "160 bits in base32: %s", out);
}

void
setup_scan(struct channel *c, const char *question, struct user *u)
{
	channel_await(c, question);
	u->phone =
	    (struct phone){.algorithm = "sha1", .digits = 6, .period = 30};
	read_key(c->out->bytes, u->phone.secret, sizeof(u->phone.secret));
}

void
setup_confirm(struct channel *c, struct user *u)
{
	channel_send(c, text_format("%s\n", user_code(u)));
	channel_await(c, "Your recovery codes.");
	channel_await(c, GO_ON);
	cr_assert(!text_has(c->out->bytes, SHELL_PROMPT), "no shell before it");
	channel_send(c, "\n");
	channel_await(c, SHELL_PROMPT);
}

void
setup_leave(struct channel *c)
{
	channel_send(c, "exit\n");
	channel_finish(c);
}
