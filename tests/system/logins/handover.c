/*
 * The hand-over: what a program finds after the gate is what it finds without
 * one.  Each probe runs twice, through the guarded sshd and through a plain
 * one, and both must tell the same.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "same.h"
#include "sshd.h"

TestSuite(handover, .timeout = 180);

#define SAME(...) same_expect(&(struct attempt){__VA_ARGS__}, "/bin/bash")

/* ---- the environment ---- */

/* Ports differ from login to login. */
#define SIFT                                             \
	" | sed -E 's/ [0-9]{5} / N /; s/ [0-9]+$/ N/; " \
	"s|/dev/pts/[0-9]+|/dev/pts/N|' | LC_ALL=C sort"

Test(handover, environment_of_a_command)
{
	SAME(.what = "env" SIFT);
}

Test(handover, environment_of_a_command_on_a_terminal)
{
	SAME(.what = "env" SIFT, .terminal = true);
}

Test(handover, environment_of_a_login_shell)
{
	SAME(.want = WANT_SHELL, .input = "env" SIFT "\n");
}

Test(handover, the_environment_has_no_empty_leftovers)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = "env", .answers = {code});

	cr_assert_not(text_has(c.out->bytes, "=\n"), "%s", c.out->bytes);
}

Test(handover, variables_that_a_client_may_set_arrive)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	cr_assert_eq(
	    ssh_channel_request_env(c.ssh, "LC_PAPER", "C.UTF-8"), SSH_OK);
	channel_ask(&c, WANT_COMMAND, "echo \"$LC_PAPER\"");
	channel_await(&c, PROMPT);
	channel_send(&c, text_format("%s\n", user_code(&u)));
	channel_finish(&c);
	cr_assert_str_eq(c.out->bytes, "C.UTF-8\n");
	login_close(&l);
}

/* ---- how it was called ---- */

Test(handover, arguments_of_a_command)
{
	SAME(.what = "tr '\\0' '\\n' </proc/$$/cmdline; shopt login_shell");
}

Test(handover, arguments_of_a_login_shell)
{
	SAME(.want = WANT_SHELL,
	    .input = "echo \"$0\"; tr '\\0' '\\n' </proc/$$/cmdline; "
		     "shopt login_shell\n");
}

Test(handover, the_users_own_start_up_files_run_after_the_code)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c;

	user_put(&u, ".bashrc", "MARK=from-bashrc\n");
	c = ATTEMPT(.user = &u, .what = "echo \"$MARK\"", .answers = {code});
	cr_assert_str_eq(c.out->bytes, "from-bashrc\n");
}

Test(handover, no_process_of_the_gate_stays)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u,
	    .what = "ps -u $(id -u) -o comm=; true", .answers = {code});

	cr_assert(text_has(c.out->bytes, "bash"));
	cr_assert_not(text_has(c.out->bytes, "gate"), "%s", c.out->bytes);
}

/* ---- what the kernel knows of it ---- */

Test(handover, signals_and_capabilities)
{
	SAME(.what = "grep -E '^(Sig(Blk|Ign|Cgt)|Cap|NoNewPrivs|Seccomp|"
		     "Groups|Uid|Gid)' /proc/self/status");
}

Test(handover, umask_and_directory)
{
	SAME(.what = "umask; pwd");
}

Test(handover, limits)
{
	SAME(.what = "ulimit -a; ulimit -H -a");
}

/* 3 is the directory that ls reads. */
Test(handover, descriptors)
{
	SAME(.what = "ls /proc/self/fd; test -p /dev/stdin && echo pipe");
}

Test(handover, descriptors_on_a_terminal)
{
	SAME(.what = "ls /proc/self/fd; test -t 0 && test -t 2 && echo tty",
	    .terminal = true);
}

Test(handover, session_and_process_group)
{
	SAME(.what = "set -- $(ps -o pid=,pgid=,sid=,tpgid= -p $$); "
		     "test $1 = $2; echo $?; test $2 = $3; echo $?; echo $4");
}

Test(handover, mode_of_the_terminal)
{
	SAME(.what = "stty -a", .terminal = true);
}

/* ---- the end ---- */

Test(handover, exit_status)
{
	SAME(.what = "exit 7");
}

Test(handover, death_by_sigkill)
{
	SAME(.what = "kill -KILL $$");
}

Test(handover, death_by_sigterm)
{
	SAME(.what = "kill -TERM $$");
}

Test(handover, death_by_sigsegv)
{
	SAME(.what = "kill -SEGV $$");
}

Test(handover, a_command_that_does_not_exist)
{
	SAME(.what = "no-such-command");
}

/* ---- the command, byte for byte ---- */

Test(handover, quotes_newlines_and_odd_bytes)
{
	SAME(.what = "printf '%s|' 'a  b' \"$HOME\"\nprintf '\\377 \377\n'");
}

Test(handover, a_command_of_100000_bytes)
{
	struct text *command = text_new();

	text_add(command, "echo $#; exit 9; ", 17);
	while (command->size < 100000)
		text_add(command, "xxxxxxxxx ", 10);
	SAME(.what = command->bytes);
}

/* "" is a command that does nothing, not a shell. */
Test(handover, an_empty_command)
{
	struct user u = user_new("/bin/bash");
	struct channel plain, gated;

	same_try(&(struct attempt){.what = "", .input = "echo shell\n"}, &u,
	    &plain, &gated);
	cr_assert_str_empty(plain.out->bytes);
	cr_assert_str_empty(gated.out->bytes);
	cr_assert_eq(gated.status, plain.status);
}

Test(handover, input_goes_through_to_its_end)
{
	SAME(.what = "wc -c; cat", .input = "one\ntwo\n");
}
