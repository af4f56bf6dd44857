#include "os/ancestor.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/os/proc.h"

#define LISTENER 100
#define TITLE "sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups"

static struct proc proc;
static struct ancestor found;

/* The listener alone. */
static void
open_machine(void)
{
	proc_open(&proc);
	PROC(&proc, .pid = 1, .name = "systemd", .start = 1);
	PROC(&proc, .pid = LISTENER, .parent = 1, .name = "sshd",
	    .title = TITLE, .start = 50);
}

static void
close_machine(void)
{
	proc_close(&proc);
}

TestSuite(os_ancestor, .init = open_machine, .fini = close_machine);

static void
expect_none(pid_t pid)
{
	cr_expect_eq(ancestor_sshd(proc.path, pid, &found), ERR_ABSENT);
	cr_expect_eq(found.pid, 0);
}

static void
expect_found(pid_t pid, pid_t sshd)
{
	cr_assert_eq(ancestor_sshd(proc.path, pid, &found), OK);
	cr_expect_eq(found.pid, sshd);
}

Test(os_ancestor, of_a_user_s_session_is_the_monitor)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 7777);
	PROC(&proc, .pid = 201, .parent = 200, .name = "sshd", .uid = 1000);
	PROC(&proc, .pid = 202, .parent = 201, .name = "gate", .uid = 1000);
	expect_found(202, 200);
	cr_expect_eq(found.start, 7777);
}

Test(os_ancestor, of_root_s_session_is_the_parent)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: root@pts/0", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "gate");
	expect_found(201, 200);
	PROC(&proc, .pid = 300, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: root@pts/1", .start = 9);
	PROC(&proc, .pid = 301, .parent = 300, .name = "gate");
	expect_found(301, 300);
}

Test(os_ancestor, of_a_newer_sshd_has_a_name_of_its_own)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd-session",
	    .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "gate");
	expect_found(201, 200);
}

Test(os_ancestor, of_a_socket_of_systemd_s_has_no_listener_above)
{
	PROC(&proc, .pid = 200, .parent = 1, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "sshd", .uid = 1000);
	PROC(&proc, .pid = 202, .parent = 201, .name = "gate", .uid = 1000);
	expect_found(202, 200);
}

/* The dialogue of PAM is a child's, the session of PAM the monitor's own. */
Test(os_ancestor, of_pam_is_the_monitor)
{
	static const char *const names[] = {"sshd", "sshd-session"};

	for (size_t i = 0; i < 2; i++) {
		PROC(&proc, .pid = 200, .parent = LISTENER, .name = names[i],
		    .title = "sshd: alice [priv]", .start = 8);
		PROC(&proc, .pid = 201, .parent = 200, .name = names[i],
		    .title = "sshd: alice [pam]", .start = 9);
		expect_found(201, 200);
		expect_found(200, 200);
	}
}

/* An sshd that root runs by hand is a listener of its own. */
Test(os_ancestor, of_a_listener_below_a_session_is_not_that_session)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: root@pts/0", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "sshd", .title = TITLE,
	    .start = 9);
	PROC(&proc, .pid = 202, .parent = 201, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 10);
	PROC(&proc, .pid = 203, .parent = 202, .name = "sshd", .uid = 1000);
	expect_found(203, 202);
}

/* What root's session runs, and serves somebody else over that connection. */
Test(os_ancestor, of_an_sshd_for_one_below_a_session_is_not_that_session)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: root@notty", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 9);
	PROC(&proc, .pid = 202, .parent = 201, .name = "sshd", .uid = 1000);
	expect_found(202, 201);
	PROC(&proc, .pid = 203, .parent = 201, .name = "sshd",
	    .title = "sshd: alice [pam]", .start = 10);
	expect_found(203, 201);
}

Test(os_ancestor, is_never_the_listener)
{
	PROC(&proc, .pid = 201, .parent = LISTENER, .name = "gate");
	expect_none(201);
	expect_none(LISTENER);
}

