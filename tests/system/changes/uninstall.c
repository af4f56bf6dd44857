/*
 * "make uninstall" on a machine whose sshd needs what it would remove.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "text.h"

#define DROP_IN "/etc/ssh/sshd_config.d/00-otpgate-session.conf"
#define AWAY MACHINE_RUN "/away.conf"
#define PAM_FILE "/etc/pam.d/otpgate-test"

/* Whatever became of the case: installed, and armed. */
static void
put_back(void)
{
	(void)unlink(PAM_FILE);
	(void)run(COMMAND("mv", AWAY, DROP_IN));
	run_fine(COMMAND(TESTBED, "install", BUILD));
}

TestSuite(uninstall, .fini = put_back, .timeout = 120);

/* As from a shell, and not from the make that runs the tests. */
static struct result
make(const char *what, const char *destdir)
{
	return run(COMMAND("env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make",
	    "-j2", "-C", BUILD, what, text_format("DESTDIR=%s", destdir)));
}

static void
expect_refusal(const char *file)
{
	struct result r = make("uninstall", "");

	cr_assert_neq(r.status, 0);
	cr_assert(text_has(r.err->bytes, file), "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, "Disarm it first"));
	cr_assert_eq(access(MACHINE_GATE, X_OK), 0);
	cr_assert_eq(access("/usr/sbin/otpgated", X_OK), 0);
	cr_assert_eq(access("/usr/share/man/man8/otpgated.8", F_OK), 0);
}

Test(uninstall, is_refused_while_the_session_door_is_armed)
{
	struct user u = user_new("/bin/bash");
	struct channel c;

	user_add_key(&u, "");
	expect_refusal(DROP_IN);
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = IN);
	expect_in(&c);
}

Test(uninstall, is_refused_while_the_auth_door_is_armed)
{
	run_fine(COMMAND("mv", DROP_IN, AWAY));
	machine_put(
	    PAM_FILE, "session requisite pam_otpgate.so record\n", 0644);
	expect_refusal(PAM_FILE);
}

Test(uninstall, removes_everything_where_nothing_is_armed)
{
	struct result r;

	run_fine(COMMAND("mv", DROP_IN, AWAY));
	machine_put(PAM_FILE, "#session requisite pam_otpgate.so\n", 0644);
	r = make("uninstall", "");
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_neq(access(MACHINE_GATE, F_OK), 0);
	cr_assert_neq(access("/usr/sbin/otpgated", F_OK), 0);
}

/* A tree that a package is made of guards nobody. */
Test(uninstall, of_a_tree_elsewhere_is_done)
{
	cr_assert_eq(make("install", MACHINE_RUN "/tree").status, 0);
	cr_assert_eq(make("uninstall", MACHINE_RUN "/tree").status, 0);
	cr_assert_neq(access(MACHINE_RUN "/tree" MACHINE_GATE, F_OK), 0);
	cr_assert_eq(access(MACHINE_GATE, X_OK), 0);
}
