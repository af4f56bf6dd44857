/*
 * Forwarding never runs a forced command, so the drop-in must refuse every
 * kind of it.  Each is tried with the password alone, and through a plain
 * sshd as well, where it works: else the case would prove nothing.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"

TestSuite(forwarding, .timeout = 120);

/* No xauth is needed to ask for X11. */
#define XAUTH "XAuthLocation /bin/true\n"

/* What a site could have behind the drop-in, with good or bad intentions. */
#define SITE                                                                  \
	XAUTH SSHD_GATE "Match User *\nDisableForwarding no\n"                \
			"AllowTcpForwarding yes\nPermitTunnel yes\n"          \
			"AllowStreamLocalForwarding yes\nX11Forwarding yes\n" \
			"AllowAgentForwarding yes\nGatewayPorts yes\n"

/*
 * try_it() is SSH_OK or SSH_ERROR of one kind of forwarding on a login.
 * Expects it to work through a plain sshd only.
 */
static void
expect_closed(int (*try_it)(struct login *l))
{
	struct user u = user_enrolled();
	const int ports[] = {
	    sshd_start(XAUTH SSHD_DEBIAN), SSHD_GUARDED, sshd_start(SITE)};
	size_t i;

	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		struct login l;

		login_open(&l, &u, BY_PASSWORD, ports[i]);
		cr_assert_eq(
		    try_it(&l), i == 0 ? SSH_OK : SSH_ERROR, "sshd %zu", i);
		login_close(&l);
	}
}

/* ---- by libssh ---- */

/* What -L, -D, -W and ProxyJump ask for. */
static int
try_tcp(struct login *l)
{
	return ssh_channel_open_forward(
	    ssh_channel_new(l->ssh), "127.0.0.1", SSHD_GUARDED, "127.0.0.1", 1);
}

Test(forwarding, tcp_to_the_machine)
{
	expect_closed(try_tcp);
}

static const char *
socket_path(void)
{
	return text_format("/tmp/forwarding-%d", (int)getpid());
}

static int
try_unix(struct login *l)
{
	return ssh_channel_open_forward_unix(
	    ssh_channel_new(l->ssh), socket_path(), "127.0.0.1", 1);
}

Test(forwarding, a_unix_socket_of_the_machine)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	strncpy(at.sun_path, socket_path(), sizeof(at.sun_path) - 1);
	cr_assert_eq(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(listen(fd, 8), 0);
	cr_assert_eq(chmod(socket_path(), 0666), 0);
	expect_closed(try_unix);
	close(fd);
}

static int
try_listen(struct login *l)
{
	int port;

	return ssh_channel_listen_forward(l->ssh, "127.0.0.1", 0, &port);
}

Test(forwarding, tcp_from_the_machine)
{
	expect_closed(try_listen);
}

static int
try_x11(struct login *l)
{
	ssh_channel c = ssh_channel_new(l->ssh);

	cr_assert_eq(ssh_channel_open_session(c), SSH_OK);
	return ssh_channel_request_x11(c, 0, NULL, NULL, 0);
}

Test(forwarding, x11)
{
	expect_closed(try_x11);
}

/* ---- by the real ssh ---- */

/* True when -W brings what sshd's own port says to everybody. */
static bool
banner_comes(const struct user *u, int port)
{
	struct terminal t;
	bool comes;

	terminal_ssh(&t, u, port, COMMAND("-W127.0.0.1:22"));
	while (!(comes = text_has(t.seen->bytes, "SSH-2.0-")) &&
	    text_read(t.seen, t.fd) > 0)
		;
	terminal_hang_up(&t);
	terminal_finish(&t);
	return comes;
}

Test(forwarding, stdio_to_the_machine)
{
	struct user u = user_enrolled();

	cr_assert(banner_comes(&u, sshd_start(SSHD_DEBIAN)));
	cr_assert_not(banner_comes(&u, SSHD_GUARDED));
}

/* An account without a shell: no gate runs, and none is needed. */
Test(forwarding, stdio_of_a_user_whose_shell_is_nologin)
{
	struct user u = user_new("/usr/sbin/nologin");

	user_enroll(&u);
	cr_assert(banner_comes(&u, sshd_start(SSHD_DEBIAN)));
	cr_assert_not(banner_comes(&u, SSHD_GUARDED));
}

/* ssh -N that must set up option or end; -v tells. */
static bool
option_works(
    const struct user *u, int port, const char *option, const char *success)
{
	struct terminal t;
	bool works;

	terminal_ssh(&t, u, port,
	    COMMAND("-v", "-N", "-oExitOnForwardFailure=yes", option));
	while (!(works = text_has(t.seen->bytes, success)) &&
	    text_read(t.seen, t.fd) > 0)
		;
	terminal_hang_up(&t);
	terminal_finish(&t);
	return works;
}

