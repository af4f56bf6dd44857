#include "doors/gate/launch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/gate/environment.h"
#include "doors/gate/kind.h"
#include "places.h"

#define STATUS_FAILED 1 /* as sshd's child */

extern char **environ;

/* As sshd left them: all signals default, none blocked, three descriptors. */
static void
reset_process(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	closefrom(STDERR_FILENO + 1);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
start(const char *path, char *const words[], char *const environment[])
{
	reset_process();
	(void)execve(path, words, environment);
	perror(path);
	return STATUS_FAILED;
}

/* "-bash": how a shell knows that it is a login shell. */
static int
start_shell(const struct user *user, char *const environment[])
{
	char name[256];
	char *words[] = {name, NULL};

	if (text_print(name, sizeof name, "-%s", base_name(user->shell)) !=
	    OK) {
		errno = EINVAL;
		perror(user->shell);
		return STATUS_FAILED;
	}
	return start(user->shell, words, environment);
}

/* execve(2) wants writable words; they are copied and never freed. */
static int
start_command(
    const struct user *user, const char *command, char *const environment[])
{
	char dash_c[] = "-c";
	char *words[] = {
	    strdup(base_name(user->shell)), dash_c, strdup(command), NULL};

	if (words[0] == NULL || words[2] == NULL) {
		perror(user->shell);
		return STATUS_FAILED;
	}
	return start(user->shell, words, environment);
}

void
launch_split(char *arguments, char *words[static LAUNCH_WORDS])
{
	char *rest = arguments;
	size_t used = 1;

	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		if (*word != '\0' && used < LAUNCH_WORDS - 1)
			words[used++] = word;
	words[used] = NULL;
}

/* sshd's own sftp server is within sshd; the program beside it is the same. */
static int
start_sftp(const char *arguments, char *const environment[])
{
	char name[] = PATH_SFTP_SERVER;
	char *words[LAUNCH_WORDS] = {name};
	char *copy = strdup(arguments);

	if (copy == NULL) {
		perror(name);
		return STATUS_FAILED;
	}
	launch_split(copy, words);
	return start(name, words, environment);
}

/* sshd's words where a key allows its sftp server and nothing else. */
static int
refuse_other(void)
{
	(void)printf("This service allows sftp connections only.\n");
	(void)fflush(stdout);
	return STATUS_FAILED;
}

int
launch(const struct facts *facts, const char *forced)
{
	const char *command = forced != NULL ? forced : facts->command;
	const char *sftp = kind_internal_sftp(command);
	char **environment, *own;

	if (forced != NULL && sftp != NULL && facts->kind != KIND_SFTP)
		return refuse_other();
	environment =
	    environment_build(environ, &facts->user, forced != NULL, &own);
	if (environment == NULL) {
		perror("otpgate");
		return STATUS_FAILED;
	}
	if (sftp != NULL)
		return start_sftp(sftp, environment);
	if (command != NULL)
		return start_command(&facts->user, command, environment);
	return start_shell(&facts->user, environment);
}
