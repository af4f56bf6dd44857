/*
 * Start-up files: sshd runs the gate by the user's shell, and shells read
 * files and variables of the user first.  Each case plants something that
 * leaves a mark, logs in with the password alone, and looks for the mark.  It
 * does so twice: with the drop-in, and with a drop-in whose SetEnv line lacks
 * the names that close this hole, where the mark must be there: a name that
 * no case needs would be one that nobody tested.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "plant.h"
#include "run.h"
#include "sshd.h"

TestSuite(startup, .timeout = 120);

#define TOUCH "touch %s"

/* ---- files in the home ---- */

Test(startup, bashrc)
{
	CLOSED(.shell = "/bin/bash", .file = ".bashrc", .content = TOUCH,
	    .names = {"HOME", "SHLVL"});
}

Test(startup, zshenv)
{
	CLOSED(.shell = "/usr/bin/zsh", .file = ".zshenv", .content = TOUCH,
	    .names = {"HOME", "ZDOTDIR"});
}

Test(startup, fish_config)
{
	CLOSED(.shell = "/usr/bin/fish", .file = ".config/fish/config.fish",
	    .content = TOUCH, .names = {"HOME", "XDG_CONFIG_HOME"});
}

Test(startup, fish_conf_d)
{
	CLOSED(.shell = "/usr/bin/fish", .file = ".config/fish/conf.d/x.fish",
	    .content = TOUCH, .names = {"HOME", "XDG_CONFIG_HOME"});
}

Test(startup, fish_vendor_conf_d)
{
	CLOSED(.shell = "/usr/bin/fish",
	    .file = ".local/share/fish/vendor_conf.d/x.fish", .content = TOUCH,
	    .names = {"HOME", "XDG_DATA_HOME"});
}

Test(startup, tcshrc)
{
	CLOSED(.shell = "/usr/bin/tcsh", .file = ".tcshrc", .content = TOUCH,
	    .names = {"HOME"});
}

Test(startup, cshrc)
{
	CLOSED(.shell = "/usr/bin/tcsh", .file = ".cshrc", .content = TOUCH,
	    .names = {"HOME"});
}

/* ---- variables from ~/.pam_environment, which Debian's PAM reads ---- */

Test(startup, zdotdir)
{
	CLOSED(.shell = "/usr/bin/zsh", .file = "d/.zshenv", .content = TOUCH,
	    .environment = SETS("ZDOTDIR", "@{HOME}/d"), .names = {"ZDOTDIR"});
}

Test(startup, xdg_config_home)
{
	CLOSED(.shell = "/usr/bin/fish", .file = "d/fish/config.fish",
	    .content = TOUCH,
	    .environment = SETS("XDG_CONFIG_HOME", "@{HOME}/d"),
	    .names = {"XDG_CONFIG_HOME"});
}

Test(startup, xdg_data_home)
{
	CLOSED(.shell = "/usr/bin/fish", .file = "d/fish/vendor_conf.d/x.fish",
	    .content = TOUCH, .environment = SETS("XDG_DATA_HOME", "@{HOME}/d"),
	    .names = {"XDG_DATA_HOME"});
}

Test(startup, xdg_data_dirs)
{
	CLOSED(.shell = "/usr/bin/fish", .file = "d/fish/vendor_conf.d/x.fish",
	    .content = TOUCH, .environment = SETS("XDG_DATA_DIRS", "@{HOME}/d"),
	    .names = {"XDG_DATA_DIRS"});
}

Test(startup, bash_env)
{
	CLOSED(.shell = "/bin/bash", .file = "f", .content = TOUCH,
	    .environment = SETS("BASH_ENV", "@{HOME}/f"),
	    .names = {"BASH_ENV", "POSIXLY_CORRECT"});
}

Test(startup, bash_function_called_exec)
{
	CLOSED(.shell = "/bin/bash", .file = "f", .content = TOUCH,
	    .environment = SETS("BASH_FUNC_exec%%", "() { . @{HOME}/f; }"),
	    .names = {"BASH_FUNC_exec%%", "POSIXLY_CORRECT"});
}

