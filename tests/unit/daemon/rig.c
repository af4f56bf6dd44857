#include "unit/daemon/rig.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/base32.h"

static int64_t
rig_clock(void *context)
{
	return *(int64_t *)context;
}

static void
silent(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

void
rig_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(fd, 0640), 0);
	cr_assert_eq(close(fd), 0);
}

static void
make_store(struct rig *f)
{
	char text[SEAL_FILE_SIZE + 1];
	struct seal *seal = NULL;

	cr_assert_eq(seal_new(&seal), OK);
	seal_write(seal, text);
	cr_assert_eq(store_create(f->store, seal), OK);
	seal_free(&seal);
	daemon_take_store(&f->daemon, text, SEAL_FILE_SIZE, f->store);
	cr_assert(f->daemon.store_good, "%s", f->daemon.store_detail);
}

void
rig_open(struct rig *f, const char *policy)
{
	const struct time_source time = {rig_clock, &f->now};

	memset(f, 0, sizeof *f);
	log_open(silent);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, f->socket), 0);
	(void)text_copy(
	    f->directory, sizeof f->directory, "/tmp/otpgate-unit-XXXXXX");
	cr_assert_not_null(mkdtemp(f->directory));
	(void)text_print(
	    f->policy, sizeof f->policy, "%s/otpgate.conf", f->directory);
	(void)text_print(
	    f->conf_d, sizeof f->conf_d, "%s/conf.d", f->directory);
	(void)text_print(
	    f->own, sizeof f->own, "%s/90-otpgate.conf", f->conf_d);
	(void)text_print(
	    f->store, sizeof f->store, "%s/otpgate.db", f->directory);
	cr_assert_eq(mkdir(f->conf_d, 0750), 0);
	rig_write(f->policy, policy);
	f->now = RIG_NOW;
	f->place = (struct config_place){
	    .file = f->policy,
	    .directory = f->conf_d,
	    .owner = geteuid(),
	    .own_path = f->own,
	};
	cr_assert_eq(daemon_open(&f->daemon, &f->place, time), OK);
	make_store(f);
	cr_assert_eq(store_begin(f->daemon.store), OK);
	(void)daemon_read_policy(&f->daemon, true, NULL);
	cr_assert_eq(store_commit(f->daemon.store), OK);
	rig_connect(f, 0);
}

static void
remove_all(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL)
		(void)unlinkat(dirfd(d), entry->d_name, 0);
	(void)closedir(d);
	(void)rmdir(directory);
}

void
rig_close(struct rig *f)
{
	daemon_close(&f->daemon);
	(void)close(f->socket[0]);
	(void)close(f->socket[1]);
	remove_all(f->conf_d);
	remove_all(f->directory);
}

void
rig_connect(struct rig *f, uint32_t uid)
{
	memset(&f->caller, 0, sizeof f->caller);
	f->caller.peer.uid = uid;
	f->caller.peer.pid = getpid();
	f->caller.fd = f->socket[0];
}

enum status
rig_send(struct rig *f, struct writer *w, enum verb verb, struct reader *r)
{
	static uint8_t bytes[WIRE_REPLY_MAX];
	struct writer reply;
	enum status s = STATUS_REFUSED;

	cr_assert_eq(w->error, OK);
	writer_init(&reply, bytes, sizeof bytes);
	if (f->daemon.store_good && !f->no_turn)
		cr_assert_eq(store_begin(f->daemon.store), OK);
	answer(&f->daemon, &f->caller, w->start, w->used, &reply);
	if (f->daemon.store_good && !f->no_turn)
		cr_assert_eq(store_commit(f->daemon.store), OK);
	reader_init(r, bytes, reply.used);
	cr_assert_eq(get_reply_header(r, verb, &s), OK);
	return s;
}

#define VERB_RIG(verb, request, reply)                                         \
	enum status send_##verb(struct rig *f, const struct wire_##request *q, \
	    struct wire_##reply *a)                                            \
	{                                                                      \
		uint8_t bytes[WIRE_REQUEST_MAX];                               \
		struct writer w;                                               \
		struct reader r;                                               \
		enum status s;                                                 \
                                                                               \
		writer_init(&w, bytes, sizeof bytes);                          \
		put_request_header(&w, VERB_##verb);                           \
		put_##request(&w, q);                                          \
		s = rig_send(f, &w, VERB_##verb, &r);                          \
		memset(a, 0, sizeof *a);                                       \
		if (s == STATUS_OK)                                            \
			get_##reply(&r, a);                                    \
		cr_assert_eq(reader_finish(&r), OK);                           \
		return s;                                                      \
	}
VERB_LIST(VERB_RIG)

void
rig_code(const struct wire_enroll_reply *device, int64_t now,
    char out[static CODE_TEXT_MAX])
{
	const struct totp_form form = {
	    .algorithm = (enum algorithm)device->device.algorithm,
	    .digits = device->device.digits,
	    .period = device->device.period,
	};
	struct totp *totp = totp_new();
	struct secret secret = {0};
	uint32_t code;

	cr_assert_eq(base32_decode(secret.bytes, sizeof secret.bytes,
			 &secret.size, device->secret),
	    OK);
	cr_assert_eq(
	    totp_code(totp, &form, &secret, totp_step(&form, now), &code), OK);
	(void)text_print(out, CODE_TEXT_MAX, "%0*u", (int)form.digits, code);
	totp_free(&totp);
}

void
rig_enroll(struct rig *f, uint32_t uid, struct wire_enroll_reply *device)
{
	struct wire_enroll_request q = {.uid = uid, .account = "alice"};
	struct wire_confirm_request c = {.uid = uid};
	struct wire_recovery_reply codes;

	rig_connect(f, 0);
	cr_assert_eq(send_enroll(f, &q, device), STATUS_OK);
	rig_code(device, f->now - device->device.period, c.code);
	cr_assert_eq(send_confirm(f, &c, &codes), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
}

enum status
rig_log_in(struct rig *f, uint32_t uid, const char *methods, const char *code,
    struct wire_login_reply *a)
{
	struct wire_login_request q = {
	    .uid = uid, .kind = KIND_SHELL, .terminal = 1};

	(void)text_copy(q.service, sizeof q.service, SERVICE_SSH);
	(void)text_copy(q.name, sizeof q.name, "alice");
	(void)text_copy(q.methods, sizeof q.methods, methods);
	(void)text_copy(q.address, sizeof q.address, "192.0.2.7");
	(void)text_copy(q.code, sizeof q.code, code);
	rig_connect(f, uid);
	return send_login(f, &q, a);
}
