/*
 * server
 *
 * otpgated on the store, key, policy and socket of the current directory: the
 * product's own objects, but no root to give up, and the clocks of bench.h.
 * Serves until SIGTERM.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "daemon/answer.h"
#include "daemon/daemon.h"
#include "daemon/server.h"
#include "os/local_socket.h"
#include "os/syslog.h"
#include "os/trusted_file.h"

static struct clocks *clocks;
static int64_t now; /* of the client that is being answered */

static int64_t
bench_now(void *context)
{
	(void)context;
	return now;
}

/* The linker puts it before answer(): the client's clock is set. */
void __real_answer(struct daemon *d, struct caller *c, const uint8_t *request,
    size_t size, struct writer *w);
void __wrap_answer(struct daemon *d, struct caller *c, const uint8_t *request,
    size_t size, struct writer *w);

void
__wrap_answer(struct daemon *d, struct caller *c, const uint8_t *request,
    size_t size, struct writer *w)
{
	struct reader r;

	reader_init(&r, request, size);
	(void)read_u16(&r); /* version and verb; then comes the uid */
	now = clocks->seconds[(read_u32(&r) - BENCH_UID) % clocks->clients];
	__real_answer(d, c, request, size, w);
}

static void
block_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void
open_daemon(struct daemon *d)
{
	const struct config_place place = {
	    .file = BENCH_POLICY, .owner = geteuid(), .own_path = BENCH_POLICY};
	const struct time_source source = {bench_now, NULL};
	char key[SEAL_FILE_SIZE + 1];
	size_t size;

	bench_need(daemon_open(d, &place, source), "daemon");
	bench_need(trusted_file_read(
		       BENCH_KEY, geteuid(), 077, key, SEAL_FILE_SIZE, &size),
	    BENCH_KEY);
	daemon_take_store(d, key, size, BENCH_STORE);
	if (!d->store_good)
		errx(1, "%s", d->store_detail);
	bench_need(store_begin(d->store), "begin");
	bench_need(daemon_read_policy(d, true, NULL), BENCH_POLICY);
	bench_need(store_commit(d->store), "commit");
}

int
main(void)
{
	static struct daemon d;
	int listener;

	bench_need_disk();
	syslog_open("otpgated");
	log_open(syslog_sink);
	block_signals();
	clocks = clocks_open();
	open_daemon(&d);
	bench_need(socket_listen(BENCH_SOCKET, &listener), BENCH_SOCKET);
	puts("ready");
	(void)fflush(stdout);
	bench_need(server_run(&d, listener), "the loop");
	daemon_close(&d);
	return 0;
}
