#include "unit/os/proc.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

void
proc_open(struct proc *p)
{
	(void)text_copy(p->path, sizeof p->path, "/tmp/otpgate-proc-XXXXXX");
	cr_assert_not_null(mkdtemp(p->path));
}

static void
write_file(const struct proc *p, pid_t pid, const char *name, const char *text)
{
	char path[160];
	FILE *f;

	(void)text_print(path, sizeof path, "%s/%ld", p->path, (long)pid);
	(void)mkdir(path, 0755); /* it may be there */
	(void)text_print(
	    path, sizeof path, "%s/%ld/%s", p->path, (long)pid, name);
	(void)unlink(path); /* the disk would be waited for at each close */
	f = fopen(path, "w");
	cr_assert_not_null(f);
	cr_assert_geq(fputs(text, f), 0);
	cr_assert_eq(fclose(f), 0);
}

void
proc_put(const struct proc *p, const struct proc_entry *e)
{
	char text[512];

	(void)text_print(text, sizeof text,
	    "Name:\t%s\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%ld\n"
	    "Pid:\t%ld\nPPid:\t%ld\nUid:\t%u\t%u\t%u\t%u\n"
	    "Gid:\t0\t0\t0\t0\n",
	    e->name, (long)e->pid, (long)e->pid, (long)e->parent, e->uid,
	    e->uid, e->uid, e->uid);
	write_file(p, e->pid, "status", text);
	(void)text_print(text, sizeof text,
	    "%ld (%s) S %ld 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 "
	    "%" PRIu64 " 4096 1 18446744073709551615\n",
	    (long)e->pid, e->name, (long)e->parent, e->start);
	write_file(p, e->pid, "stat", text);
	write_file(p, e->pid, "cmdline", e->title == NULL ? e->name : e->title);
}

void
proc_remove(const struct proc *p, pid_t pid)
{
	static const char *const names[] = {"status", "stat", "cmdline", ""};
	char path[160];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		(void)text_print(path, sizeof path, "%s/%ld/%s", p->path,
		    (long)pid, names[i]);
		(void)remove(path);
	}
}

void
proc_close(struct proc *p)
{
	DIR *d = opendir(p->path);
	struct dirent *entry;

	cr_assert_not_null(d);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			proc_remove(p, (pid_t)strtol(entry->d_name, NULL, 10));
	(void)closedir(d);
	cr_assert_eq(rmdir(p->path), 0);
}
