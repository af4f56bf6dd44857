/*
 * Bytes that the shell before the gate has changed.  fish before 4.0 takes each
 * byte of a variable for a letter where the locale is not UTF-8, and gives it
 * on in UTF-8: a command then arrives as another one.  A variable of the
 * drop-in whose bytes are known tells whether that was done.
 */
#ifndef DOORS_GATE_LETTERS_H
#define DOORS_GATE_LETTERS_H

#include "base/error.h"

#define LETTERS_VARIABLE "OTPGATE_LETTERS"

/*
 * Undoes in place what was done to the variables of environment, those aside
 * that are not handed over.  OK when all are as sshd gave them; ERR_ABSENT
 * without that variable, ERR_FORMAT when something else was done to it, or to
 * another one.
 */
enum error letters_restore(char **environment);

#endif
