/*
 * handover
 *
 * The least that a ForceCommand can do: what the client asked for takes its
 * place, in the user's shell.
 */
#include <err.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
	const struct passwd *user = getpwuid(getuid());
	const char *command = getenv("SSH_ORIGINAL_COMMAND");

	if (user == NULL || command == NULL)
		errx(1, "no user or no command");
	(void)setenv("HOME", user->pw_dir, 1);
	(void)execl(
	    user->pw_shell, user->pw_shell, "-c", command, (char *)NULL);
	err(1, "%s", user->pw_shell);
}