Test(forwarding, a_unix_socket_from_the_machine)
{
	struct user u = user_enrolled();
	const char *option =
	    text_format("-R/tmp/remote-%s:127.0.0.1:22", u.name);
	static const char success[] = "remote forward success";

	cr_assert(option_works(&u, sshd_start(SSHD_DEBIAN), option, success));
	cr_assert_not(option_works(&u, SSHD_GUARDED, option, success));
	cr_assert_not(option_works(&u, sshd_start(SITE), option, success));
}

/* Both ends of the tunnel are here; root's login may open the device. */
Test(forwarding, a_tunnel)
{
	struct user u = user_enrolled();
	const char *option = "-w0:1";
	static const char success[] = "confirm"; /* of the channel */

	cr_assert(mkdir("/dev/net", 0755) == 0);
	cr_assert_eq(
	    mknod("/dev/net/tun", S_IFCHR | 0666, makedev(10, 200)), 0);
	cr_assert_eq(chmod("/dev/net/tun", 0666), 0);
	run_fine(COMMAND(
	    "ip", "tuntap", "add", "tun1", "mode", "tun", "user", u.name));
	cr_assert(option_works(
	    &u, sshd_start("PermitTunnel yes\n" SSHD_DEBIAN), option, success));
	cr_assert_not(option_works(&u, sshd_start(SITE), option, success));
}

/* The agent's socket, as the session sees it. */
static const char *
agent_of(const struct user *u, int port, const char *code)
{
	struct login l;
	struct channel c;

	login_open(&l, u, BY_PASSWORD, port);
	channel_open(&c, &l, false);
	cr_assert_eq(ssh_channel_request_auth_agent(c.ssh), SSH_OK);
	channel_ask(&c, WANT_COMMAND, "echo \"${SSH_AUTH_SOCK-none}\"");
	if (code != NULL) {
		channel_await(&c, PROMPT);
		channel_send(&c, text_format("%s\n", code));
	}
	channel_finish(&c);
	login_close(&l);
	return c.out->bytes;
}

Test(forwarding, the_agent)
{
	struct user u = user_enrolled();

	cr_assert(
	    text_has(agent_of(&u, sshd_start(SSHD_DEBIAN), NULL), "/agent."));
	cr_assert_str_eq(agent_of(&u, SSHD_GUARDED, user_code(&u)), "none\n");
	cr_assert_str_eq(
	    agent_of(&u, sshd_start(SITE), user_code(&u)), "none\n");
}

Test(forwarding, a_keys_own_options_open_nothing)
{
	struct user u = user_enrolled();
	struct login l;

	user_add_key(&u, "restrict,port-forwarding,X11-forwarding ");
	login_open(&l, &u, BY_KEY, SSHD_GUARDED);
	cr_assert_eq(try_tcp(&l), SSH_ERROR);
	cr_assert_eq(try_listen(&l), SSH_ERROR);
	cr_assert_eq(try_x11(&l), SSH_ERROR);
	login_close(&l);
}

/* ---- other ways past a forced command ---- */

/* True when ~/.ssh/rc ran in a login by password at that port. */
static bool
rc_runs(const struct user *u, int port)
{
	const char *mark = text_format("%s/rc-ran", u->home);
	bool ran;

	user_put(u, ".ssh/rc", text_format("touch %s\n", mark));
	ATTEMPT(.user = u, .port = port, .what = IN);
	ran = access(mark, F_OK) == 0;
	(void)unlink(mark);
	return ran;
}

/* sshd runs none for a ForceCommand; beside one that is gone, nor here. */
Test(forwarding, the_users_rc_file_is_not_run)
{
	struct user u = user_enrolled();

	cr_assert_not(rc_runs(&u, SSHD_GUARDED));
	cr_assert_not(rc_runs(&u,
	    sshd_start(sshd_gate_changed(
		COMMAND("ForceCommand exec", "#ForceCommand exec")))));
	cr_assert(rc_runs(&u,
		      sshd_start(sshd_gate_changed(
			  COMMAND("ForceCommand exec", "#ForceCommand exec",
			      "PermitUserRC no", "PermitUserRC yes")))),
	    "the drop-in does not need PermitUserRC");
}

Test(forwarding, a_match_block_of_the_site_does_not_remove_the_gate)
{
	struct user u = user_enrolled();
	int port = sshd_start(
	    SSHD_GATE "Match User *\nForceCommand none\nSetEnv HOME=/\n");
	struct channel c = ATTEMPT(.user = &u, .port = port, .what = IN);

	expect_refused(&c, PROMPT);
}
