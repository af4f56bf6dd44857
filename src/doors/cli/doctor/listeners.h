/*
 * The sshds that listen on this machine, and how each was started.
 *
 * sshd shows its words in its title (proc(5), cmdline), joined by blanks and
 * cut where there was no room: what cannot be told from it is said to be so.
 */
#ifndef DOORS_CLI_DOCTOR_LISTENERS_H
#define DOORS_CLI_DOCTOR_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LISTENERS_MAX 16
#define LISTENER_WORDS_MAX 24
#define LISTENER_TEXT_MAX 1024

struct listener {
	pid_t pid; /* 0 for the machine's own, which may not run */
	char program[256];
	char name[64];		       /* what PAM takes for the service */
	char text[LISTENER_TEXT_MAX];  /* its words, with a NUL after each */
	size_t at[LISTENER_WORDS_MAX]; /* those that tell its configuration */
	size_t count;
	bool legible;	/* false: how it was started cannot be told */
	bool contained; /* it is another system's: a container's */
};

struct listeners {
	struct listener listener[LISTENERS_MAX];
	size_t count;
	bool more; /* there were more, or /proc cannot be read */
};

/*
 * Reads a title of an sshd.  False where it is none of a listener's; else
 * name, words and legible are set.
 */
bool listener_read(struct listener *out, const char *title);

/* Word number i of those that tell its configuration. */
const char *listener_word(const struct listener *l, size_t i);

/* The listeners of the machine, each with another configuration. */
void listeners_find(struct listeners *out);

/* The file of its -f, or standard. */
const char *listener_file(const struct listener *l, const char *standard);

#endif
