/*
 * client CLIENTS USERS SECONDS
 *
 * So many processes log users in, through the socket of the current directory,
 * one connection each, as a door does, each with a code that is right and not
 * used.  Prints one line: logins that passed in a second, and how many did not.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/bench.h"
#include "os/clock.h"
#include "wire/ask.h"

struct tally_sheet {
	_Atomic uint32_t ready;
	_Atomic int64_t until; /* clock_milliseconds(); 0: not started */
	uint64_t passed[BENCH_CLIENTS];
	uint64_t refused[BENCH_CLIENTS];
};

struct client {
	uint32_t number, clients, users;
	uint32_t chance;
	struct clocks *clocks;
	struct totp *totp;
};

/* One of the client's own users: number, number + clients, ... */
static uint32_t
choose(struct client *c)
{
	uint32_t own = (c->users - c->number - 1) / c->clients + 1;

	c->chance ^= c->chance << 13;
	c->chance ^= c->chance >> 17;
	c->chance ^= c->chance << 5;
	return BENCH_UID + c->number + c->chance % own * c->clients;
}

/* The next code of uid, at a time that no code was given at before. */
static void
next_code(struct client *c, uint32_t uid, char out[static CODE_TEXT_MAX])
{
	int64_t now = c->clocks->seconds[c->number] += BENCH_PERIOD;
	const struct device d = bench_device(uid);
	uint32_t code;

	bench_need(totp_code(c->totp, &d.form, &d.secret,
		       totp_step(&d.form, now), &code),
	    "a code");
	bench_need(text_print(out, CODE_TEXT_MAX, "%06u", code), "a code");
}

static bool
log_in(struct client *c)
{
	struct wire_login_request q = {
	    .service = SERVICE_SSH, .kind = KIND_SHELL, .terminal = 1};
	struct wire_login_reply reply;
	struct ask ask;
	enum status status;
	bool passed;

	q.uid = choose(c);
	bench_name(q.uid, q.name);
	bench_need(
	    text_copy(q.methods, sizeof q.methods, "keyboard-interactive/pam"),
	    "methods");
	bench_need(
	    text_copy(q.address, sizeof q.address, "192.0.2.7"), "address");
	next_code(c, q.uid, q.code);
	if (ask_open(&ask, BENCH_SOCKET) != OK)
		return false;
	passed = ask_login(&ask, &q, &reply, &status) == OK &&
	    status == STATUS_OK && reply.verdict == VERDICT_PASS &&
	    reply.reason == REASON_CODE_ACCEPTED;
	ask_close(&ask);
	return passed;
}

static void
run(struct client *c, struct tally_sheet *sheet)
{
	c->totp = totp_new();
	c->chance = 2463534242U + c->number;
	sheet->ready++;
	while (sheet->until == 0)
		(void)usleep(1000);
	while (clock_milliseconds() < sheet->until)
		if (log_in(c))
			sheet->passed[c->number]++;
		else
			sheet->refused[c->number]++;
	exit(0);
}

/* Every user's last code was given before the latest of the clocks. */
static void
set_clocks(struct clocks *clocks, uint32_t clients)
{
	int64_t latest = 0;

	for (size_t i = 0; i < BENCH_CLIENTS; i++)
		if (clocks->seconds[i] > latest)
			latest = clocks->seconds[i];
	for (size_t i = 0; i < BENCH_CLIENTS; i++)
		clocks->seconds[i] = latest + BENCH_PERIOD;
	clocks->clients = clients;
}

static void
start(struct client *c, struct tally_sheet *sheet)
{
	for (c->number = 0; c->number < c->clients; c->number++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0)
			run(c, sheet);
	}
	while (sheet->ready < c->clients)
		(void)usleep(1000);
}

static uint64_t
sum(const uint64_t *each, uint32_t count)
{
	return count == 0 ? 0 : each[count - 1] + sum(each, count - 1);
}

int
main(int argc, char **argv)
{
	uint64_t clients, users, seconds;
	struct client c;
	struct tally_sheet *sheet;
	int64_t began;

	if (argc != 4 ||
	    text_number(argv[1], 1, BENCH_CLIENTS, &clients) != OK ||
	    text_number(argv[2], clients, UINT32_MAX, &users) != OK ||
	    text_number(argv[3], 1, 3600, &seconds) != OK)
		errx(2, "usage: client CLIENTS USERS SECONDS");
	c = (struct client){.clients = (uint32_t)clients,
	    .users = (uint32_t)users,
	    .clocks = clocks_open()};
	sheet = mmap(NULL, sizeof *sheet, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sheet == MAP_FAILED)
		err(1, "mmap");
	set_clocks(c.clocks, c.clients);
	start(&c, sheet);
	began = clock_milliseconds();
	sheet->until = began + (int64_t)seconds * 1000;
	while (wait(NULL) > 0)
		;
	printf("%.0f %llu\n",
	    (double)sum(sheet->passed, c.clients) * 1000 /
		(double)(clock_milliseconds() - began),
	    (unsigned long long)sum(sheet->refused, c.clients));
	return 0;
}
