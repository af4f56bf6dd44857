#include <criterion/criterion.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/store/faults.h"
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

TestSuite(store_create, .init = setup, .fini = teardown);

Test(store_create, makes_a_file_for_its_owner_alone)
{
	struct stat st;

	cr_assert_eq(stat(f.path, &st), 0);
	cr_assert_eq(st.st_mode, S_IFREG | 0600);
	cr_assert_eq(st.st_uid, geteuid());
	cr_assert_eq(fixture_files(&f), 1);
}

Test(store_create, makes_an_empty_store)
{
	uint64_t users = 1, enrolled = 1;
	uint32_t uids[STORE_PAGE], count = 1;

	fixture_reopen(&f);
	fixture_enter(&f);
	cr_assert_eq(store_count(f.store, &users), OK);
	cr_assert_eq(store_count_enrolled(f.store, &enrolled), OK);
	cr_assert_eq(store_list(f.store, 0, uids, &count), OK);
	fixture_commit(&f);
	cr_assert_eq(users, 0);
	cr_assert_eq(enrolled, 0);
	cr_assert_eq(count, 0);
	cr_assert_eq(store_unfolded(f.store), 0);
}

Test(store_create, does_not_replace_a_store)
{
	fixture_reopen(&f);
	fixture_enroll(&f, 1000);
	store_close(&f.store);
	cr_assert_eq(store_create(f.path, f.seal), ERR_EXISTS);
	fixture_reopen(&f);
	cr_assert_eq(fixture_state(&f, 1000), RECORD_GOOD);
}

Test(store_create, leaves_nothing_when_the_disk_fails)
{
	char path[128];
	int failures = 0;

	faults_install();
	cr_assert_eq(
	    text_print(path, sizeof path, "%s/new.db", f.directory), OK);
	for (;;) {
		enum error e;

		faults_set(FAULT_CHANGE | FAULT_OPEN, failures, SQLITE_FULL, 1);
		e = store_create(path, f.seal);
		if (!faults_clear()) {
			cr_assert_eq(e, OK);
			break;
		}
		failures++;
		cr_assert_eq(e, ERR_STORE, "failure %d", failures);
		cr_assert_eq(fixture_files(&f), 1, "failure %d", failures);
	}
	cr_assert_gt(failures, 5, "only %d operations", failures);
	cr_assert_eq(fixture_files(&f), 2);
}
