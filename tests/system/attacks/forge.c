#include "forge.h"

#include <criterion/criterion.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"

struct result
forge_run(const struct user *u, const char *file)
{
	const char *setting = text_format("SSH_USER_AUTH=%s", file);
	const char *argv[] = {"env", "-i", "PATH=/usr/bin:/bin",
	    "HOME=/usr/share/otpgate/empty", "SSH_ORIGINAL_COMMAND=" IN,
	    file == NULL ? "LC_ALL=C" : setting, MACHINE_GATE,
	    "--keys=.ssh/authorized_keys", NULL};

	return run_as(u->uid, argv, NULL);
}

const char *
forge_file(const char *text, uid_t owner, mode_t mode)
{
	const char *path = text_format("/tmp/sshauth.%d", (int)getpid());

	machine_put(path, text, mode);
	cr_assert_eq(chown(path, owner, owner), 0);
	return path;
}
