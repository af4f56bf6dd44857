#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "os/trusted_file.h"

static char directory[64];
static char path[96];
static char other[96];
static char text[17];
static size_t size;

static void
open_directory(void)
{
	(void)text_copy(
	    directory, sizeof directory, "/tmp/otpgate-file-XXXXXX");
	cr_assert_not_null(mkdtemp(directory));
	(void)text_print(path, sizeof path, "%s/f", directory);
	(void)text_print(other, sizeof other, "%s/g", directory);
}

static void
close_directory(void)
{
	(void)unlink(path);
	(void)rmdir(path);
	(void)unlink(other);
	cr_expect_eq(rmdir(directory), 0, "something was left behind");
}

TestSuite(os_trusted_file, .init = open_directory, .fini = close_directory);

static enum error
read_it(void)
{
	return trusted_file_read(path, geteuid(), 022, text, 16, &size);
}

Test(os_trusted_file, what_was_written_is_read)
{
	struct stat st;

	cr_assert_eq(trusted_file_write(path, "hello", 5, 0640, (gid_t)-1), OK);
	cr_assert_eq(read_it(), OK);
	cr_expect_str_eq(text, "hello");
	cr_expect_eq(size, 5);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0640);
}

Test(os_trusted_file, a_second_writing_replaces_the_first_whole)
{
	cr_assert_eq(
	    trusted_file_write(path, "first words", 11, 0640, (gid_t)-1), OK);
	cr_assert_eq(trusted_file_write(path, "2nd", 3, 0640, (gid_t)-1), OK);
	cr_assert_eq(read_it(), OK);
	cr_expect_str_eq(text, "2nd");
}

Test(os_trusted_file, a_full_file_fits_and_a_byte_more_does_not)
{
	cr_assert_eq(
	    trusted_file_write(path, "0123456789abcdef", 16, 0600, (gid_t)-1),
	    OK);
	cr_expect_eq(read_it(), OK);
	cr_expect_eq(size, 16);
	cr_assert_eq(
	    trusted_file_write(path, "0123456789abcdefg", 17, 0600, (gid_t)-1),
	    OK);
	cr_expect_eq(read_it(), ERR_LONG);
}

Test(os_trusted_file, what_is_no_safe_regular_file_is_refused)
{
	cr_expect_eq(read_it(), ERR_ABSENT);
	cr_assert_eq(trusted_file_write(other, "x", 1, 0600, (gid_t)-1), OK);
	cr_assert_eq(symlink(other, path), 0);
	cr_expect_eq(read_it(), ERR_UNSAFE, "a link");
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_expect_eq(read_it(), ERR_UNSAFE, "a FIFO, without hanging");
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkdir(path, 0700), 0);
	cr_expect_eq(read_it(), ERR_UNSAFE, "a directory");
	cr_assert_eq(rmdir(path), 0);
	cr_assert_eq(trusted_file_write(path, "x", 1, 0620, (gid_t)-1), OK);
	cr_expect_eq(read_it(), ERR_UNSAFE, "writable by the group");
	cr_assert_eq(chmod(path, 0602), 0);
	cr_expect_eq(read_it(), ERR_UNSAFE, "writable by others");
	cr_assert_eq(chmod(path, 0600), 0);
	cr_expect_eq(
	    trusted_file_read(path, geteuid() + 1, 022, text, 16, &size),
	    ERR_UNSAFE, "another owner");
	cr_expect_eq(
	    trusted_file_read(path, (uid_t)-1, 022, text, 16, &size), OK);
}

Test(os_trusted_file, creating_never_replaces)
{
	cr_assert_eq(trusted_file_create(path, "one", 3, 0600), OK);
	cr_expect_eq(trusted_file_create(path, "two", 3, 0600), ERR_EXISTS);
	cr_assert_eq(read_it(), OK);
	cr_expect_str_eq(text, "one");
}

Test(os_trusted_file, a_failed_writing_leaves_nothing_behind)
{
	char nowhere[128];

	(void)text_print(nowhere, sizeof nowhere, "%s/none/f", directory);
	cr_expect_eq(
	    trusted_file_write(nowhere, "x", 1, 0600, (gid_t)-1), ERR_SYSTEM);
	cr_assert_eq(mkdir(path, 0700), 0);
	cr_expect_eq(trusted_file_write(path, "x", 1, 0600, (gid_t)-1),
	    ERR_SYSTEM, "rename onto a directory");
}
