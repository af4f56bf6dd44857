/* Login shells: each gets its command in its own way, as from sshd. */
#include <criterion/criterion.h>

#include "same.h"
#include "sshd.h"

TestSuite(shells, .timeout = 120);

/* The arguments that each login shell gets, in its own words. */
static void
expect_same_in(const char *shell)
{
	same_expect(
	    &(struct attempt){
		.what = "ps -o args= -p $$; echo \"$0\"; sh -c 'exit 6'"},
	    shell);
}

Test(shells, dash)
{
	expect_same_in("/bin/dash");
}

Test(shells, zsh)
{
	expect_same_in("/usr/bin/zsh");
}

Test(shells, tcsh)
{
	expect_same_in("/usr/bin/tcsh");
}

Test(shells, ksh)
{
	expect_same_in("/usr/bin/ksh93");
}

Test(shells, mksh)
{
	expect_same_in("/usr/bin/mksh");
}

Test(shells, fish)
{
	same_expect(
	    &(struct attempt){
		.what = "echo (status current-command); sh -c 'exit 6'"},
	    "/usr/bin/fish");
}

/* passwd(5): an empty field means sh. */
Test(shells, none)
{
	expect_same_in("");
}

/* Such an account never had a session; its password opens none now. */
Test(shells, nologin)
{
	struct user u = user_new("/usr/sbin/nologin");
	struct attempt a = {.user = &u, .what = IN};
	struct channel plain, gated;

	user_enroll(&u);
	a.port = sshd_start(SSHD_DEBIAN);
	plain = attempt(&a);
	a.port = SSHD_GUARDED;
	gated = attempt(&a);
	cr_assert_str_eq(gated.out->bytes, plain.out->bytes);
	cr_assert_eq(gated.status, plain.status);
	cr_assert_neq(gated.status, 0);
	cr_assert_not(text_has(gated.out->bytes, "in\n"));
}

/* ---- what the drop-in sets must please every shell ---- */

static void
expect_quiet(const char *shell)
{
	struct user u = user_new(shell);
	struct channel c = ATTEMPT(.user = &u, .what = IN);

	expect_in(&c);
	cr_assert_str_empty(c.err->bytes, "%s", c.err->bytes);
	user_put(&u, ".hushlogin", "");
	c = ATTEMPT(.user = &u, .want = WANT_SHELL, .input = IN "\nexit\n");
	cr_assert(text_has(c.out->bytes, "in\n"), "%s", c.out->bytes);
	cr_assert_eq(c.status, 0);
	cr_assert_str_empty(c.err->bytes, "%s", c.err->bytes);
}

Test(shells, all_start_without_a_word)
{
	expect_quiet("/bin/bash");
	expect_quiet("/usr/bin/zsh");
	expect_quiet("/usr/bin/fish");
	expect_quiet("/usr/bin/tcsh");
	expect_quiet("/usr/bin/ksh93");
	expect_quiet("/usr/bin/mksh");
}

/* ---- letters that are no ASCII ---- */

/*
 * UTF-8, and a byte that is none; in UTF-8, in ASCII, and in no locale, of
 * which some shells complain, and some do so once.
 */
static void
expect_letters_kept(const char *shell)
{
	static const char *const locales[] = {"C.UTF-8", "C", "xx_XX.UTF-8"};
	struct attempt a = {.what =
				"printf %s '\303\244\342\202\254 \303\277\377' "
				"| od -An -tx1"};

	for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++) {
		struct user u = user_new(shell);
		struct channel plain, gated;

		a.locale = locales[i];
		same_try(&a, &u, &plain, &gated);
		cr_assert(text_has(plain.out->bytes, " c3 a4 e2 82 ac 20"));
		cr_assert_str_eq(
		    text_behind_prompt(gated.out), plain.out->bytes);
		cr_assert_eq(gated.status, plain.status);
	}
}

Test(shells, letters_in_bash)
{
	expect_letters_kept("/bin/bash");
}

Test(shells, letters_in_zsh)
{
	expect_letters_kept("/usr/bin/zsh");
}

Test(shells, letters_in_tcsh)
{
	expect_letters_kept("/usr/bin/tcsh");
}

Test(shells, letters_in_ksh)
{
	expect_letters_kept("/usr/bin/ksh93");
}

Test(shells, letters_in_mksh)
{
	expect_letters_kept("/usr/bin/mksh");
}

Test(shells, letters_in_fish)
{
	expect_letters_kept("/usr/bin/fish");
}

/* Without the variable that shows what happens to letters. */
Test(shells, letters_that_nobody_vouches_for_are_refused)
{
	struct user u = user_new("/usr/bin/fish");
	const char *const names[] = {"OTPGATE_LETTERS", NULL};
	int port = sshd_start(sshd_gate_without(names));
	struct channel c;

	c = ATTEMPT(.user = &u, .port = port, .what = "echo \303\244");
	expect_refused(&c, "letters");
	c = ATTEMPT(.user = &u, .port = port, .what = IN);
	expect_in(&c);
}
