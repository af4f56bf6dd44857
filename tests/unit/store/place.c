#include "store/place.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/store/fixture.h"

static struct fixture f;

static void
setup(void)
{
	fixture_make(&f);
}

static void
teardown(void)
{
	fixture_end(&f);
}

TestSuite(store_place, .init = setup, .fini = teardown);

static void
make_file(const char *path, const char *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	cr_assert_eq(close(fd), 0);
}

/* A path beside the store's. */
static const char *
beside(const char *name)
{
	static char path[256];

	cr_assert_eq(
	    text_print(path, sizeof path, "%s/%s", f.directory, name), OK);
	return path;
}

Test(store_place, takes_a_store_that_is_ours_alone)
{
	cr_assert_eq(place_check(f.path), OK);
}

Test(store_place, tells_what_is_not_there)
{
	cr_assert_eq(place_check(beside("none")), ERR_ABSENT);
	cr_assert_eq(place_check(beside("none/store.db")), ERR_ABSENT);
	cr_assert_eq(place_check(beside("store.db/store.db")), ERR_SYSTEM);
}

Test(store_place, refuses_each_mode_wider_than_0600)
{
	for (mode_t mode = 0; mode <= 07777; mode++) {
		bool wider = (mode & (mode_t)~0600) != 0;

		if ((mode & 0600) != 0600)
			continue;
		cr_assert_eq(chmod(f.path, mode), 0);
		cr_assert_eq(place_check(f.path), wider ? ERR_UNSAFE : OK,
		    "mode %o", mode);
	}
}

Test(store_place, refuses_another_owner)
{
	if (geteuid() != 0)
		cr_skip_test("only root can give a file away");
	cr_assert_eq(chown(f.path, 1, (gid_t)-1), 0);
	cr_assert_eq(place_check(f.path), ERR_UNSAFE);
}

Test(store_place, refuses_what_is_no_regular_file)
{
	cr_assert_eq(place_check(beside(".")), ERR_UNSAFE);
	cr_assert_eq(symlink(f.path, beside("link")), 0);
	cr_assert_eq(place_check(beside("link")), ERR_UNSAFE);
	cr_assert_eq(symlink("nowhere", beside("dangling")), 0);
	cr_assert_eq(place_check(beside("dangling")), ERR_UNSAFE);
	cr_assert_eq(mkfifo(beside("fifo"), 0600), 0);
	cr_assert_eq(place_check(beside("fifo")), ERR_UNSAFE);
}

Test(store_place, refuses_what_is_shorter_than_any_database)
{
	make_file(f.path, "");
	cr_assert_eq(place_check(f.path), ERR_FORMAT);
	cr_assert_eq(truncate(f.path, 511), 0);
	cr_assert_eq(place_check(f.path), ERR_FORMAT);
	cr_assert_eq(truncate(f.path, 512), 0);
	cr_assert_eq(place_check(f.path), OK);
}

Test(store_place, refuses_a_directory_that_others_write_to)
{
	static const mode_t modes[] = {0720, 0702, 0777, 01777};
	struct place p;

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		cr_assert_eq(chmod(f.directory, modes[i]), 0);
		cr_assert_eq(place_check(f.path), ERR_UNSAFE, "%o", modes[i]);
		cr_assert_eq(place_begin(&p, beside("new")), ERR_UNSAFE);
		place_end(&p);
	}
	cr_assert_eq(chmod(f.directory, 0755), 0);
	cr_assert_eq(place_check(f.path), OK);
}

Test(store_place, refuses_a_directory_of_somebody_else)
{
	struct place p;

	if (geteuid() != 0)
		cr_skip_test("only root can give a directory away");
	cr_assert_eq(chown(f.directory, 1, (gid_t)-1), 0);
	cr_assert_eq(place_check(f.path), ERR_UNSAFE);
	cr_assert_eq(place_begin(&p, beside("new")), ERR_UNSAFE);
	place_end(&p);
}

Test(store_place, follows_a_link_to_the_directory)
{
	char path[256];

	cr_assert_eq(symlink(".", beside("here")), 0);
	cr_assert_eq(
	    text_print(path, sizeof path, "%s/here/store.db", f.directory), OK);
	cr_assert_eq(place_check(path), OK);
}

Test(store_place, refuses_a_path_that_is_too_long)
{
	static char path[PATH_MAX + 64];
	struct place p;

	memset(path, '/', sizeof path - 1);
	cr_assert_eq(place_check(path), ERR_LONG);
	cr_assert_eq(place_begin(&p, path), ERR_LONG);
	place_end(&p);
}

Test(store_place, tells_the_size)
{
	int64_t size;

	make_file(beside("five"), "12345");
	cr_assert_eq(place_size(beside("five"), &size), OK);
	cr_assert_eq(size, 5);
	cr_assert_eq(place_size(beside("none"), &size), ERR_SYSTEM);
	cr_assert_eq(size, 0);
}

Test(store_place, builds_beside_and_moves)
{
	const char *path = beside("new.db");
	struct place p;
	struct stat st;

	(void)umask(0);
	cr_assert_eq(place_begin(&p, path), OK);
	cr_assert_eq(access(path, F_OK), -1);
	make_file(p.fresh, "whole");
	cr_assert_eq(place_settle(&p), OK);
	place_end(&p);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_size, 5);
	cr_assert_eq(st.st_mode, S_IFREG | 0600);
	cr_assert_eq(st.st_nlink, 1);
	cr_assert_eq(fixture_files(&f), 2);
}

Test(store_place, leaves_nothing_when_it_is_given_up)
{
	struct place p;

	cr_assert_eq(place_begin(&p, beside("new.db")), OK);
	cr_assert_eq(fixture_files(&f), 2);
	place_end(&p);
	cr_assert_eq(fixture_files(&f), 1);
}

Test(store_place, does_not_build_where_anything_is)
{
	static const char *const names[] = {
	    "new.db", "new.db-wal", "new.db-journal"};
	char path[256];
	struct place p;

	cr_assert_eq(text_copy(path, sizeof path, beside("new.db")), OK);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		cr_assert_eq(symlink("nowhere", beside(names[i])), 0);
		cr_assert_eq(place_begin(&p, path), ERR_EXISTS, "%s", names[i]);
		place_end(&p);
		cr_assert_eq(unlink(beside(names[i])), 0);
	}
	cr_assert_eq(mkdir(path, 0700), 0);
	cr_assert_eq(place_begin(&p, path), ERR_EXISTS);
	place_end(&p);
	cr_assert_eq(fixture_files(&f), 2);
}

Test(store_place, does_not_replace_what_came_in_the_meantime)
{
	const char *path = beside("new.db");
	struct place p;
	int64_t size;

	cr_assert_eq(place_begin(&p, path), OK);
	make_file(path, "another's");
	cr_assert_eq(place_settle(&p), ERR_EXISTS);
	place_end(&p);
	cr_assert_eq(place_size(path, &size), OK);
	cr_assert_eq(size, 9);
	cr_assert_eq(fixture_files(&f), 2);
}

Test(store_place, tells_a_missing_directory)
{
	struct place p;

	cr_assert_eq(place_begin(&p, beside("none/new.db")), ERR_ABSENT);
	place_end(&p);
}
