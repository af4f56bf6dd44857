/*
 * Set-up at a login, as the person at the terminal goes through it.
 */
#ifndef SYSTEM_SETUP_H
#define SYSTEM_SETUP_H

#include "channel.h"
#include "user.h"

#define OFFER "Code from your app (Enter to skip): "
#define DEMAND "Code from your app: " /* it cannot be skipped */
#define GO_ON "Press Enter to go on: "
#define SHELL_PROMPT "$ "

/* A shell on a terminal, of an open login. */
void setup_shell(struct channel *c, struct login *l);

/* Waits for the question, and takes the key from the screen onto u's phone. */
void setup_scan(struct channel *c, const char *question, struct user *u);

/* Answers with a code of it and stays until the shell's prompt. */
void setup_confirm(struct channel *c, struct user *u);

/* Leaves a shell that shows its prompt. */
void setup_leave(struct channel *c);

#endif
