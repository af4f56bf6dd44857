/*
 * fill USERS
 *
 * Makes a store of so many users in the current directory, each with a
 * confirmed device and a set of recovery codes, and its seal key, policy and
 * clocks.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/bench.h"
#include "os/trusted_file.h"
#include "store/store.h"

#define BATCH 5000 /* users of one transaction */

static const char policy[] = "enabled = true;\nssh = true;\n";

static void
add_user(struct store *s, uint32_t uid, int64_t now)
{
	static struct record r;
	uint8_t hash[RECOVERY_COUNT][RECOVERY_HASH];
	struct device d = bench_device(uid);
	char name[BENCH_NAME];

	memset(&r, 0, sizeof r);
	r.uid = uid;
	r.state = RECORD_ABSENT;
	tally_init(&r.tally, now);
	memset(hash, (int)(uid % 251), sizeof hash);
	bench_name(uid, name);
	bench_need(store_add_device(s, &r, &d), "add a device");
	bench_need(store_set_recovery(s, &r,
		       (const uint8_t(*)[RECOVERY_HASH])hash, RECOVERY_COUNT),
	    "recovery codes");
	bench_need(store_set_name(s, &r, name), "a name");
}

static void
add_all(struct store *s, uint32_t users, int64_t now)
{
	for (uint32_t i = 0; i < users;) {
		uint64_t left = 1;

		bench_need(store_begin(s), "begin");
		do
			add_user(s, BENCH_UID + i, now);
		while (++i < users && i % BATCH != 0);
		bench_need(store_commit(s), "commit");
		while (left > 0)
			bench_need(store_fold(s, 4 * BATCH, &left), "fold");
	}
}

static struct seal *
make_store(void)
{
	char text[SEAL_FILE_SIZE + 1];
	struct seal *seal;

	(void)unlink(BENCH_STORE);
	(void)unlink(BENCH_STORE "-wal");
	bench_need(seal_new(&seal), "a seal key");
	seal_write(seal, text);
	bench_need(trusted_file_write(
		       BENCH_KEY, text, SEAL_FILE_SIZE, 0600, (gid_t)-1),
	    BENCH_KEY);
	bench_need(trusted_file_write(BENCH_POLICY, policy, sizeof policy - 1,
		       0600, (gid_t)-1),
	    BENCH_POLICY);
	bench_need(store_create(BENCH_STORE, seal), BENCH_STORE);
	return seal;
}

int
main(int argc, char **argv)
{
	uint64_t users;
	struct clocks *clocks;
	struct seal *seal;
	struct store *s;
	int64_t now = time(NULL);

	if (argc != 2 || text_number(argv[1], 1, 100000000, &users) != OK)
		errx(2, "usage: fill USERS");
	bench_need_disk();
	seal = make_store();
	bench_need(store_open(&s, BENCH_STORE, seal), BENCH_STORE);
	add_all(s, (uint32_t)users, now);
	clocks = clocks_open();
	clocks->clients = 1;
	for (size_t i = 0; i < BENCH_CLIENTS; i++)
		clocks->seconds[i] = now;
	store_close(&s);
	seal_free(&seal);
	return 0;
}
