/*
 * Variables that sshd itself lets in: a client's, where the site accepts more
 * than the drop-in does, and those of ~/.ssh/environment.  As in startup.c each
 * case logs in with the password alone and looks for a mark, with the drop-in
 * and without the words of it that close this hole, where the mark must be
 * there.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(sent, .timeout = 120);

/* A file of this name in the home leaves the mark when it is read or loaded. */
#define SCRIPT "./f"
#define LIBRARY "./x.so"

struct sent {
	const char *variables[3][2];
	const char *names[4]; /* of the SetEnv line, that close it */
};

/* A user in whose home SCRIPT and LIBRARY lie: bash starts in it. */
static struct user
user_with_files(void)
{
	struct user u = user_enrolled();

	user_put(&u, "f", text_format("touch %s/mark\n", u.home));
	user_put(&u, "x.c",
	    text_format("#include <fcntl.h>\n"
			"__attribute__((constructor)) static void mark(void)\n"
			"{ (void)creat(\"%s/mark\", 0600); }\n",
		u.home));
	run_fine(COMMAND("sh", "-e", "-c",
	    text_format("cd %s; gcc -shared -fPIC -o x.so x.c; chmod 0755 x.so",
		u.home)));
	return u;
}

/* True when a mark is there, which is then taken away. */
static bool
was_marked(const struct user *u)
{
	return unlink(text_format("%s/mark", u->home)) == 0;
}

static bool
client_marks(const struct user *u, const struct sent *s, const char *config)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD,
	    sshd_start(text_format("AcceptEnv *\n%s", config)));
	channel_open(&c, &l, false);
	for (size_t i = 0; i < 3 && s->variables[i][0] != NULL; i++)
		channel_set(&c, s->variables[i][0], s->variables[i][1]);
	channel_ask(&c, WANT_COMMAND, IN);
	channel_end_input(&c);
	channel_finish(&c);
	login_close(&l);
	return was_marked(u);
}

static void
expect_closed(const struct sent *s)
{
	struct user u = user_with_files();

	cr_assert_not(client_marks(&u, s, SSHD_GATE), "it ran before the gate");
	cr_assert(client_marks(&u, s, sshd_gate_without(s->names)),
	    "the drop-in does not need %s", s->names[0]);
}

#define CLOSED(...) expect_closed(&(struct sent){__VA_ARGS__})

Test(sent, a_function_called_exec)
{
	CLOSED(.variables = {{"BASH_FUNC_exec%%", "() { . " SCRIPT "; }"}},
	    .names = {"BASH_FUNC_exec%%", "POSIXLY_CORRECT"});
}

Test(sent, a_file_that_bash_is_told_to_read)
{
	CLOSED(.variables = {{"BASH_ENV", SCRIPT}},
	    .names = {"BASH_ENV", "POSIXLY_CORRECT"});
}

/* Debian's bash reads ~/.bashrc for the first shell of a login only. */
Test(sent, the_depth_of_shells)
{
	CLOSED(.variables = {{"SHLVL", "3"}, {"BASH_ENV", SCRIPT}},
	    .names = {"SHLVL", "BASH_ENV", "POSIXLY_CORRECT"});
}

Test(sent, a_prompt_of_a_traced_shell)
{
	CLOSED(.variables = {{"SHELLOPTS", "xtrace"},
		   {"PS4", "$(. " SCRIPT ")"}},
	    .names = {"SHELLOPTS", "PS4", "POSIXLY_CORRECT"});
}

Test(sent, a_library)
{
	CLOSED(.variables = {{"LD_PRELOAD", LIBRARY}}, .names = {"LD_PRELOAD"});
}

/* ---- ~/.ssh/environment ---- */

#define PERMIT "PermitUserEnvironment no", "PermitUserEnvironment yes"
#define SET " BASH_ENV=", "", " POSIXLY_CORRECT=1", ""

static bool
file_marks(const struct user *u, const char *config)
{
	user_put(u, ".ssh/environment", "BASH_ENV=" SCRIPT "\n");
	ATTEMPT(.user = u, .what = IN,
	    .port = sshd_start(
		text_format("%sPermitUserEnvironment yes\n", config)));
	return was_marked(u);
}

/* Either line is enough, and one of the two is needed. */
Test(sent, the_users_environment_file)
{
	struct user u = user_with_files();

	cr_assert_not(file_marks(&u, SSHD_GATE));
	cr_assert_not(file_marks(&u, sshd_gate_changed(COMMAND(PERMIT))));
	cr_assert_not(file_marks(&u, sshd_gate_changed(COMMAND(SET))));
	cr_assert(file_marks(&u, sshd_gate_changed(COMMAND(PERMIT, SET))),
	    "the drop-in does not need PermitUserEnvironment");
}
