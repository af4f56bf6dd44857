/*
 * The prompt, with the real ssh on a terminal: the echo, the keys that send
 * signals, a hang-up, a code that was typed too early.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(prompt, .timeout = 120);

/* A session of u on a terminal of its own, at the prompt. */
static struct terminal
at_prompt(const struct user *u, const char *const words[])
{
	struct terminal t;

	terminal_ssh(&t, u, SSHD_GUARDED, words);
	terminal_await(&t, PROMPT);
	return t;
}

/* ---- the echo ---- */

Test(prompt, a_code_is_not_shown_and_the_echo_is_back_afterwards)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct terminal t = at_prompt(&u, COMMAND("-t", "stty -a; exit 3"));

	terminal_type(&t, code);
	terminal_type(&t, "\n");
	cr_assert_eq(terminal_finish(&t), 3);
	cr_assert_not(text_has(t.seen->bytes, code));
	cr_assert(text_has(t.seen->bytes, " echo "), "%s", t.seen->bytes);
}

/* The client's terminal shows it, and only the client can help it. */
Test(prompt, without_a_terminal_it_says_once_that_the_code_is_shown)
{
	struct user u = user_enrolled();
	const char *wrong = user_wrong_code(&u), *code = user_code(&u);
	struct channel c =
	    ATTEMPT(.user = &u, .what = IN, .answers = {wrong, code});
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));

	expect_in(&c);
	cr_assert_eq(text_count(c.err->bytes, "ssh -t"), 1);
	cr_assert_lt(
	    strstr(c.err->bytes, "ssh -t"), strstr(c.err->bytes, PROMPT));
	cr_assert_not(text_has(t.seen->bytes, "ssh -t"));
	terminal_hang_up(&t);
	terminal_finish(&t);
}

Test(prompt, what_is_typed_in_the_shell_is_shown_again)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", "echo ready; cat"));

	terminal_type(&t, user_code(&u));
	terminal_type(&t, "\n");
	terminal_await(&t, "ready");
	terminal_type(&t, "visible\n");
	terminal_await(&t, "visible");
	terminal_await(&t, "visible");
	terminal_type(&t, "\004");
	cr_assert_eq(terminal_finish(&t), 0);
}

/* Typed while sshd starts the gate: the terminal keeps it. */
Test(prompt, a_code_typed_before_the_prompt_counts)
{
	struct user u = user_enrolled();
	const char *code = text_format("%s\n", user_code(&u));
	struct terminal t;

	terminal_ssh(&t, &u, SSHD_GUARDED, COMMAND("-v", "-t", IN));
	terminal_await(&t, "Authenticated to ");
	terminal_type(&t, code);
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "\nin\r\n"));
}

/* The same in one packet with the request, as from a pipe. */
Test(prompt, a_code_sent_with_the_request_for_a_terminal_counts)
{
	struct user u = user_enrolled();
	const char *code = text_format("%s\n", user_code(&u));
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, true);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_send(&c, code);
	channel_finish(&c);
	expect_in(&c);
	login_close(&l);
}

/* ---- keys ---- */

static void
expect_dies_of(const char *key)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));
	pid_t gate = user_gate(&u);

	terminal_type(&t, key);
	cr_assert_eq(terminal_finish(&t), 255, "%s", t.seen->bytes);
	cr_assert_not(text_has(t.seen->bytes, "in\r\n"));
	run_await_death(gate);
}

Test(prompt, ctrl_c_ends_the_session)
{
	expect_dies_of("\003");
}

Test(prompt, ctrl_backslash_ends_the_session)
{
	expect_dies_of("\034");
}

Test(prompt, ctrl_d_is_refused)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));

	terminal_type(&t, "\004");
	cr_assert_eq(terminal_finish(&t), GATE_REFUSED, "%s", t.seen->bytes);
}

Test(prompt, ctrl_z_changes_nothing)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));

	terminal_type(&t, "\032");
	terminal_type(&t, user_code(&u));
	terminal_type(&t, "\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
}

Test(prompt, a_code_can_be_corrected_with_backspace)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));

	terminal_type(&t, "99\177\177");
	terminal_type(&t, user_code(&u));
	terminal_type(&t, "\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
}

/*
 * The gate alone on a terminal that a test can look at: in a login the
 * terminal is sshd's.
 */
