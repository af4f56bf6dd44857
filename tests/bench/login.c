/*
 * login PORT USER SECRET LATER HOW
 *
 * One login to this machine by password and code, and a second session on its
 * connection; prints the milliseconds of each: from connect(2) to the end of
 * "true", and from its request to that.
 *
 * SECRET is base32; the code is that of the present step and LATER more.  HOW:
 * "dialogue", all that is asked in keyboard-interactive; "steps", the password
 * first and the code then.  Where a session is asked, it is answered as well.
 */
#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "bench/bench.h"
#include "core/base32.h"
#include "core/totp.h"

#define PROMPT "Verification code: "

static char code[16];
static char password[64];

static void
need(bool good, ssh_session ssh, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "login: %s: %s\n", what, ssh_get_error(ssh));
	exit(1);
}

static double
milliseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
make_code(const char *text, uint64_t later)
{
	const struct totp_form form = {.digits = 6, .period = BENCH_PERIOD};
	struct totp *totp = totp_new();
	struct secret secret;
	uint8_t bytes[64];
	uint32_t number;
	size_t size;

	bench_need(totp == NULL ? ERR_MEMORY : OK, "totp");
	bench_need(base32_decode(bytes, sizeof bytes, &size, text), "secret");
	bench_need(secret_set(&secret, bytes, size), "secret");
	bench_need(totp_code(totp, &form, &secret,
		       totp_step(&form, (int64_t)time(NULL)) + later, &number),
	    "code");
	bench_need(text_print(code, sizeof code, "%06u", number), "code");
	totp_free(&totp);
}

static ssh_session
open_connection(unsigned int port, const char *user)
{
	ssh_session ssh = ssh_new();
	const bool no = false, yes = true;

	if (ssh == NULL)
		exit(1);
	(void)ssh_options_set(ssh, SSH_OPTIONS_HOST, "127.0.0.1");
	(void)ssh_options_set(ssh, SSH_OPTIONS_PORT, &port);
	(void)ssh_options_set(ssh, SSH_OPTIONS_USER, user);
	(void)ssh_options_set(ssh, SSH_OPTIONS_NODELAY, &yes);
	(void)ssh_options_set(ssh, SSH_OPTIONS_PROCESS_CONFIG, &no);
	need(ssh_connect(ssh) == SSH_OK, ssh, "connect");
	return ssh;
}

/* PAM's module for passwords says "Password: ", and all others do not. */
static int
answer_all(ssh_session ssh)
{
	int result = ssh_userauth_kbdint(ssh, NULL, NULL);

	while (result == SSH_AUTH_INFO) {
		int prompts = ssh_userauth_kbdint_getnprompts(ssh);

		for (int i = 0; i < prompts; i++) {
			const char *asked = ssh_userauth_kbdint_getprompt(
			    ssh, (unsigned int)i, NULL);
			bool first = strncmp(asked, "Password", 8) == 0;

			(void)ssh_userauth_kbdint_setanswer(
			    ssh, (unsigned int)i, first ? password : code);
		}
		result = ssh_userauth_kbdint(ssh, NULL, NULL);
	}
	return result;
}

static void
prove(ssh_session ssh, bool steps)
{
	need(!steps ||
		ssh_userauth_password(ssh, NULL, password) == SSH_AUTH_PARTIAL,
	    ssh, "password");
	need(answer_all(ssh) == SSH_AUTH_SUCCESS, ssh, "log in");
}

/* Runs "true" to its end, and answers a prompt for a code. */
static void
run(ssh_session ssh)
{
	ssh_channel c = ssh_channel_new(ssh);
	char said[4096] = "";
	size_t used = 0;
	bool answered = false;
	int n;

	need(c != NULL && ssh_channel_open_session(c) == SSH_OK, ssh, "open");
	need(ssh_channel_request_exec(c, "true") == SSH_OK, ssh, "exec");
	while ((n = ssh_channel_read(c, said + used,
		    (uint32_t)(sizeof said - 1 - used), 1)) > 0) {
		used += (size_t)n;
		said[used] = '\0';
		if (!answered && strstr(said, PROMPT) != NULL) {
			answered = true;
			(void)ssh_channel_write(c, code, 6);
			(void)ssh_channel_write(c, "\n", 1);
		}
	}
	if (ssh_channel_get_exit_status(c) != 0) {
		(void)fprintf(stderr, "login: refused: %s\n", said);
		exit(1);
	}
	ssh_channel_free(c);
}

int
main(int argc, char **argv)
{
	const char *given = getenv("BENCH_PASSWORD");
	double began, first, second;
	ssh_session ssh;

	if (argc != 6 || given == NULL)
		return 2;
	bench_need(text_copy(password, sizeof password, given), "password");
	make_code(argv[3], (uint64_t)atol(argv[4]));
	began = milliseconds();
	ssh = open_connection((unsigned int)atol(argv[1]), argv[2]);
	prove(ssh, strcmp(argv[5], "steps") == 0);
	run(ssh);
	first = milliseconds();
	run(ssh);
	second = milliseconds();
	(void)printf("%.2f %.2f\n", first - began, second - first);
	ssh_disconnect(ssh);
	ssh_free(ssh);
	return 0;
}
