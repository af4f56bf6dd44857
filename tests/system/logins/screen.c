/*
 * A new secret on real terminals of several sizes and kinds: a camera reads
 * the QR code off the screen, and two apps that are not ours log in with it.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "login.h"
#include "run.h"
#include "screen.h"

TestSuite(screen, .timeout = 120);

/* Kinds of terminals: TERM, and the language, which tells UTF-8. */
struct kind {
	const char *term, *lang;
};

#define KIND_USUAL ((struct kind){"xterm-256color", "C.UTF-8"})
#define KIND_16_COLOURS ((struct kind){"xterm", "C.UTF-8"})
#define KIND_NO_UTF8 ((struct kind){"xterm", "C"})

#define QUESTION "Code from your app: "

/* Up to the question, in a session of u's on such a terminal. */
static void
set_up(struct terminal *t, const struct user *u, struct window window,
    struct kind kind, const char *options)
{
	cr_assert_eq(setenv("TERM", kind.term, 1), 0);
	cr_assert_eq(setenv("LANG", kind.lang, 1), 0);
	cr_assert_eq(unsetenv("LC_ALL"), 0);
	terminal_ssh_in(t, window, u,
	    COMMAND("-t", "-oSendEnv=LANG", "otpgate enroll", options));
	terminal_await(t, QUESTION);
}

static void
expect_let_in(const struct user *u, const char *code)
{
	struct channel c = ATTEMPT(.user = u, .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
}

/*
 * Confirms with one code of the phone that scanned uri, and logs in with one
 * of oathtool's and one of otpauth's.
 */
static void
expect_both_apps_work(struct terminal *t, struct user *u, const char *uri)
{
	phone_scan(&u->phone, uri);
	terminal_type(t, text_format("%s\n", user_code(u)));
	cr_assert_eq(terminal_finish(t), 0, "%s", t->seen->bytes);
	expect_let_in(u, user_code(u));
	expect_let_in(u, app_code(uri, &u->phone, u->phone.next++));
}

/* The whole story, on a screen that the QR code fits on. */
static void
expect_scanned(struct window window, struct kind kind, const char *options)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	const char *uri;

	set_up(&t, &u, window, kind, options);
	uri = screen_scan(&t);
	cr_assert_str_not_empty(uri, "%s", screen_text(&t));
	expect_both_apps_work(&t, &u, uri);
}

Test(screen, of_80_by_24_is_scanned)
{
	expect_scanned((struct window){80, 24}, KIND_USUAL, "");
}

Test(screen, of_80_by_50_is_scanned)
{
	expect_scanned((struct window){80, 50}, KIND_USUAL, "");
}

Test(screen, of_200_by_60_is_scanned)
{
	expect_scanned((struct window){200, 60}, KIND_USUAL, "");
}

Test(screen, of_16_colours_is_scanned)
{
	expect_scanned((struct window){80, 50}, KIND_16_COLOURS, "");
}

Test(screen, without_utf8_is_scanned)
{
	expect_scanned((struct window){200, 60}, KIND_NO_UTF8, "");
}

Test(screen, of_a_stronger_secret_is_scanned)
{
	expect_scanned((struct window){80, 50}, KIND_USUAL,
	    "--algorithm sha512 --digits 8 --period 60");
}

/* The key is there all the same, and typed by hand it does. */
Test(screen, that_is_too_small_shows_the_key)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567 ";
	struct user u = user_new("/bin/bash");
	struct terminal t;
	char key[64] = "";
	const char *at;

	set_up(&t, &u, (struct window){60, 20}, KIND_USUAL, "");
	cr_assert_str_empty(screen_scan(&t));
	cr_assert(text_has(screen_text(&t), "too small for the QR code"), "%s",
	    screen_text(&t));
	at = strstr(screen_text(&t), " key  ") + 5;
	for (size_t n = strspn(at, letters); n > 0; n--, at++)
		if (*at != ' ')
			key[strlen(key)] = *at;
	expect_both_apps_work(
	    &t, &u, text_format("otpauth://totp/%s?secret=%s", u.name, key));
}
