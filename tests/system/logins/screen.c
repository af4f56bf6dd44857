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
#include "setup.h"

TestSuite(screen, .timeout = 120);

/* Kinds of terminals: TERM, and the language, which tells UTF-8. */
struct kind {
	const char *term, *lang;
};

#define KIND_USUAL ((struct kind){"xterm-256color", "C.UTF-8"})
#define KIND_16_COLOURS ((struct kind){"xterm", "C.UTF-8"})
#define KIND_NO_UTF8 ((struct kind){"xterm", "C"})

/* A login on such a terminal, for words, or a shell. */
static void
log_in(struct terminal *t, const struct user *u, struct window window,
    struct kind kind, const char *words)
{
	cr_assert_eq(setenv("TERM", kind.term, 1), 0);
	cr_assert_eq(setenv("LANG", kind.lang, 1), 0);
	cr_assert_eq(unsetenv("LC_ALL"), 0);
	terminal_ssh_in(t, window, u,
	    COMMAND("-t", "-oLogLevel=ERROR", "-oSendEnv=LANG", words));
}

/*
 * Two logins with the phone that scanned uri: by a code of oathtool's, and by
 * one of otpauth's.
 */
static void
expect_both_apps_work(struct user *u, const char *uri)
{
	expect_in_with(u, user_code(u));
	expect_in_with(u, app_code(uri, &u->phone, u->phone.next++));
}

/* Answers the question of a set-up with a code of what is on the screen. */
static const char *
scan_and_answer(struct terminal *t, struct user *u)
{
	const char *uri = screen_scan(t);

	cr_assert_str_not_empty(uri, "%s", screen_text(t));
	phone_scan(&u->phone, uri);
	terminal_type(t, text_format("%s\n", user_code(u)));
	return uri;
}

/* Set-up at a login, on a screen that the QR code fits on. */
static void
expect_scanned(struct window window, struct kind kind)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	const char *uri;

	log_in(&t, &u, window, kind, NULL);
	terminal_await(&t, OFFER);
	uri = scan_and_answer(&t, &u);
	terminal_await(&t, GO_ON);
	terminal_type(&t, "\n");
	terminal_await(&t, SHELL_PROMPT);
	terminal_type(&t, "exit\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	expect_both_apps_work(&u, uri);
}

/* The same by the command, within a session. */
static void
expect_enrolled(struct window window, const char *command)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	const char *uri;

	log_in(&t, &u, window, KIND_USUAL, command);
	terminal_await(&t, DEMAND);
	uri = scan_and_answer(&t, &u);
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	expect_both_apps_work(&u, uri);
}

Test(screen, of_80_by_24_is_scanned)
{
	expect_scanned((struct window){80, 24}, KIND_USUAL);
}

Test(screen, of_80_by_50_is_scanned)
{
	expect_scanned((struct window){80, 50}, KIND_USUAL);
}

Test(screen, of_200_by_60_is_scanned)
{
	expect_scanned((struct window){200, 60}, KIND_USUAL);
}

Test(screen, of_16_colours_is_scanned)
{
	expect_scanned((struct window){80, 50}, KIND_16_COLOURS);
}

Test(screen, without_utf8_is_scanned)
{
	expect_scanned((struct window){200, 60}, KIND_NO_UTF8);
}

Test(screen, of_the_command_is_scanned)
{
	expect_enrolled((struct window){80, 24}, "otpgate enroll");
}

Test(screen, of_a_stronger_secret_is_scanned)
{
	expect_enrolled((struct window){80, 50},
	    "otpgate enroll --algorithm sha512 --digits 8 --period 60");
}

/* The key is there all the same, and typed by hand it does. */
Test(screen, that_is_too_small_shows_the_key)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	const char *uri;

	log_in(&t, &u, (struct window){60, 20}, KIND_USUAL, "otpgate enroll");
	terminal_await(&t, DEMAND);
	cr_assert_str_empty(screen_scan(&t));
	cr_assert(text_has(screen_text(&t), "too small for the QR code"), "%s",
	    screen_text(&t));
	uri =
	    text_format("otpauth://totp/%s?secret=%s", u.name, screen_key(&t));
	phone_scan(&u.phone, uri);
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	expect_both_apps_work(&u, uri);
}
