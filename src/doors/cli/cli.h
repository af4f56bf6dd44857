/*
 * otpgate, the command: what one run of it knows, and what carries out each
 * sentence.
 *
 * Rules:
 *   - It MUST decide nothing: otpgated knows from the kernel who asks.
 *   - A secret MUST go to a terminal, or to standard output because somebody
 *     said --json; a code MUST NOT stay in the environment.
 */
#ifndef DOORS_CLI_CLI_H
#define DOORS_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/code.h"
#include "doors/cli/grammar.h"

struct cli {
	struct given given;
	uint32_t uid; /* who runs it */
	bool root;
	bool json;
	char code[CODE_TEXT_MAX]; /* OTPGATE_CODE, or "" */
	int signal; /* what ended a question; the process is to die of it */
};

/* How a sentence ended: exit status 1, 0 and 2. */
enum ending { ENDING_FAILED, ENDING_DONE, ENDING_USAGE };

/* Carries out a sentence; what went wrong was said when it returns. */
#define SENTENCE(name, who, pattern, help) enum ending do_##name(struct cli *c);
#include "doors/cli/sentences.def"
#undef SENTENCE

#endif
