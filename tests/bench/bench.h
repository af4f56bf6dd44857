/*
 * What server, client and fill agree on.
 *
 * A code opens once, and the next one comes after half a minute.  Here it
 * comes at once: each client has a clock of its own, in memory that it shares
 * with the server, and moves it on before each code.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/error.h"
#include "core/record.h"

#define BENCH_CLIENTS 64 /* at most */
#define BENCH_UID 100000 /* the first user's; the others follow */
#define BENCH_PERIOD 30

#define BENCH_STORE "otpgate.db"
#define BENCH_KEY "seal.key"
#define BENCH_POLICY "otpgate.conf"
#define BENCH_SOCKET "socket"
#define BENCH_CLOCKS "clocks"

struct clocks {
	uint32_t clients; /* user number n is client n % clients' */
	_Atomic int64_t seconds[BENCH_CLIENTS];
};

/* The clocks of the current directory; ends the program without. */
struct clocks *clocks_open(void);

/* The one device of uid. */
struct device bench_device(uint32_t uid);

/* The name of uid: BENCH_NAME bytes. */
#define BENCH_NAME 32
void bench_name(uint32_t uid, char out[static BENCH_NAME]);

/*
 * Ends the program unless the current directory is on a disk: where fsync
 * costs nothing, nothing is measured.
 */
void bench_need_disk(void);

/* Ends the program, with what and error_text(e), unless e is OK. */
void bench_need(enum error e, const char *what);

#endif
