/*
 * What happened to a factor, told at the auth door: sshd shows it where a shell
 * starts.
 */
#include <criterion/criterion.h>

#include "dialogue.h"
#include "login.h"
#include "peer.h"
#include "run.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(auth_news, .init = world_restore, .timeout = 120);

#define CHANGED "your second factor changed since your last login"

static const char *
shell_seen(struct user *u, int port)
{
	static struct terminal t;

	terminal_ssh(&t, u, port, COMMAND("-t", "-oPubkeyAuthentication=no"));
	terminal_await(&t, QUESTION_CODE);
	cr_assert_not(text_has(t.seen->bytes, CHANGED), "before the code");
	terminal_type(&t, text_format("%s\n", user_code(u)));
	terminal_await(&t, SHELL_PROMPT);
	terminal_type(&t, "exit\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	return t.seen->bytes;
}

/* There has to be something that it gives back. */
static void
unlock(const struct user *u)
{
	cr_assert_eq(
	    peer_try(u->uid, u, user_wrong_code(u)), REASON_CODE_WRONG);
	run_fine(COMMAND("otpgate", "unlock", u->name));
}

Test(auth_news, are_told_once_in_a_shell)
{
	struct user u = user_enrolled();
	int port = sshd_start_behind(SSHD_STACK_KBDINT, SSHD_KBDINT);
	const char *seen;

	unlock(&u);
	seen = shell_seen(&u, port);
	cr_assert(
	    text_has(seen, "an administrator unlocked it on 20"), "%s", seen);
	cr_assert_not(text_has(shell_seen(&u, port), CHANGED));
}