static void
expect_mode_restored(const char *key, int signal)
{
	struct user u = user_enrolled();
	struct terminal t;
	struct termios before, after;

	terminal_start(&t,
	    COMMAND("setpriv", "--reuid", u.name, "--regid", u.name,
		"--clear-groups", "env", "SSH_USER_AUTH=none",
		"HOME=/usr/share/otpgate/empty", MACHINE_GATE));
	cr_assert_eq(tcgetattr(t.fd, &before), 0);
	terminal_await(&t, PROMPT);
	cr_assert_not(terminal_echoes(&t));
	terminal_type(&t, key);
	cr_assert_eq(run_wait(t.pid), signal);
	cr_assert_eq(tcgetattr(t.fd, &after), 0);
	cr_assert_eq(before.c_lflag, after.c_lflag);
	cr_assert_eq(before.c_iflag, after.c_iflag);
}

Test(prompt, the_terminal_is_restored_after_ctrl_c)
{
	expect_mode_restored("\003", 128 + SIGINT);
}

Test(prompt, the_terminal_is_restored_after_ctrl_backslash)
{
	expect_mode_restored("\034", 128 + SIGQUIT);
}

Test(prompt, the_terminal_is_restored_after_end_of_file)
{
	expect_mode_restored("\004", GATE_REFUSED);
}

/* ---- hang-up ---- */

Test(prompt, a_hang_up_ends_the_gate)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));
	pid_t gate = user_gate(&u);

	terminal_hang_up(&t);
	run_await_death(gate);
	terminal_finish(&t);
}

Test(prompt, a_client_that_is_killed_ends_the_gate)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-t", IN));
	pid_t gate = user_gate(&u);

	cr_assert_eq(kill(t.pid, SIGKILL), 0);
	run_await_death(gate);
	cr_assert_eq(terminal_finish(&t), 128 + SIGKILL);
}

Test(prompt, a_client_without_a_terminal_that_is_killed_ends_the_gate)
{
	struct user u = user_enrolled();
	struct terminal t = at_prompt(&u, COMMAND("-T", IN));
	pid_t gate = user_gate(&u);

	cr_assert_eq(kill(t.pid, SIGKILL), 0);
	run_await_death(gate);
	cr_assert_eq(terminal_finish(&t), 128 + SIGKILL);
}

/* A client of sftp that was refused, and asks for nothing more. */
Test(prompt, a_client_of_sftp_that_is_killed_ends_the_gate)
{
	struct user u = user_enrolled();
	long from = machine_log_mark();
	struct terminal t;
	pid_t gate;

	terminal_ssh(&t, &u, SSHD_GUARDED, COMMAND("-s", "sftp"));
	machine_log_await(
	    from, text_format("user=%s ", u.name), "reason=cannot-be-asked");
	gate = user_gate(&u);
	cr_assert_eq(kill(t.pid, SIGKILL), 0);
	run_await_death(gate);
	cr_assert_eq(terminal_finish(&t), 128 + SIGKILL);
}

/* ---- without a terminal ---- */

Test(prompt, without_a_terminal_it_is_on_standard_error_only)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	cr_assert_str_eq(c.out->bytes, "in\n");
	cr_assert_eq(text_count(c.err->bytes, PROMPT), 1);
}

Test(prompt, what_follows_the_code_in_one_packet_is_the_commands)
{
	struct user u = user_enrolled();
	const char *code = text_format("%s\nfirst\nsecond", user_code(&u));
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, "cat");
	channel_send(&c, code);
	channel_end_input(&c);
	channel_finish(&c);
	cr_assert_str_eq(c.out->bytes, "first\nsecond");
	login_close(&l);
}

Test(prompt, a_carriage_return_ends_the_code_as_well)
{
	struct user u = user_enrolled();
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, "cat");
	channel_send(&c, text_format("%s\rrest", user_code(&u)));
	channel_end_input(&c);
	channel_finish(&c);
	cr_assert_str_eq(c.out->bytes, "rest");
	login_close(&l);
}

Test(prompt, a_window_that_changes_at_the_prompt_reaches_the_command)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct login l;
	struct channel c;

	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, true);
	channel_ask(&c, WANT_COMMAND, "stty size");
	channel_await(&c, PROMPT);
	cr_assert_eq(ssh_channel_change_pty_size(c.ssh, 133, 51), SSH_OK);
	channel_send(&c, code);
	channel_send(&c, "\n");
	channel_finish(&c);
	cr_assert(text_has(c.out->bytes, "51 133"), "%s", c.out->bytes);
	login_close(&l);
}
