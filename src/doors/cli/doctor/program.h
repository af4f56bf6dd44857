/*
 * Running sshd to ask it for its configuration: fixed words, an environment
 * of ours, no input, and an end to it.
 */
#ifndef DOORS_CLI_DOCTOR_PROGRAM_H
#define DOORS_CLI_DOCTOR_PROGRAM_H

#include <stddef.h>

#include "base/error.h"

#define PROGRAM_OUTPUT_MAX 65536
#define PROGRAM_COMPLAINT_MAX 512
#define PROGRAM_TIMEOUT 10000 /* milliseconds */

struct program {
	char output[PROGRAM_OUTPUT_MAX]; /* not terminated */
	size_t size;
	char complaint[PROGRAM_COMPLAINT_MAX]; /* begin of standard error */
};

/*
 * Runs the program words[0] to its end.  OK when it ended with status 0;
 * ERR_ABSENT when it cannot be started, ERR_REFUSED for another status,
 * ERR_LONG for more output, ERR_TIMEOUT, ERR_SYSTEM.
 */
enum error program_run(struct program *p, char *const *words);

#endif