Test(startup, bash_tracing)
{
	CLOSED(.shell = "/bin/bash", .file = "f", .content = TOUCH,
	    .environment =
		SETS("SHELLOPTS", "xtrace") SETS("PS4", "\\$(. @{HOME}/f)"),
	    .names = {"SHELLOPTS", "PS4", "POSIXLY_CORRECT"});
}

Test(startup, fish_function_path)
{
	CLOSED(.shell = "/usr/bin/fish", .file = "d/__fish_set_locale.fish",
	    .content = TOUCH,
	    .environment = SETS("fish_function_path", "@{HOME}/d"),
	    .names = {"fish_function_path"});
}

/* ---- code that the C library loads ---- */

#define CONSTRUCTOR                                               \
	"#include <fcntl.h>\n"                                    \
	"unsigned int la_version(unsigned int v) { return v; }\n" \
	"__attribute__((constructor)) static void mark(void)\n"   \
	"{ (void)creat(\"%s\", 0600); }\n"

#define LIBRARY "gcc -shared -fPIC -o x.so x.c; chmod 0755 . x.so; "

Test(startup, ld_preload)
{
	CLOSED(.shell = "/bin/bash", .file = "x.c", .content = CONSTRUCTOR,
	    .make = LIBRARY, .environment = SETS("LD_PRELOAD", "@{HOME}/x.so"),
	    .names = {"LD_PRELOAD"});
}

Test(startup, ld_audit)
{
	CLOSED(.shell = "/bin/bash", .file = "x.c", .content = CONSTRUCTOR,
	    .make = LIBRARY, .environment = SETS("LD_AUDIT", "@{HOME}/x.so"),
	    .names = {"LD_AUDIT"});
}

/*
 * In place of zsh's libcap: a library of that name which needs the real one
 * under another name.
 */
Test(startup, ld_library_path)
{
	CLOSED(.shell = "/usr/bin/zsh", .file = "x.c", .content = CONSTRUCTOR,
	    .make =
		"gcc -shared -fPIC -o real.so -x c /dev/null; "
		"gcc -shared -fPIC -Wl,--no-as-needed -o libcap.so.2 x.c "
		"-L. -l:real.so; "
		"cp \"$(ldd /usr/bin/zsh | "
		"sed -n 's/.*libcap.so.2 => \\([^ ]*\\).*/\\1/p')\" real.so",
	    .environment = SETS("LD_LIBRARY_PATH", "@{HOME}"),
	    .names = {"LD_LIBRARY_PATH"});
}

/* A locale of a character set that only a module of the user's can read. */
Test(startup, locale_and_character_set)
{
	CLOSED(.shell = "/bin/bash", .file = "x.c", .content = CONSTRUCTOR,
	    .make = LIBRARY "cp -r /usr/lib/locale/C.utf8 xx; "
			    "sed -i 's/UTF-8/UTF-X/' xx/LC_CTYPE; "
			    "printf 'module UTF-X// INTERNAL x 1\n"
			    "module INTERNAL UTF-X// x 1\n' >gconv-modules",
	    .environment = SETS("LOCPATH", "@{HOME}")
		SETS("GCONV_PATH", "@{HOME}") SETS("LC_ALL", "xx"),
	    .names = {"LOCPATH", "GCONV_PATH"});
}

/* ---- files that are written ---- */

Test(startup, ld_debug_output)
{
	CLOSED(.shell = "/bin/bash", .mark = "mark.*",
	    .environment = SETS("LD_DEBUG", "libs")
		SETS("LD_DEBUG_OUTPUT", "@{HOME}/mark"),
	    .names = {"LD_DEBUG_OUTPUT"});
}

Test(startup, ld_profile)
{
	CLOSED(.shell = "/bin/bash", .mark = "*.profile",
	    .environment = SETS("LD_PROFILE", "libc.so.6")
		SETS("LD_PROFILE_OUTPUT", "@{HOME}"),
	    .names = {"LD_PROFILE"});
}

