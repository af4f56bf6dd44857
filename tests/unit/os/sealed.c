#include "os/sealed.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct sealed s;
static int fd = -1;

static void
start(void)
{
	cr_assert_eq(sealed_new(&fd), OK);
	cr_assert_eq(write(fd, "secret", 6), 6);
}

static void
stop(void)
{
	sealed_unmap(&s);
	(void)close(fd);
}

TestSuite(os_sealed, .init = start, .fini = stop);

Test(os_sealed, is_read_whole_and_stays_as_it_is)
{
	cr_assert_eq(sealed_finish(fd), OK);
	cr_assert_eq(sealed_map(&s, fd, 6), OK);
	cr_expect_eq(s.size, 6);
	cr_expect_arr_eq(s.bytes, "secret", 6);
	cr_expect_lt(pwrite(fd, "x", 1, 0), 0);
	cr_expect_neq(ftruncate(fd, 0), 0);
	cr_expect_neq(ftruncate(fd, 100), 0);
	sealed_unmap(&s);
	cr_expect_null(s.bytes);
}

Test(os_sealed, is_refused_without_each_of_its_seals)
{
	static const int seals[] = {
	    F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE};

	cr_expect_eq(sealed_map(&s, fd, 6), ERR_UNSAFE, "none at all");
	for (size_t i = 0; i < 4; i++) {
		int made = memfd_create("test", MFD_ALLOW_SEALING);
		int all =
		    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

		cr_assert_eq(write(made, "secret", 6), 6);
		cr_assert_eq(fcntl(made, F_ADD_SEALS, all & ~seals[i]), 0);
		cr_expect_eq(sealed_map(&s, made, 6), ERR_UNSAFE, "%zu", i);
		(void)close(made);
	}
}

Test(os_sealed, is_refused_when_it_is_empty_too_long_or_no_memory)
{
	char path[] = "/tmp/otpgate-sealed-XXXXXX";
	int empty, file = mkstemp(path);

	cr_assert_geq(file, 0);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(write(file, "secret", 6), 6);
	cr_expect_eq(sealed_map(&s, file, 6), ERR_UNSAFE);
	(void)close(file);
	cr_assert_eq(sealed_finish(fd), OK);
	cr_expect_eq(sealed_map(&s, fd, 5), ERR_LONG);
	cr_assert_eq(sealed_new(&empty), OK);
	cr_assert_eq(sealed_finish(empty), OK);
	cr_expect_eq(sealed_map(&s, empty, 6), ERR_SHORT);
	(void)close(empty);
	cr_expect_eq(sealed_map(&s, -1, 6), ERR_UNSAFE);
}
