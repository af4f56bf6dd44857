#include "sftp.h"

#include <criterion/criterion.h>
#include <libssh/sftp.h>

#include "run.h"
#include "terminal.h"

const char *
sftp_by_libssh(const struct user *u, enum how how, int port)
{
	struct login l;
	sftp_session sftp;
	const char *said;

	login_open(&l, u, how, port);
	sftp = sftp_new(l.ssh);
	cr_assert_not_null(sftp);
	(void)sftp_init(sftp);
	cr_assert_null(sftp_canonicalize_path(sftp, "."));
	said = text_format("%s", ssh_get_error(l.ssh));
	sftp_free(sftp);
	login_close(&l);
	return said;
}

#define PARAMIKO                                                    \
	"import paramiko, sys\n"                                    \
	"c = paramiko.SSHClient()\n"                                \
	"c.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n" \
	"c.connect('127.0.0.1', username=sys.argv[1],\n"            \
	"    password=sys.argv[2], allow_agent=False,\n"            \
	"    look_for_keys=False)\n"                                \
	"try: c.open_sftp().listdir('.')\n"                         \
	"except Exception as e: print(type(e).__name__, e)\n"       \
	"else: print('it worked')\n"

const char *
sftp_by_paramiko(const struct user *u)
{
	return run_fine(
	    COMMAND("/usr/bin/python3", "-c", PARAMIKO, u->name, u->password));
}

const char *
sftp_by_openssh(const struct user *u)
{
	struct terminal t;

	terminal_start(&t,
	    COMMAND("sftp", "-F", "none", "-oPubkeyAuthentication=no",
		text_format("%s@127.0.0.1", u->name)));
	terminal_await(&t, "assword: ");
	terminal_type(&t, u->password);
	terminal_type(&t, "\n");
	cr_assert_eq(terminal_finish(&t), 255, "%s", t.seen->bytes);
	return t.seen->bytes;
}