Test(startup, fish_debug_output)
{
	CLOSED(.shell = "/usr/bin/fish",
	    .environment = SETS("FISH_DEBUG_OUTPUT", "@{HOME}/mark"),
	    .names = {"FISH_DEBUG_OUTPUT"});
}

/* ---- files that are read ---- */

/* A FIFO for tcsh's messages: whoever opens it waits for this side. */
Test(startup, message_catalogue)
{
	struct user u = user_new("/usr/bin/tcsh");
	const char *fifo = text_format("%s/f", u.home);
	struct login l;
	struct channel c;
	int fd;

	user_enroll(&u);
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	user_put(&u, ".pam_environment", SETS("NLSPATH", "@{HOME}/f"));
	c = ATTEMPT(.user = &u, .what = IN);
	expect_refused(&c, PROMPT);
	login_open(&l, &u, BY_PASSWORD,
	    sshd_start(
		sshd_gate_without((const char *const[]){"NLSPATH", NULL})));
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	fd = open(fifo, O_WRONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0);
	close(fd);
	login_close(&l);
}

/* ---- where the line is not in force ---- */

/* Whatever the login: start-up files could have run. */
Test(startup, without_the_line_the_gate_lets_nobody_in)
{
	struct user u = user_enrolled();
	int port =
	    sshd_start(sshd_gate_without((const char *const[]){"HOME", NULL}));
	struct channel c;

	c = ATTEMPT(.user = &u, .port = port, .what = IN);
	expect_refused(&c, "SetEnv line");
	cr_assert_eq(channel_prompts(&c), 0);
	user_add_key(&u, "");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = IN);
	expect_refused(&c, "SetEnv line");
}

/* ---- what closing them must not do ---- */

/* fish would complain of a home that it cannot write. */
Test(startup, fish_starts_without_a_word)
{
	struct user u = user_new("/usr/bin/fish");
	struct channel c = ATTEMPT(.user = &u, .what = IN);

	expect_in(&c);
	cr_assert_str_empty(c.err->bytes, "%s", c.err->bytes);
	c = ATTEMPT(.user = &u, .what = IN,
	    .port = sshd_start(sshd_gate_without((const char *const[]){
		"_FISH_WARNED_data", "_FISH_WARNED_config", NULL})));
	cr_assert_str_not_empty(c.err->bytes,
	    "the drop-in does not need "
	    "_FISH_WARNED_data");
}

/* Another name for root, whose shell makes directories wherever it can. */
Test(startup, fish_of_root_leaves_the_empty_home_empty)
{
	const struct user u = user_new_root("/usr/bin/fish");
	const char *const made = "/usr/share/otpgate/empty/fish";

	ATTEMPT(.user = &u, .what = IN);
	cr_assert_neq(access(made, F_OK), 0);
	ATTEMPT(.user = &u, .what = IN,
	    .port =
		sshd_start(sshd_gate_changed(COMMAND("XDG_DATA_HOME=/dev/null",
		    "XDG_DATA_HOME=/usr/share/otpgate/empty"))));
	cr_assert_eq(rmdir(made), 0, "the drop-in does not need /dev/null");
}

/*
 * ksh reads none of these for a command, with the drop-in or without: there is
 * nothing to bite, but another ksh may come.
 */
static void
expect_nothing_read(const char *shell)
{
	struct user u = user_new(shell);
	const char *mark = text_format("%s/mark", u.home);
	const char *line = text_format("touch %s\n", mark);
	struct channel c;

	user_enroll(&u);
	user_put(&u, ".profile", line);
	user_put(&u, ".kshrc", line);
	user_put(&u, ".mkshrc", line);
	user_put(&u, ".pam_environment", SETS("ENV", "@{HOME}/.kshrc"));
	c = ATTEMPT(.user = &u, .what = IN);
	expect_refused(&c, PROMPT);
	cr_assert_neq(access(mark, F_OK), 0, "it ran before the gate");
}

Test(startup, ksh93_reads_nothing)
{
	expect_nothing_read("/usr/bin/ksh93");
}

Test(startup, mksh_reads_nothing)
{
	expect_nothing_read("/usr/bin/mksh");
}
