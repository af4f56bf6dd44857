#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "store/query.h"
#include "unit/store/faults.h"
#include "unit/store/fixture.h"

#define PAGE 4096

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

TestSuite(store_open, .init = setup, .fini = teardown);

static void
expect_refused(enum error why)
{
	enum error e = store_open(&f.store, f.path, f.seal);

	cr_assert_eq(e, why, "%s, not %s: %s", error_text(e), error_text(why),
	    store_complaint(NULL));
	cr_assert_null(f.store);
	cr_assert_not_null(store_complaint(NULL));
}

/* The bytes of the store's file; the caller frees them. */
static char *
read_file(size_t *size)
{
	FILE *file = fopen(f.path, "re");
	struct stat st;
	char *bytes;

	cr_assert_not_null(file);
	cr_assert_eq(fstat(fileno(file), &st), 0);
	*size = (size_t)st.st_size;
	bytes = malloc(*size + 1);
	cr_assert_eq(fread(bytes, 1, *size, file), *size);
	cr_assert_eq(fclose(file), 0);
	return bytes;
}

static void
write_file(const char *bytes, size_t size)
{
	int fd = open(f.path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
	cr_assert_eq(close(fd), 0);
}

/* Is refused, and stays as it is, byte for byte. */
static void
expect_refused_untouched(enum error why)
{
	size_t before_size, after_size;
	char *before = read_file(&before_size);
	char *after;

	expect_refused(why);
	after = read_file(&after_size);
	cr_assert_eq(before_size, after_size);
	cr_assert_eq(memcmp(before, after, after_size), 0);
	cr_assert_eq(fixture_files(&f), 1);
	free(before);
	free(after);
}

/* A thousand users: some dozens of pages. */
static void
enroll_many(void)
{
	struct record r;
	struct device d;

	fixture_device(&d, 1, true);
	fixture_enter(&f);
	for (uint32_t uid = 0; uid < 1000; uid++) {
		fixture_load(&f, uid, &r);
		cr_assert_eq(store_add_device(f.store, &r, &d), OK);
	}
	fixture_commit(&f);
}

Test(store_open, opens_what_was_created)
{
	fixture_reopen(&f);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_ABSENT);
}

Test(store_open, opens_again_what_was_written)
{
	fixture_reopen(&f);
	enroll_many();
	fixture_reopen(&f);
	cr_assert_eq(fixture_state(&f, 0), RECORD_GOOD);
	cr_assert_eq(fixture_state(&f, 999), RECORD_GOOD);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_ABSENT);
}

Test(store_open, keeps_its_log_for_its_owner_alone)
{
	char path[128];
	struct stat st;

	(void)umask(0);
	fixture_reopen(&f);
	fixture_enroll(&f, 1000);
	cr_assert_eq(text_print(path, sizeof path, "%s-wal", f.path), OK);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode, S_IFREG | 0600);
	cr_assert_eq(st.st_uid, geteuid());
	cr_assert_eq(fixture_files(&f), 2, "no shared memory file");
}

Test(store_open, is_durable_and_alone)
{
	static const char *const settings[] = {
	    "SELECT journal_mode = 'wal' FROM pragma_journal_mode",
	    "SELECT locking_mode = 'exclusive' FROM pragma_locking_mode",
	    "SELECT synchronous = 2 FROM pragma_synchronous",
	};

	fixture_reopen(&f);
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		sqlite3_stmt *q;

		cr_assert_eq(sqlite3_prepare_v2(
				 f.store->database, settings[i], -1, &q, NULL),
		    SQLITE_OK);
		cr_assert_eq(sqlite3_step(q), SQLITE_ROW);
		cr_assert_eq(sqlite3_column_int(q, 0), 1, "%s", settings[i]);
		cr_assert_eq(sqlite3_finalize(q), SQLITE_OK);
	}
}

/* ---- what is no store, or not a safe one ---- */

