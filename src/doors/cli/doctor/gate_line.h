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
#include "doors/gate/arguments.h"

#define GATE_LINE_MAX 4096
#define GATE_WORDS_MAX 64

struct gate_line {
	char text[GATE_LINE_MAX]; /* what the words point into */
	struct arguments words;
};

/*
 * OK when command is "exec", the program gate and words that the gate takes,
 * and nothing for a shell besides; ERR_ABSENT when it does not begin with the
 * gate, else ERR_REFUSED.
 */
enum error gate_line_read(
    struct gate_line *out, const char *command, const char *gate);

/*
 * The first of the words of value, with blanks between, that is not among
 * lists, copied into out of size bytes; false when there is none, and where
 * value is "none".  "%h/x" and "x" are the same list.
 */
bool gate_line_lacks(
    const struct patterns *lists, const char *value, char *out, size_t size);

/* True where list is among the words of value, in either spelling. */
bool gate_line_names(const char *value, const char *list);

#endif
