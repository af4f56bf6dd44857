#include "doors/gate/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * All names of SetEnv in 00-otpgate-session.conf, whatever they hold: what
 * they held before, if anything, sshd has overwritten.
 */
static const char *const dropped[] = {
    /* The SetEnv line; tests/unit/doors/gate compares the two. */
    "BASHOPTS",
    "BASH_ENV",
    "BASH_FUNC_exec%%",
    "ENV",
    "FISH_DEBUG_OUTPUT",
    "GCONV_PATH",
    "HOME",
    "LD_AUDIT",
    "LD_DEBUG_OUTPUT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LD_PROFILE",
    "LOCPATH",
    "NLSPATH",
    "OTPGATE_LETTERS",
    "POSIXLY_CORRECT",
    "PS4",
    "SHELLOPTS",
    "SHLVL",
    "SSH_USER_AUTH",
    "XDG_CONFIG_HOME",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "ZDOTDIR",
    "_FISH_WARNED_config",
    "_FISH_WARNED_data",
    "fish_function_path",
    /* What a shell leaves behind, and a login shell would not find. */
    "OLDPWD",
    "PWD",
    "_",
    /* Set from the user database. */
    "LOGNAME",
    "SHELL",
    "USER",
    /* Codes. */
    "LC_TOTP",
    "OTPGATE_CODE",
};

bool
environment_drops(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
		if (strlen(dropped[i]) == length &&
		    memcmp(dropped[i], name, length) == 0)
			return true;
	return false;
}

static bool
is(const char *variable, const char *name)
{
	size_t length = strlen(name);

	return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

static bool
hands_over(const char *variable, bool keep_command)
{
	if (environment_drops(variable, strcspn(variable, "=")))
		return false;
	return keep_command || !is(variable, "SSH_ORIGINAL_COMMAND");
}

/* "HOME=...", "SHELL=...", ... with a NUL after each. */
static char *
own_variables(const struct user *user)
{
	const char *const values[][2] = {
	    {"USER", user->name},
	    {"LOGNAME", user->name},
	    {"HOME", user->home},
	    {"SHELL", user->shell},
	};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		(void)fprintf(f, "%s=%s%c", values[i][0], values[i][1], '\0');
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

#define OWN 4 /* variables of own_variables() */

char **
environment_build(
    char **old, const struct user *user, bool keep_command, char **own)
{
	size_t count = 0, used = 0;
	char **out;
	char *at;

	while (old[count] != NULL)
		count++;
	out = calloc(count + OWN + 1, sizeof *out);
	*own = own_variables(user);
	if (out == NULL || *own == NULL) {
		free(out);
		free(*own);
		*own = NULL;
		return NULL;
	}
	at = *own;
	for (size_t i = 0; i < OWN; i++, at += strlen(at) + 1)
		out[used++] = at;
	for (size_t i = 0; i < count; i++)
		if (hands_over(old[i], keep_command))
			out[used++] = old[i];
	return out;
}