Test(store_open, makes_none_where_none_is)
{
	cr_assert_eq(unlink(f.path), 0);
	expect_refused(ERR_ABSENT);
	cr_assert_eq(fixture_files(&f), 0);
}

Test(store_open, refuses_an_empty_file)
{
	write_file("", 0);
	expect_refused_untouched(ERR_FORMAT);
}

Test(store_open, refuses_an_empty_database)
{
	cr_assert_eq(unlink(f.path), 0);
	fixture_sql(&f, "CREATE TABLE t (a)");
	cr_assert_eq(chmod(f.path, 0600), 0);
	expect_refused_untouched(ERR_FORMAT);
}

Test(store_open, refuses_what_is_no_database)
{
	char junk[PAGE];

	memset(junk, 'x', sizeof junk);
	write_file(junk, sizeof junk);
	expect_refused_untouched(ERR_FORMAT);
	memset(junk, 0, sizeof junk);
	write_file(junk, sizeof junk);
	expect_refused_untouched(ERR_FORMAT);
}

Test(store_open, refuses_an_unsafe_file)
{
	cr_assert_eq(chmod(f.path, 0640), 0);
	expect_refused_untouched(ERR_UNSAFE);
	cr_assert_eq(chmod(f.path, 0602), 0);
	expect_refused_untouched(ERR_UNSAFE);
}

Test(store_open, refuses_a_symbolic_link)
{
	char path[128];

	cr_assert_eq(
	    text_print(path, sizeof path, "%s/other.db", f.directory), OK);
	cr_assert_eq(rename(f.path, path), 0);
	cr_assert_eq(symlink(path, f.path), 0);
	expect_refused(ERR_UNSAFE);
}

Test(store_open, refuses_a_second_name)
{
	char path[128];

	cr_assert_eq(
	    text_print(path, sizeof path, "%s/other.db", f.directory), OK);
	cr_assert_eq(link(f.path, path), 0);
	expect_refused(ERR_UNSAFE);
	cr_assert_eq(unlink(path), 0);
	fixture_reopen(&f);
}

Test(store_open, refuses_another_owner)
{
	if (geteuid() != 0)
		cr_skip_test("only root can give a file away");
	cr_assert_eq(chown(f.path, 1, (gid_t)-1), 0);
	expect_refused_untouched(ERR_UNSAFE);
}

Test(store_open, refuses_a_file_that_was_cut_off)
{
	size_t size;
	char *bytes;

	fixture_reopen(&f);
	enroll_many();
	store_close(&f.store);
	bytes = read_file(&size);
	cr_assert_gt(size, 20 * PAGE);
	for (size_t cut = 0; cut < size; cut += PAGE / 2 + 1) {
		write_file(bytes, cut);
		expect_refused_untouched(ERR_FORMAT);
	}
	for (size_t cut = 0; cut < size; cut += PAGE) {
		write_file(bytes, cut);
		expect_refused_untouched(ERR_FORMAT);
	}
	write_file(bytes, size);
	fixture_reopen(&f);
	free(bytes);
}

Test(store_open, refuses_a_store_without_its_tables)
{
	static const char *const damage[] = {
	    "DROP TABLE user",
	    "DROP TABLE journal",
	    "ALTER TABLE user DROP COLUMN devices",
	    "DELETE FROM meta WHERE key = 'store'",
	    "UPDATE meta SET value = x'00' WHERE key = 'key'",
	    "DROP TABLE meta",
	    "PRAGMA user_version = 0",
	    "PRAGMA user_version = -1",
	    "PRAGMA application_id = 0",
	};

	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		fixture_sql(&f, damage[i]);
		expect_refused(ERR_FORMAT);
		fixture_end(&f);
		fixture_make(&f);
	}
}

Test(store_open, tells_another_version)
{
	fixture_sql(&f, "PRAGMA user_version = 5");
	expect_refused_untouched(ERR_VERSION);
	fixture_sql(&f, "PRAGMA user_version = 3");
	expect_refused_untouched(ERR_VERSION);
}

