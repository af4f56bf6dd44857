#include "bench/bench.h"

#include <err.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"

struct clocks *
clocks_open(void)
{
	struct clocks *c;
	int fd = open(BENCH_CLOCKS, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof *c) != 0)
		err(1, "%s", BENCH_CLOCKS);
	c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (c == MAP_FAILED)
		err(1, "%s", BENCH_CLOCKS);
	(void)close(fd);
	return c;
}

struct device
bench_device(uint32_t uid)
{
	struct device d = {.confirmed = true,
	    .label = "app",
	    .form = {ALGORITHM_SHA1, 6, BENCH_PERIOD},
	    .created = 1};
	uint32_t word = uid;

	d.secret.size = SECRET_NEW;
	for (size_t i = 0; i < SECRET_NEW; i++) {
		word = word * 1664525 + 1013904223;
		d.secret.bytes[i] = (uint8_t)(word >> 24);
	}
	return d;
}

void
bench_name(uint32_t uid, char out[static BENCH_NAME])
{
	bench_need(text_print(out, BENCH_NAME, "user%u", uid), "a name");
}

void
bench_need_disk(void)
{
	struct statfs fs;

	if (statfs(".", &fs) != 0)
		err(1, "statfs");
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC ||
	    fs.f_type == OVERLAYFS_SUPER_MAGIC)
		errx(1,
		    "the store has to lie on a disk, not on tmpfs, ramfs "
		    "or an overlay");
}

void
bench_need(enum error e, const char *what)
{
	if (e != OK)
		errx(1, "%s: %s", what, error_text(e));
}
