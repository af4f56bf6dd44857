/*
 * The real ssh(1) on a terminal, for what libssh cannot see: the terminal's
 * mode, keys that send signals, a hang-up, what is typed too early.
 */
#ifndef SYSTEM_TERMINAL_H
#define SYSTEM_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "text.h"
#include "user.h"

struct window {
	unsigned short columns, rows;
};

struct terminal {
	int fd;	   /* the side where the person sits */
	pid_t pid; /* of the program on it */
	struct window window;
	struct text *seen;
	size_t at; /* how far terminal_await() has read */
};

/* What terminal_start() and terminal_ssh() take: large enough for a QR code. */
#define WINDOW_LARGE ((struct window){132, 60})

/* Starts argv on a new terminal. */
void terminal_start(struct terminal *t, const char *const argv[]);

/*
 * Starts ssh as u, to port of this machine, with up to four more words
 * (options, a command); types the password where u has no key.
 */
void terminal_ssh(struct terminal *t, const struct user *u, int port,
    const char *const words[]);

/* The same in a window of that size, to SSHD_GUARDED. */
void terminal_ssh_in(struct terminal *t, struct window window,
    const struct user *u, const char *const words[]);

/* Waits until text comes, behind all awaited before. */
void terminal_await(struct terminal *t, const char *text);

void terminal_type(struct terminal *t, const char *text);

/* True when what is typed is shown, by this side's own mode. */
bool terminal_echoes(const struct terminal *t);

/* Takes the terminal away; the program on it gets SIGHUP. */
void terminal_hang_up(struct terminal *t);

/* Reads on until the program ends; its status as in struct result. */
int terminal_finish(struct terminal *t);

#endif