Test(store_open, tells_the_store_of_another_key)
{
	struct seal *other;
	struct seal *own = f.seal;

	cr_assert_eq(seal_new(&other), OK);
	f.seal = other;
	expect_refused_untouched(ERR_FOREIGN);
	f.seal = own;
	seal_free(&other);
	fixture_reopen(&f);
}

/* The id of the store is the key's, but the key itself is another. */
Test(store_open, tells_a_key_that_was_changed)
{
	char text[SEAL_FILE_SIZE + 1];
	char *digit = &text[SEAL_FILE_SIZE - 2];

	seal_write(f.seal, text);
	*digit = *digit == '0' ? '1' : '0';
	seal_free(&f.seal);
	cr_assert_eq(seal_read(&f.seal, text, SEAL_FILE_SIZE), OK);
	expect_refused_untouched(ERR_FOREIGN);
}

Test(store_open, tells_a_failing_disk)
{
	int failures = 0;

	fixture_reopen(&f);
	fixture_enroll(&f, 1000);
	store_close(&f.store);
	faults_install();
	for (;;) {
		enum error e;

		faults_set(FAULT_ALL, failures, SQLITE_IOERR, 1);
		e = store_open(&f.store, f.path, f.seal);
		if (!faults_clear())
			break;
		failures++;
		cr_assert_eq(e, ERR_STORE, "%s", error_text(e));
		cr_assert_null(f.store);
		cr_assert_neq(store_complaint(NULL)[0], '\0');
	}
	cr_assert_not_null(f.store);
	cr_assert_gt(failures, 5, "only %d operations", failures);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_GOOD);
}

/* ---- other processes ---- */

/* What store_open() says in another process, which is of user uid. */
static enum error
open_elsewhere(uid_t uid)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct store *s = NULL;

		if (geteuid() != uid && setuid(uid) != 0)
			_exit(1);
		_exit((int)store_open(&s, f.path, f.seal));
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	return (enum error)WEXITSTATUS(status);
}

/* By a user without root's power over modes, where we are root. */
Test(store_open, refuses_what_it_could_not_write)
{
	uid_t uid = geteuid() == 0 ? 65534 : geteuid();

	cr_assert_eq(chown(f.path, uid, (gid_t)-1), 0);
	cr_assert_eq(chown(f.directory, uid, (gid_t)-1), 0);
	cr_assert_eq(open_elsewhere(uid), OK);
	cr_assert_eq(chmod(f.path, 0400), 0);
	cr_assert_eq(open_elsewhere(uid), ERR_SYSTEM);
}

Test(store_open, keeps_a_second_process_out)
{
	cr_assert_eq(open_elsewhere(geteuid()), OK);
	fixture_reopen(&f);
	cr_assert_eq(
	    open_elsewhere(geteuid()), ERR_BUSY, "opened, not yet written to");
	fixture_enroll(&f, 1000);
	cr_assert_eq(open_elsewhere(geteuid()), ERR_BUSY, "written to");
	cr_assert_eq(fixture_state(&f, 1000), RECORD_GOOD);
	store_close(&f.store);
	cr_assert_eq(open_elsewhere(geteuid()), OK);
}

/* ---- closing ---- */

Test(store_open, close_rolls_back_and_takes_nothing)
{
	struct store *none = NULL;
	struct record r;
	struct device d;

	store_close(&none);
	fixture_reopen(&f);
	fixture_device(&d, 1, true);
	fixture_enter(&f);
	fixture_load(&f, 1000, &r);
	cr_assert_eq(store_add_device(f.store, &r, &d), OK);
	fixture_reopen(&f);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_ABSENT);
	store_close(&f.store);
	cr_assert_null(f.store);
	cr_assert_eq(fixture_files(&f), 1);
}
