/*
 * libssh_client shell | exec COMMAND | sftp FILE COPY
 *
 * What a program with libssh does, as its tutorial has it; drivers says what
 * is in the environment.
 */
#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void
fail(ssh_session ssh)
{
	fprintf(stderr, "libssh: %s\n", ssh_get_error(ssh));
	exit(1);
}

static ssh_session
connect_to_host(void)
{
	ssh_session ssh = ssh_new();

	if (ssh == NULL ||
	    ssh_options_set(ssh, SSH_OPTIONS_HOST, "127.0.0.1") != SSH_OK ||
	    ssh_options_set(ssh, SSH_OPTIONS_PORT_STR, getenv("port")) !=
		SSH_OK ||
	    ssh_options_set(ssh, SSH_OPTIONS_USER, getenv("user")) != SSH_OK)
		abort();
	if (ssh_connect(ssh) != SSH_OK)
		fail(ssh);
	return ssh;
}

/* ---- proof ---- */

static int
prove_by_key(ssh_session ssh, const char *path)
{
	ssh_key key;

	if (ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &key) != SSH_OK)
		abort();
	return ssh_userauth_publickey(ssh, NULL, key);
}

/* Whatever sshd asks behind the password, as it words it. */
static int
prove_by_keyboard(ssh_session ssh)
{
	int result = ssh_userauth_kbdint(ssh, NULL, NULL);

	while (result == SSH_AUTH_INFO) {
		int n = ssh_userauth_kbdint_getnprompts(ssh);

		printf("%s\n", ssh_userauth_kbdint_getinstruction(ssh));
		for (int i = 0; i < n; i++) {
			char text[128], echo = 0;
			unsigned int at = (unsigned int)i;

			if (ssh_getpass(
				ssh_userauth_kbdint_getprompt(ssh, at, &echo),
				text, sizeof text, echo, 0) != 0)
				return SSH_AUTH_ERROR;
			ssh_userauth_kbdint_setanswer(ssh, at, text);
		}
		result = ssh_userauth_kbdint(ssh, NULL, NULL);
	}
	return result;
}

static int
prove_by_password(ssh_session ssh)
{
	char password[128];
	int result;

	if (ssh_getpass("Password: ", password, sizeof password, 0, 0) != 0)
		return SSH_AUTH_ERROR;
	result = ssh_userauth_password(ssh, NULL, password);
	return result == SSH_AUTH_PARTIAL ? prove_by_keyboard(ssh) : result;
}

/* ---- sessions ---- */

static ssh_channel
session_open(ssh_session ssh, bool terminal)
{
	ssh_channel channel = ssh_channel_new(ssh);
	const char *code = getenv("code");

	if (channel == NULL || ssh_channel_open_session(channel) != SSH_OK)
		fail(ssh);
	if (code[0] != '\0' &&
	    ssh_channel_request_env(channel, "OTPGATE_CODE", code) != SSH_OK)
		fail(ssh);
	if (terminal && ssh_channel_request_pty(channel) != SSH_OK)
		fail(ssh);
	return channel;
}

/* Writes what came on that stream. */
static void
show(ssh_channel channel, int is_stderr)
{
	char bytes[4096];
	int n;

	while ((n = ssh_channel_read_nonblocking(
		    channel, bytes, sizeof bytes, is_stderr)) > 0)
		if (write(STDOUT_FILENO, bytes, (size_t)n) != n)
			abort();
}

static void
send_line(ssh_channel channel)
{
	char bytes[4096];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

	if (n <= 0 || ssh_channel_write(channel, bytes, (uint32_t)n) != n)
		abort();
}

/* Both ways until the session ends; its status. */
static int
relay(ssh_session ssh, ssh_channel channel)
{
	struct pollfd p[] = {{.fd = ssh_get_fd(ssh), .events = POLLIN},
	    {.fd = STDIN_FILENO, .events = POLLIN}};

	for (;;) {
		show(channel, 0);
		show(channel, 1);
		if (ssh_channel_is_eof(channel) ||
		    ssh_channel_is_closed(channel))
			return ssh_channel_get_exit_status(channel);
		if (poll(p, 2, -1) > 0 && p[1].revents != 0)
			send_line(channel);
	}
}

static int
shell(ssh_session ssh)
{
	ssh_channel channel = session_open(ssh, true);

	if (ssh_channel_request_shell(channel) != SSH_OK)
		fail(ssh);
	return relay(ssh, channel);
}

static int
execute(ssh_session ssh, const char *command, bool terminal)
{
	ssh_channel channel = session_open(ssh, terminal);

	if (ssh_channel_request_exec(channel, command) != SSH_OK)
		fail(ssh);
	return relay(ssh, channel);
}

static int
copy(ssh_session ssh, const char *from, const char *to)
{
	ssh_channel channel = session_open(ssh, false);
	char bytes[4096];
	sftp_session sftp;
	sftp_file file;
	FILE *in = fopen(from, "re");
	size_t size;

	if (in == NULL)
		abort();
	if (ssh_channel_request_sftp(channel) != SSH_OK)
		fail(ssh);
	sftp = sftp_new_channel(ssh, channel);
	if (sftp == NULL || sftp_init(sftp) != SSH_OK)
		fail(ssh);
	file = sftp_open(sftp, to, O_WRONLY | O_CREAT, 0600);
	size = fread(bytes, 1, sizeof bytes, in);
	if (file == NULL || sftp_write(file, bytes, size) != (ssize_t)size ||
	    sftp_close(file) != SSH_OK)
		fail(ssh);
	return 0;
}

int
main(int argc, char **argv)
{
	ssh_session ssh = connect_to_host();
	const char *key = getenv("key");
	int proof =
	    key[0] != '\0' ? prove_by_key(ssh, key) : prove_by_password(ssh);

	if (proof != SSH_AUTH_SUCCESS)
		fail(ssh);
	if (getenv("connection")[0] != '\0')
		(void)execute(ssh, "true", true);
	if (argc == 2 && strcmp(argv[1], "shell") == 0)
		return shell(ssh);
	if (argc == 3 && strcmp(argv[1], "exec") == 0)
		return execute(ssh, argv[2], false);
	if (argc == 4 && strcmp(argv[1], "sftp") == 0)
		return copy(ssh, argv[2], argv[3]);
	abort();
}
