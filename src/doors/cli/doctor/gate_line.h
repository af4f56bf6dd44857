/*
 * A ForceCommand as sshd has it: whether it runs our gate, and with what.
 *
 * Pure: text in, words out.
 */
#ifndef DOORS_CLI_DOCTOR_GATE_LINE_H
#define DOORS_CLI_DOCTOR_GATE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define GATE_LINE_MAX 4096
#define GATE_LISTS_MAX 16 /* lists of keys or of principals */

struct gate_line {
	char text[GATE_LINE_MAX]; /* what the words point into */
	const char *keys[GATE_LISTS_MAX];
	size_t key_count;
	const char *principals[GATE_LISTS_MAX];
	size_t principal_count;
	bool unlisted_shell;
	bool fallback;
};

/*
 * OK when command runs the program gate; ERR_ABSENT when it runs another or
 * "none"; of one that runs the gate, ERR_FORMAT when only a shell can read its
 * words, and ERR_REFUSED when the gate refuses them.
 */
enum error gate_line_read(
    struct gate_line *out, const char *command, const char *gate);

/*
 * The first of the words of value, with blanks between, that is not among
 * lists, copied into out of size bytes; false when there is none, and where
 * value is "none".  "%h/x" and "x" are the same list.
 */
bool gate_line_lacks(const char *const *lists, size_t count, const char *value,
    char *out, size_t size);

/* True where list is among the words of value, in either spelling. */
bool gate_line_names(const char *value, const char *list);

#endif
