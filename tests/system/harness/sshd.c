#include "sshd.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"
#include "text.h"

/* Below those that the kernel gives to clients (ip_local_port_range). */
#define PORT_FIRST 10000
#define PORT_LAST 32767
#define TAKEN MACHINE_RUN "/ports" /* as many bytes as ports were taken */

const char *
sshd_replace(const char *text, const char *words, const char *other)
{
	struct text *out = text_new();
	const char *hit;

	cr_assert(text_has(text, words), "there is no %s", words);
	for (; (hit = strstr(text, words)) != NULL;
	     text = hit + strlen(words)) {
		text_add(out, text, (size_t)(hit - text));
		text_add(out, other, strlen(other));
	}
	text_add(out, text, strlen(text));
	return out->bytes;
}

/* text without the words that set name. */
static const char *
without_name(const char *text, const char *name)
{
	const char *hit = strstr(text, text_format(" %s=", name));

	cr_assert_not_null(hit, "the drop-in does not set %s", name);
	return sshd_replace(text,
	    text_format("%.*s", 1 + (int)strcspn(hit + 1, " \n"), hit), "");
}

/* The configuration with text as the drop-in. */
static const char *
with_drop_in(const char *text)
{
	static int made;
	const char *path =
	    text_format(MACHINE_RUN "/drop-in-%d-%d", (int)getpid(), made++);

	machine_put(path, text, 0600);
	return text_format("Include %s\n" SSHD_DEBIAN, path);
}

const char *
sshd_gate_without(const char *const names[])
{
	const char *text = machine_get(SSHD_DROP_IN);

	for (; *names != NULL; names++)
		text = without_name(text, *names);
	return with_drop_in(text);
}

const char *
sshd_gate_changed(const char *const pairs[])
{
	const char *text = machine_get(SSHD_DROP_IN);

	for (; *pairs != NULL; pairs += 2)
		text = sshd_replace(text, pairs[0], pairs[1]);
	return with_drop_in(text);
}

/* All take theirs from one file. */
int
sshd_port(void)
{
	int fd = open(TAKEN, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int port;

	cr_assert_geq(fd, 0);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	cr_assert_eq(write(fd, "", 1), 1);
	port = PORT_FIRST + (int)lseek(fd, 0, SEEK_CUR);
	cr_assert_leq(port, PORT_LAST);
	close(fd);
	return port;
}

/*
 * sshd writes its pid file when it listens: a FIFO tells when.  line starts it;
 * $1 is its configuration, $2 what line needs besides.
 */
static int
start_by(const char *line, const char *more, const char *lines)
{
	int port = sshd_port();
	const char *config = text_format(MACHINE_RUN "/sshd-%d.conf", port);
	const char *ready = text_format(MACHINE_RUN "/sshd-%d.pid", port);
	struct pollfd p = {.events = POLLIN};

	machine_put(config,
	    text_format("ListenAddress 127.0.0.1:%d\nPidFile %s\n%s", port,
		ready, lines),
	    0600);
	cr_assert_eq(mkfifo(ready, 0600), 0);
	p.fd = open(ready, O_RDWR | O_CLOEXEC);
	cr_assert_geq(p.fd, 0);
	run_fine(COMMAND("bash", "-e", "-c", line, "bash", config, more));
	cr_assert_eq(poll(&p, 1, DEADLINE), 1, "sshd does not listen");
	close(p.fd);
	return port;
}

int
sshd_start(const char *lines)
{
	return start_by("/usr/sbin/sshd -f \"$1\"", "", lines);
}

/* ---- the auth door ---- */

/* text with other in the place of its line, which must be there. */
static const char *
replace_line(const char *text, const char *line, const char *other)
{
	return sshd_replace(
	    text, text_format("\n%s\n", line), text_format("\n%s\n", other));
}

const char *
sshd_stack(const char *auth, const char *session)
{
	const char *text = replace_line(
	    machine_get("/etc/pam.d/sshd"), "@include common-auth", auth);

	return replace_line(text, "@include common-session",
	    text_format("%s@include common-session", session));
}

static const char *
put_stack(const char *stack)
{
	static int made;
	const char *path =
	    text_format(MACHINE_RUN "/stack-%d-%d", (int)getpid(), made++);

	machine_put(path, stack, 0644);
	return path;
}

int
sshd_start_behind(const char *stack, const char *lines)
{
	return start_by("unshare --mount sh -e -c '"
			"mount --bind \"$2\" /etc/pam.d/sshd; "
			"exec /usr/sbin/sshd -f \"$1\"' sh \"$1\" \"$2\"",
	    put_stack(stack), lines);
}

int
sshd_start_recording(const char *line, const char *words)
{
	const char *last = " --fallback=publickey";

	return sshd_start_behind(sshd_stack("@include common-auth", line),
	    sshd_gate_changed(COMMAND(last, text_format("%s%s", last, words))));
}

int
sshd_start_as(const char *name, const char *stack, const char *lines)
{
	machine_put(text_format("/etc/pam.d/%s", name), stack, 0644);
	return start_by(
	    "! /usr/sbin/sshd -G -f /dev/null -o PAMServiceName=\"$2\" "
	    ">/dev/null 2>&1 || sed -i \"1i PAMServiceName $2\" \"$1\"; "
	    "exec -a /usr/sbin/\"$2\" /usr/sbin/sshd -r -f \"$1\"",
	    name, lines);
}
