/* Which variables a session gets, and which of the gate's it must not. */
#include "doors/gate/environment.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static char name[] = "ann", home[] = "/home/ann", shell[] = "/bin/zsh";
static const struct user user = {1001, name, home, shell};
static char **built;
static char *own;

/* Builds from text: variables with a newline after each. */
static void
build(const char *text, bool keep_command)
{
	static char copy[1024];
	char *old[32] = {NULL};
	size_t count = 0;

	(void)text_copy(copy, sizeof copy, text);
	for (char *v = strtok(copy, "\n"); v != NULL; v = strtok(NULL, "\n"))
		old[count++] = v;
	built = environment_build(old, &user, keep_command, &own);
	cr_assert_not_null(built);
}

static void
stop(void)
{
	free(built);
	free(own);
}

TestSuite(doors_gate_environment, .fini = stop);

/* All that was built, with a newline after each. */
static const char *
all(void)
{
	static char text[1024];

	text[0] = '\0';
	for (char **v = built; *v != NULL; v++) {
		size_t used = strlen(text);

		cr_assert_eq(
		    text_print(text + used, sizeof text - used, "%s\n", *v),
		    OK);
	}
	return text;
}

#define OWN "USER=ann\nLOGNAME=ann\nHOME=/home/ann\nSHELL=/bin/zsh\n"

Test(doors_gate_environment, comes_from_the_user_database)
{
	build("HOME=/evil\nUSER=root\nLOGNAME=root\nSHELL=/evil\n", false);
	cr_expect_str_eq(all(), OWN);
}

Test(doors_gate_environment, keeps_what_is_the_sessions)
{
	static const char kept[] =
	    "PATH=/bin\nLANG=C\nSSH_TTY=/dev/pts/1\nTERM=x\nHOMER=1\n"
	    "SSH_CONNECTION=1 2 3 4\nENVX=\n";

	build(kept, false);
	cr_expect_eq(strncmp(all(), OWN, sizeof OWN - 1), 0);
	cr_expect_str_eq(all() + sizeof OWN - 1, kept);
}

Test(doors_gate_environment, loses_what_the_gate_needed)
{
	build("SHLVL=1\n_=x\nPWD=/\nOLDPWD=/\nBASH_FUNC_exec%%=\nENV=\n"
	      "POSIXLY_CORRECT=1\nSSH_USER_AUTH=/tmp/sshauth.x\nLD_PRELOAD=\n"
	      "OTPGATE_CODE=123456\nLC_TOTP=123456\nSSH_ORIGINAL_COMMAND=x\n",
	    false);
	cr_expect_str_eq(all(), OWN);
}

/* A forced command may look at what the client asked for; nobody else. */
Test(doors_gate_environment, keeps_the_request_for_a_forced_command)
{
	build("SSH_ORIGINAL_COMMAND=\n", true);
	cr_expect_str_eq(all(), OWN "SSH_ORIGINAL_COMMAND=\n");
}

/* The first SetEnv line of the drop-in; DROP_IN is its path in the tree. */
static char *
set_env(FILE *f)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) >= 0)
		if (text_starts(line, "SetEnv "))
			return line;
	cr_assert_fail("no SetEnv line");
	return NULL;
}

Test(doors_gate_environment, loses_every_name_of_the_drop_in)
{
	FILE *f = fopen(DROP_IN, "r");
	size_t names = 0;
	char *line;

	cr_assert_not_null(f, DROP_IN);
	line = set_env(f);
	for (char *v = strtok(line + strlen("SetEnv "), " \n"); v != NULL;
	     v = strtok(NULL, " \n")) {
		names++;
		cr_expect(environment_drops(v, strcspn(v, "=")), "%s", v);
	}
	cr_expect_geq(names, 20);
	free(line);
	(void)fclose(f);
}
