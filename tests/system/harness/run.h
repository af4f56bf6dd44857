/*
 * Running programs, and what they leave: output, errors, status.
 */
#ifndef SYSTEM_RUN_H
#define SYSTEM_RUN_H

#include <stdint.h>
#include <sys/types.h>

#include "text.h"

/*
 * Milliseconds after which something that should have come never will. Only a
 * broken program meets it: nothing is timed by it.
 */
#define DEADLINE 30000

/* An argument list: COMMAND("otpgate", "users"). */
#define COMMAND(...) ((const char *const[]){__VA_ARGS__, NULL})

struct result {
	int status; /* the exit status, or 128 and the signal's number */
	struct text *out, *err;
};

/* Milliseconds of a clock that never steps. */
int64_t run_clock(void);

/*
 * Runs argv to its end, with input as standard input (NULL: none), as root or
 * as uid, a user with no other groups.
 */
struct result run(const char *const argv[]);
struct result run_input(const char *const argv[], const char *input);
struct result run_as(uid_t uid, const char *const argv[], const char *input);

/* The same, and the test fails unless the status is 0; standard output. */
const char *run_fine(const char *const argv[]);

/* Waits for a process to end; its status as in struct result. */
int run_wait(pid_t pid);

/* Waits until process pid, of whoever, is there no more. */
void run_await_death(pid_t pid);

#endif
