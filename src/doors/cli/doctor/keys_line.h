/*
 * An AuthorizedKeysCommand as sshd has it: whether it runs our program keys,
 * and with what.
 *
 * Pure: text in, words out.
 */
#ifndef DOORS_CLI_DOCTOR_KEYS_LINE_H
#define DOORS_CLI_DOCTOR_KEYS_LINE_H

#include <stdbool.h>

#include "base/error.h"

#define KEYS_LINE_WORD_MAX 1024

struct keys_line {
	char program[KEYS_LINE_WORD_MAX]; /* "" for none */
	char then[KEYS_LINE_WORD_MAX];	  /* behind --then, or "" */
};

/*
 * OK when command runs the program keys; ERR_ABSENT when it is "none" or "",
 * and ERR_FOREIGN when it runs another one; of one that runs keys, ERR_FORMAT
 * when keys refuses the words.
 */
enum error keys_line_read(
    struct keys_line *out, const char *command, const char *keys);

#endif
