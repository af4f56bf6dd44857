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
