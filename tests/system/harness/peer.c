#include "peer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"

static int
open_socket(struct sockaddr_un *at, int flags)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0);

	cr_assert_geq(fd, 0, "%s", strerror(errno));
	memset(at, 0, sizeof(*at));
	at->sun_family = AF_UNIX;
	snprintf(at->sun_path, sizeof(at->sun_path), MACHINE_SOCKET);
	return fd;
}

/* The kernel takes the effective uid at the time of connect(2). */
int
peer_open(uid_t uid)
{
	struct sockaddr_un at;
	int fd = open_socket(&at, 0), result;

	cr_assert_eq(seteuid(uid), 0);
	result = connect(fd, (const struct sockaddr *)&at, sizeof(at));
	cr_assert_eq(seteuid(0), 0);
	if (result == 0)
		return fd;
	close(fd);
	return -1;
}

bool
peer_knock(void)
{
	struct sockaddr_un at;
	int fd = open_socket(&at, SOCK_NONBLOCK);

	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0)
		return true;
	cr_assert_eq(errno, EAGAIN, "%s", strerror(errno));
	close(fd);
	return false;
}

pid_t
peer_stand_in(void (*serve)(int fd))
{
	struct sockaddr_un at;
	int fd = open_socket(&at, 0);
	pid_t pid;

	cr_assert(unlink(MACHINE_SOCKET) == 0 || errno == ENOENT);
	cr_assert_eq(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(chmod(MACHINE_SOCKET, 0666), 0);
	cr_assert_eq(listen(fd, 8), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	while (pid == 0) {
		int connection = accept(fd, NULL, NULL);

		if (serve != NULL)
			serve(connection);
		close(connection);
	}
	close(fd);
	return pid;
}

pid_t
peer_cutter(void)
{
	return peer_stand_in(NULL);
}

struct ask
peer_ask(uid_t uid)
{
	struct ask a = {.fd = peer_open(uid)};

	cr_assert_geq(a.fd, 0);
	return a;
}

bool
peer_send(int fd, const void *bytes, size_t size)
{
	return send(fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
}

int
peer_slow_end(int *reader)
{
	const struct linger linger = {1, 60};
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	static char bytes[65536];
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(listener, (struct sockaddr *)&at, size), 0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	cr_assert_eq(connect(fd, (struct sockaddr *)&at, size), 0);
	*reader = accept(listener, NULL, NULL);
	while (send(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		continue;
	cr_assert_eq(
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
	(void)close(listener);
	return fd;
}

size_t
peer_receive(int fd, void *bytes, size_t max)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;

	cr_assert_eq(poll(&p, 1, DEADLINE), 1, "no answer");
	n = recv(fd, bytes, max, 0);
	return n > 0 ? (size_t)n : 0;
}

struct wire_login_request
peer_login(uid_t uid, const char *code)
{
	struct wire_login_request r = {
	    .uid = uid, .service = SERVICE_SSH, .kind = KIND_COMMAND};

	snprintf(r.methods, sizeof(r.methods), "password");
	snprintf(r.address, sizeof(r.address), "127.0.0.1");
	snprintf(r.code, sizeof(r.code), "%s", code);
	return r;
}

size_t
peer_request(uid_t uid, uint8_t *bytes, size_t max)
{
	struct wire_login_request login = peer_login(uid, "");
	struct writer w;

	writer_init(&w, bytes, max);
	put_request_header(&w, VERB_login);
	put_login_request(&w, &login);
	cr_assert_eq(w.error, OK);
	return w.used;
}

enum reason
peer_try(uid_t peer, const struct user *u, const char *code)
{
	struct wire_login_request request = peer_login(u->uid, code);
	struct wire_login_reply reply;
	struct ask a = {.fd = peer_open(peer)};
	enum status status;
	enum reason reason = REASON_UNDECIDED;

	if (a.fd >= 0 && ask_login(&a, &request, &reply, &status) == OK &&
	    status == STATUS_OK)
		reason = (enum reason)reply.reason;
	ask_close(&a);
	return reason;
}

struct user
peer_enroll(uid_t uid)
{
	struct user u = {.uid = uid,
	    .phone = {.algorithm = "sha1", .digits = 6, .period = 30}};
	struct wire_enroll_request enroll = {
	    .uid = uid, .digits = 6, .period = 30};
	struct wire_confirm_request confirm = {.uid = uid};
	struct wire_enroll_reply enrolled;
	struct wire_recovery_reply recovery;
	struct ask a = peer_ask(0);
	enum status status;

	snprintf(u.name, sizeof(u.name), "n%u", uid);
	snprintf(enroll.name, sizeof(enroll.name), "%s", u.name);
	snprintf(enroll.account, sizeof(enroll.account), "%s", u.name);
	cr_assert_eq(ask_enroll(&a, &enroll, &enrolled, &status), OK);
	cr_assert_eq(status, STATUS_OK, "%s", status_word(status));
	snprintf(u.phone.secret, sizeof(u.phone.secret), "%s", enrolled.secret);
	snprintf(confirm.name, sizeof(confirm.name), "%s", u.name);
	snprintf(
	    confirm.label, sizeof(confirm.label), "%s", enrolled.device.label);
	snprintf(confirm.code, sizeof(confirm.code), "%s", user_code(&u));
	cr_assert_eq(ask_confirm(&a, &confirm, &recovery, &status), OK);
	cr_assert_eq(status, STATUS_OK, "%s", status_word(status));
	cr_assert_eq(recovery.reason, REASON_CODE_ACCEPTED);
	ask_close(&a);
	return u;
}
