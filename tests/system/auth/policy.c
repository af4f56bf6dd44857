/* What the policy says: set-up at the login, exemptions, other services. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "dialogue.h"
#include "machine.h"
#include "run.h"
#include "screen.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

#define TICKET "Ticket from your administrator: "

TestSuite(auth_policy, .init = world_restore, .timeout = 120);

static int
start(void)
{
	return sshd_start_behind(SSHD_STACK_KBDINT, SSHD_KBDINT);
}

/* By hand, as an editor would: the command asks more of who requires it. */
static void
add_policy(const char *lines, const char *in_force)
{
	long from = machine_log_mark();

	world_break(text_format("echo '%s' >>" MACHINE_POLICY, lines));
	cr_assert_eq(kill(machine_daemon_pid(), SIGHUP), 0);
	machine_log_await(from, "event=policy", in_force);
}

static void
require(void)
{
	add_policy("policy = \"required\";", "policy=required");
}

/* ---- exemptions: the groups are the module's word ---- */

Test(auth_policy, who_is_in_an_exempt_group_is_not_asked)
{
	struct user u = user_enrolled();
	int port = start();
	struct dialogue_end e;

	run_fine(COMMAND("groupadd", "-f", "exempted"));
	run_fine(
	    COMMAND("otpgate", "policy", "set", "exempt_groups", "exempted"));
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true);
	cr_assert_not(e.in);
	run_fine(COMMAND("usermod", "-a", "-G", "exempted", u.name));
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true);
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 0);
}

Test(auth_policy, an_exempt_network_is_not_asked)
{
	struct user u = user_enrolled();
	struct dialogue_end e;

	run_fine(COMMAND(
	    "otpgate", "policy", "set", "exempt_networks", "127.0.0.0/8"));
	e = DIALOGUE(.user = &u, .port = start(), .password = u.password,
	    .dialogue = true);
	cr_assert(e.in, "%s", e.said->bytes);
	cr_assert_eq(e.questions, 0);
}

/* ---- set-up where it is required ---- */

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

Test(auth_policy, a_required_set_up_is_carried_by_the_dialogue)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	const char *uri;

	require();
	terminal_ssh(
	    &t, &u, start(), COMMAND("-oPubkeyAuthentication=no", "echo in"));
	terminal_await(&t, DEMAND);
	cr_assert(is_ascii(t.seen->bytes), "%s", t.seen->bytes);
	uri = strstr(t.seen->bytes, "otpauth://");
	cr_assert_not_null(uri, "%s", t.seen->bytes);
	uri = text_format("%.*s", (int)strcspn(uri, "\r\n"), uri);
	phone_scan(&u.phone, uri);
	terminal_type(&t, "hello\n");
	terminal_await(&t, "this is no code");
	terminal_await(&t, DEMAND);
	terminal_type(&t, text_format("%s\n", user_wrong_code(&u)));
	terminal_await(&t, "code is wrong");
	terminal_await(&t, DEMAND);
	terminal_type(&t, text_format("%s\n", user_code(&u)));
	terminal_await(&t, "recovery codes");
	terminal_await(&t, GO_ON);
	terminal_type(&t, "\n");
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert(text_has(t.seen->bytes, "in\r\n"), "%s", t.seen->bytes);
}

/* What stands on t, with "#" as dark as print, and blanks light. */
static struct terminal
printed(const struct terminal *t)
{
	static const char dark[] = "\033[40m \033[0m";
	static const char light[] = "\033[107m \033[0m";
	struct terminal out = *t;

	out.seen = text_new();
	for (const char *at = t->seen->bytes; *at != '\0'; at++)
		if (*at == '#')
			text_add(out.seen, dark, strlen(dark));
		else if (*at == ' ')
			text_add(out.seen, light, strlen(light));
		else
			text_add(out.seen, at, 1);
	return out;
}

/* A camera reads it off the screen. */
Test(auth_policy, the_qr_code_of_a_set_up_can_be_scanned)
{
	struct user u = user_new("/bin/bash");
	struct terminal t, paper;
	const char *uri;

	require();
	terminal_ssh(&t, &u, start(), COMMAND("-oPubkeyAuthentication=no"));
	terminal_await(&t, DEMAND);
	uri = strstr(t.seen->bytes, "otpauth://");
	uri = text_format("%.*s", (int)strcspn(uri, "\r\n"), uri);
	paper = printed(&t);
	cr_assert_str_eq(screen_scan(&paper), uri);
	terminal_hang_up(&t);
	terminal_finish(&t);
}

Test(auth_policy, without_a_set_up_nobody_gets_in)
{
	struct user u = user_new("/bin/bash");
	int port = start();
	struct dialogue_end e;

	require();
	e = DIALOGUE(.user = &u, .port = port, .password = u.password,
	    .dialogue = true);
	cr_assert_not(e.in);
	cr_assert(
	    text_has(e.said->bytes, "was not set up"), "%s", e.said->bytes);
	cr_assert_str_eq(
	    text_json(run_fine(COMMAND("otpgate", "show", u.name, "--json")),
		"state"),
	    "absent");
}

/* Who has the password alone must not make one up. */
Test(auth_policy, a_set_up_that_takes_a_ticket_takes_the_right_one)
{
	struct user u = user_new("/bin/bash");
	struct terminal t;
	const char *ticket;

	require();
	add_policy("setup = \"ticket\";", "event=policy");
	ticket = text_json(run_fine(COMMAND("otpgate", "enroll", u.name,
			       "--ticket", "--json")),
	    "ticket");
	terminal_ssh(
	    &t, &u, start(), COMMAND("-oPubkeyAuthentication=no", "echo in"));
	terminal_await(&t, TICKET);
	terminal_type(&t, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX\n");
	terminal_await(&t, TICKET);
	cr_assert_not(text_has(t.seen->bytes, "otpauth://"));
	terminal_type(&t, text_format("%s\n", ticket));
	terminal_await(&t, DEMAND);
	terminal_hang_up(&t);
	terminal_finish(&t);
}

/* The backstop knows of it, too. */
Test(auth_policy, required_and_a_password_alone)
{
	struct user u = user_new("/bin/bash");
	int port =
	    sshd_start_behind(sshd_stack("@include common-auth", SSHD_BACKSTOP),
		"AuthenticationMethods any\n" SSHD_DEBIAN);

	cr_assert(
	    DIALOGUE(.user = &u, .port = port, .password = u.password).in);
	require();
	cr_assert_not(
	    DIALOGUE(.user = &u, .port = port, .password = u.password).in);
}
