/*
 * keys: what sshd asks whether a key that a client offers is trusted
 * (AuthorizedKeysCommand).
 *
 * It asks otpgated for that one key, prints its line where there is one, and
 * then becomes the site's own command where it was given one.
 *
 * Rules:
 *   - Whatever goes wrong MUST print nothing and fail: sshd then takes no key
 *     from here, the site's neither.
 *   - The site's command MUST be one that sshd itself would run.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "doors/keys/line.h"
#include "os/root_program.h"
#include "os/syslog.h"
#include "places.h"
#include "wire/ask.h"

#define ANSWER_TIME 5000 /* milliseconds; a client waits, and holds a place */
#define USAGE 2

static const char usage[] =
    "usage: keys USER FINGERPRINT [--then COMMAND [ARGUMENT]...]\n"
    "sshd runs it for every key that it is offered; see otpgate-keys(8)\n";

/* sshd throws standard error away: what is wrong stands in the log. */
static int
fail(const char *what, const char *why)
{
	log_message(LOG_LEVEL_ERROR, "keys-failed", "%s: %s", what, why);
	(void)fprintf(stderr, "keys: %s: %s\n", what, why);
	return EXIT_FAILURE;
}

/* ---- the question ---- */

static enum error
describe(const char *user, const char *fingerprint, struct wire_emit_request *q)
{
	const struct passwd *account;

	memset(q, 0, sizeof *q);
	if (text_copy(q->name, sizeof q->name, user) != OK ||
	    text_copy(q->fingerprint, sizeof q->fingerprint, fingerprint) != OK)
		return ERR_LONG;
	errno = 0;
	account = getpwnam(user);
	if (account == NULL)
		return errno == 0 ? ERR_ABSENT : ERR_SYSTEM;
	q->uid = account->pw_uid;
	return OK;
}

static enum error
ask(const struct wire_emit_request *q, struct wire_emit_reply *reply,
    enum status *status)
{
	struct ask a;
	enum error e = ask_open(&a, PATH_SOCKET);

	*status = STATUS_REFUSED;
	if (e != OK)
		return e;
	a.timeout = ANSWER_TIME;
	e = ask_emit(&a, q, reply, status);
	ask_close(&a);
	return e;
}

/* The line of the key; "" where it is not trusted. */
static int
find_line(const char *user, const char *fingerprint, char *out, size_t size)
{
	struct wire_emit_request q;
	struct wire_emit_reply reply;
	enum status status;
	enum error e = describe(user, fingerprint, &q);

	out[0] = '\0';
	if (e != OK)
		return fail("the user", error_text(e));
	e = ask(&q, &reply, &status);
	if (e != OK)
		return fail("otpgated", error_text(e));
	if (status != STATUS_OK)
		return fail("otpgated", status_word(status));
	if (reply.found == 0)
		return EXIT_SUCCESS;
	e = key_line_write(out, size, &reply);
	return e == OK ? EXIT_SUCCESS : fail("the key", error_text(e));
}

/* ---- the site's own command ---- */

static int
become(char *const *command)
{
	(void)execv(command[0], command);
	return fail(command[0], strerror(errno));
}

static int
run(const char *user, const char *fingerprint, char *const *then)
{
	char line[KEY_LINE_MAX];
	enum error e = then == NULL ? OK : root_program_check(then[0]);
	int status;

	if (e != OK)
		return fail(then[0], error_text(e));
	status = find_line(user, fingerprint, line, sizeof line);
	if (status != EXIT_SUCCESS)
		return status;
	if (fputs(line, stdout) < 0 || fflush(stdout) != 0)
		return fail("standard output", strerror(errno));
	return then == NULL ? EXIT_SUCCESS : become(then);
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	bool then = argc > 3 && strcmp(argv[3], "--then") == 0;

	syslog_open("otpgate-keys");
	log_open(syslog_sink);
	if (argc == 2 && strcmp(word, "--help") == 0)
		return fputs(usage, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	if (argc == 2 && strcmp(word, "--version") == 0) {
		(void)printf("otpgate keys %s\n", OTPGATE_VERSION);
		return EXIT_SUCCESS;
	}
	if (argc < 3 || (argc > 3 && (!then || argc == 4))) {
		(void)fputs(usage, stderr);
		(void)fail("the AuthorizedKeysCommand line",
		    "is wrong; see "
		    "otpgate-keys(8)");
		return USAGE;
	}
	return run(word, argv[2], then ? argv + 4 : NULL);
}
