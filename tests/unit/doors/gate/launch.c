/* How the gate hands over: each case becomes the session in a child. */
#include "doors/gate/launch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/gate/kind.h"

static char name[] = "ann", home[] = "/", shell[] = "/bin/sh";
static struct facts facts;
static char said[4096];

static void
start(void)
{
	facts = (struct facts){.terminal = -1,
	    .user = {.uid = 1001, .name = name, .home = home, .shell = shell}};
}

TestSuite(doors_gate_launch, .init = start);

static void
read_all(int fd)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, said + used, sizeof said - 1 - used)) > 0)
		used += (size_t)n;
	said[used] = '\0';
}

/*
 * Hands over with input as the standard input; said is then all that was
 * written.  Returns the status of waitpid(2).
 */
static int
hand_over(const char *command, const char *forced, const char *input)
{
	int in[2], out[2], status;
	pid_t child;

	facts.command = command;
	facts.kind = kind_of(command);
	cr_assert_eq(pipe(in), 0);
	cr_assert_eq(pipe(out), 0);
	cr_assert_eq(
	    write(in[1], input, strlen(input)), (ssize_t)strlen(input));
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		(void)dup2(in[0], STDIN_FILENO);
		(void)dup2(out[1], STDOUT_FILENO);
		(void)dup2(out[1], STDERR_FILENO);
		(void)close(in[1]);
		(void)close(out[0]);
		_exit(launch(&facts, forced));
	}
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(out[1]);
	read_all(out[0]);
	(void)close(out[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}

static void
expect_exit(int status, int want)
{
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), want);
}

Test(doors_gate_launch, runs_a_command_by_the_shell)
{
	expect_exit(hand_over("echo \"$0\" $HOME; exit 5", NULL, ""), 5);
	cr_expect_str_eq(said, "sh /\n");
}

Test(doors_gate_launch, runs_a_login_shell_where_nothing_is_asked_for)
{
	expect_exit(hand_over(NULL, NULL, "echo \"$0\"; exit 3\n"), 3);
	cr_expect_str_eq(said, "-sh\n");
}

/* An empty command is not a shell: sh -c "" ends at once. */
Test(doors_gate_launch, tells_an_empty_command_from_none)
{
	expect_exit(hand_over("", NULL, "echo wrong\n"), 0);
	cr_expect_str_eq(said, "");
}

Test(doors_gate_launch, is_gone_afterwards)
{
	int status = hand_over("kill -9 $$", NULL, "");

	cr_expect(WIFSIGNALED(status));
	cr_expect_eq(WTERMSIG(status), SIGKILL);
}

Test(doors_gate_launch, runs_the_keys_command_in_place_of_the_clients)
{
	cr_assert_eq(setenv("SSH_ORIGINAL_COMMAND", "id -u", 1), 0);
	expect_exit(
	    hand_over("id -u", "echo only: $SSH_ORIGINAL_COMMAND", ""), 0);
	cr_expect_str_eq(said, "only: id -u\n");
	expect_exit(hand_over(NULL, "echo only", "id -u\n"), 0);
	cr_expect_str_eq(said, "only\n");
	expect_exit(hand_over("internal-sftp", "echo only", ""), 0);
	cr_expect_str_eq(said, "only\n");
	/* Without a forced command the request is no variable. */
	expect_exit(hand_over("echo [$SSH_ORIGINAL_COMMAND]", NULL, ""), 0);
	cr_expect_str_eq(said, "[]\n");
}

Test(doors_gate_launch, gives_a_key_for_sftp_nothing_else)
{
	expect_exit(hand_over("id", "internal-sftp", ""), 1);
	cr_expect_str_eq(said, "This service allows sftp connections only.\n");
	expect_exit(hand_over(NULL, "internal-sftp -R", "id\n"), 1);
	cr_expect_str_eq(said, "This service allows sftp connections only.\n");
}

/*
 * The mask behind that name, less those between SIGSYS and SIGRTMIN: they are
 * the C library's, no program can set them, and some callers of a test ignore
 * them.
 */
static uint64_t
signals_said(const char *label)
{
	const char *mask = strstr(said, label);
	uint64_t own = 0;

	cr_assert_not_null(mask, "%s: %s", label, said);
	for (int i = SIGSYS + 1; i < SIGRTMIN; i++)
		own |= UINT64_C(1) << (i - 1);
	return strtoull(mask + strlen(label), NULL, 16) & ~own;
}

Test(doors_gate_launch, leaves_nothing_of_the_gate_behind)
{
	char bash[] = "/bin/bash"; /* dash unblocks all signals by itself */
	sigset_t some;
	int fd = open("/dev/null", O_RDONLY);

	cr_assert_geq(fd, 3);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)sigemptyset(&some);
	(void)sigaddset(&some, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &some, NULL);
	facts.user.shell = bash;
	expect_exit(hand_over("grep -E '^Sig(Blk|Ign)' /proc/self/status; "
			      "cd /proc/self/fd; echo ?*",
			NULL, ""),
	    0);
	cr_expect_eq(signals_said("SigBlk:\t"), 0u, "%s", said);
	cr_expect_eq(signals_said("SigIgn:\t"), 0u, "%s", said);
	cr_expect_not_null(
	    strstr(said, "\n0 1 2 3\n"), "%s (3 is the listing's own)", said);
}

Test(doors_gate_launch, says_why_a_shell_cannot_be_started)
{
	char missing[] = "/nonexistent/shell", directory[] = "/tmp";
	static char long_name[400] = "/bin/";

	facts.user.shell = missing;
	expect_exit(hand_over(NULL, NULL, ""), 1);
	cr_expect_str_eq(
	    said, "/nonexistent/shell: No such file or directory\n");
	expect_exit(hand_over("id", NULL, ""), 1);
	facts.user.shell = directory;
	expect_exit(hand_over(NULL, NULL, ""), 1);
	cr_expect_str_eq(said, "/tmp: Permission denied\n");
	memset(long_name + 5, 'x', sizeof long_name - 6);
	facts.user.shell = long_name;
	expect_exit(hand_over(NULL, NULL, ""), 1);
	cr_expect_not_null(strstr(said, "Invalid argument"));
}

Test(doors_gate_launch, goes_on_without_a_home)
{
	char missing[] = "/nonexistent/home";

	facts.user.home = missing;
	expect_exit(hand_over("echo $HOME", NULL, ""), 0);
	cr_expect_str_eq(said, "/nonexistent/home\n");
}

Test(doors_gate_launch, cuts_arguments_as_sshd_does)
{
	char text[] = "  -l INFO  -u 0077 ", many[] = "1 2 3 4 5 6 7 8 9 10",
	     none[] = "";
	char *words[LAUNCH_WORDS];

	launch_split(text, words);
	cr_expect_str_eq(words[1], "-l");
	cr_expect_str_eq(words[4], "0077");
	cr_expect_null(words[5]);
	launch_split(many, words);
	cr_expect_str_eq(words[8], "8");
	cr_expect_null(words[9]);
	launch_split(none, words);
	cr_expect_null(words[1]);
}
