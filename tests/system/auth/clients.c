/* The real clients, with their own questions. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "dialogue.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(clients, .init = world_restore, .timeout = 120);

#define OPTIONS "-F", "none", "-o", "PubkeyAuthentication=no"

static int
start(void)
{
	return sshd_start_behind(SSHD_STACK_KBDINT, SSHD_KBDINT);
}

/* Starts argv and answers password and code. */
static void
begin(struct terminal *t, struct user *u, const char *const argv[])
{
	terminal_start(t, argv);
	terminal_await(t, "assword: ");
	terminal_type(t, text_format("%s\n", u->password));
	terminal_await(t, QUESTION_CODE);
	terminal_type(t, text_format("%s\n", user_code(u)));
}

static const char *
port_word(void)
{
	return text_format("%d", start());
}

Test(clients, ssh)
{
	struct user u = user_enrolled();
	struct terminal t;

	begin(&t, &u,
	    COMMAND("ssh", OPTIONS, "-p", port_word(), "-l", u.name,
		"127.0.0.1", "echo in"));
	cr_assert_eq(terminal_finish(&t), 0);
	cr_assert(text_has(t.seen->bytes, "in\r\n"), "%s", t.seen->bytes);
}

Test(clients, scp)
{
	struct user u = user_enrolled();
	const char *file = text_format(MACHINE_RUN "/scp-%d", (int)getpid());
	struct terminal t;

	machine_put(file, "scp\n", 0644);
	begin(&t, &u,
	    COMMAND("scp", OPTIONS, "-P", port_word(), file,
		text_format("%s@127.0.0.1:copy", u.name)));
	cr_assert_eq(terminal_finish(&t), 0, "%s", t.seen->bytes);
	cr_assert_str_eq(machine_get(text_format("%s/copy", u.home)), "scp\n");
}

Test(clients, sftp)
{
	struct user u = user_enrolled();
	struct terminal t;

	begin(&t, &u,
	    COMMAND("sftp", OPTIONS, "-P", port_word(),
		text_format("%s@127.0.0.1", u.name)));
	terminal_await(&t, "sftp> ");
	terminal_type(&t, "mkdir made\nbye\n");
	cr_assert_eq(terminal_finish(&t), 0);
	cr_assert_eq(access(text_format("%s/made", u.home), F_OK), 0);
}

Test(clients, forwarding_after_a_code)
{
	struct user u = user_enrolled();
	struct terminal t;

	begin(&t, &u,
	    COMMAND("ssh", OPTIONS, "-p", port_word(), "-l", u.name, "-W",
		"127.0.0.1:22", "127.0.0.1"));
	terminal_await(&t, "SSH-2.0-");
	terminal_hang_up(&t);
	terminal_finish(&t);
}

Test(clients, what_is_typed_is_not_shown)
{
	struct user u = user_enrolled();
	struct terminal t;

	terminal_ssh(&t, &u, start(), COMMAND("-oPubkeyAuthentication=no"));
	terminal_await(&t, QUESTION_CODE);
	cr_assert_not(terminal_echoes(&t));
	terminal_hang_up(&t);
	terminal_finish(&t);
}

/* A second session of the connection is another one of a verified login. */
Test(clients, a_connection_that_is_shared_is_asked_once)
{
	struct user u = user_enrolled();
	const char *path =
	    text_format("-oControlPath=" MACHINE_RUN "/mux-%d", (int)getpid());
	const char *port = port_word();
	struct terminal t;
	struct result r;

	begin(&t, &u,
	    COMMAND("ssh", OPTIONS, "-oControlMaster=yes", path, "-p", port,
		"-l", u.name, "127.0.0.1", "echo up; exec sleep 60"));
	terminal_await(&t, "up");
	r = run(COMMAND("ssh", OPTIONS, path, "-p", port, "-l", u.name,
	    "127.0.0.1", "echo in"));
	cr_assert_str_eq(r.out->bytes, "in\n", "%s", r.err->bytes);
	terminal_hang_up(&t);
	terminal_finish(&t);
}
