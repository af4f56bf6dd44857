/*
 * A /proc of the test's own: what proc(5) says of processes, for whoever is
 * told to look there.
 */
#ifndef UNIT_OS_PROC_H
#define UNIT_OS_PROC_H

#include <stdint.h>
#include <sys/types.h>

struct proc {
	char path[64];
};

struct proc_entry {
	pid_t pid, parent;
	const char *name;
	const char *title; /* NULL: the name */
	unsigned int uid;
	uint64_t start;
};

void proc_open(struct proc *p);
void proc_close(struct proc *p);

/* Writes a process, or writes it anew. */
void proc_put(const struct proc *p, const struct proc_entry *entry);
void proc_remove(const struct proc *p, pid_t pid);

/* proc_put(), from a list of the fields. */
#define PROC(p, ...) proc_put(p, &(struct proc_entry){__VA_ARGS__})

#endif