/* Whatever a user calls his programs, they do not run as root. */
Test(os_ancestor, is_no_process_of_a_user_s)
{
	PROC(&proc, .pid = 200, .parent = 1, .name = "sshd-session",
	    .title = "sshd: alice [priv]", .uid = 1000, .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "gate", .uid = 1000);
	expect_none(201);
}

Test(os_ancestor, is_no_other_program_of_root_s)
{
	PROC(&proc, .pid = 200, .parent = 1, .name = "cron",
	    .title = "sshd: alice [priv]", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "gate", .uid = 1000);
	expect_none(201);
}

/* sudo by a link that is called sshd: root's, and below a user's shell. */
Test(os_ancestor, is_not_what_is_merely_called_sshd)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "sshd", .uid = 1000);
	PROC(&proc, .pid = 202, .parent = 201, .name = "bash", .uid = 1000);
	PROC(&proc, .pid = 203, .parent = 202, .name = "sshd", .title = "sshd",
	    .start = 9);
	PROC(&proc, .pid = 204, .parent = 203, .name = "gate", .uid = 1000);
	expect_none(204);
}

/* That of a user's process can be long: it has a list of his groups. */
Test(os_ancestor, is_found_without_the_status_of_what_is_no_sshd)
{
	char path[128];

	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 8);
	PROC(&proc, .pid = 201, .parent = 200, .name = "sshd", .uid = 1000);
	PROC(&proc, .pid = 202, .parent = 201, .name = ") S 1 (", .uid = 1000);
	(void)snprintf(path, sizeof path, "%s/202/status", proc.path);
	cr_assert_eq(unlink(path), 0);
	expect_found(202, 200);
}

/* Nor are many looked at that a user calls so. */
Test(os_ancestor, is_below_no_row_of_what_is_called_sshd)
{
	PROC(&proc, .pid = 200, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 8);
	for (pid_t pid = 201; pid < 203; pid++)
		PROC(&proc, .pid = pid, .parent = pid - 1, .name = "sshd",
		    .uid = 1000);
	expect_found(201, 200);
	expect_none(202);
}

Test(os_ancestor, that_cannot_be_seen_is_none)
{
	PROC(&proc, .pid = 201, .parent = 200, .name = "gate", .uid = 1000);
	expect_none(201);
	expect_none(999);
	PROC(&proc, .pid = 202, .parent = 202, .name = "gate", .uid = 1000);
	expect_none(202);
}

Test(os_ancestor, is_held_to_its_end_and_is_no_later_process)
{
	struct ancestor a = {.start = 8};
	struct pollfd p = {.events = POLLIN};
	int pipe_end[2];
	char byte;

	cr_assert_eq(pipe(pipe_end), 0);
	a.pid = fork();
	if (a.pid == 0) {
		(void)close(pipe_end[1]);
		_exit(read(pipe_end[0], &byte, 1) == 0 ? 0 : 1);
	}
	cr_assert_gt(a.pid, 0);
	PROC(&proc, .pid = a.pid, .name = "sshd", .start = 8);
	cr_assert_eq(ancestor_hold(proc.path, &a, &p.fd), OK);
	cr_expect_eq(poll(&p, 1, 0), 0, "it lives");
	PROC(&proc, .pid = a.pid, .name = "sshd", .start = 9);
	cr_expect_eq(
	    ancestor_hold(proc.path, &a, &pipe_end[0]), ERR_ABSENT, "another");
	cr_assert_eq(close(pipe_end[1]), 0);
	cr_expect_eq(poll(&p, 1, 20000), 1, "it ended");
	cr_assert_eq(waitpid(a.pid, NULL, 0), a.pid);
	cr_expect_eq(ancestor_hold(proc.path, &a, &pipe_end[0]), ERR_ABSENT);
	(void)close(p.fd);
}
