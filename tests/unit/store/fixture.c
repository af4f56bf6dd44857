#include "unit/store/fixture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

void
fixture_make(struct fixture *f)
{
	static const char pattern[] = "/tmp/otpgate-store-XXXXXX";

	memset(f, 0, sizeof *f);
	cr_assert_eq(text_copy(f->directory, sizeof f->directory, pattern), OK);
	cr_assert_not_null(mkdtemp(f->directory));
	cr_assert_eq(
	    text_print(f->path, sizeof f->path, "%s/store.db", f->directory),
	    OK);
	cr_assert_eq(seal_new(&f->seal), OK);
	cr_assert_eq(store_create(f->path, f->seal), OK);
}

void
fixture_open(struct fixture *f)
{
	fixture_make(f);
	fixture_reopen(f);
}

void
fixture_reopen(struct fixture *f)
{
	store_close(&f->store);
	cr_assert_eq(store_open(&f->store, f->path, f->seal), OK, "%s",
	    store_complaint(NULL));
}

/* Calls each(path) for every name in the directory; tells how many. */
static int
walk(const char *directory, int (*each)(const char *path))
{
	DIR *d = opendir(directory);
	char path[sizeof((struct fixture *)0)->path + NAME_MAX];
	struct dirent *entry;
	int count = 0;

	if (d == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		(void)text_print(
		    path, sizeof path, "%s/%s", directory, entry->d_name);
		if (each != NULL)
			(void)each(path);
	}
	(void)closedir(d);
	return count;
}

void
fixture_end(struct fixture *f)
{
	store_close(&f->store);
	seal_free(&f->seal);
	(void)walk(f->directory, remove);
	(void)rmdir(f->directory);
}

int
fixture_files(const struct fixture *f)
{
	return walk(f->directory, NULL);
}

void
fixture_enter(struct fixture *f)
{
	cr_assert_eq(
	    store_begin(f->store), OK, "%s", store_complaint(f->store));
	cr_assert_eq(
	    store_enter(f->store), OK, "%s", store_complaint(f->store));
}

void
fixture_commit(struct fixture *f)
{
	cr_assert_eq(
	    store_leave(f->store, OK), OK, "%s", store_complaint(f->store));
	cr_assert_eq(
	    store_commit(f->store), OK, "%s", store_complaint(f->store));
}

void
fixture_load(struct fixture *f, uint32_t uid, struct record *r)
{
	cr_assert_eq(store_load(f->store, uid, FIXTURE_NOW, r), OK, "%s",
	    store_complaint(f->store));
}

void
fixture_device(struct device *d, uint8_t number, bool confirmed)
{
	memset(d, 0, sizeof *d);
	d->confirmed = confirmed;
	d->created = FIXTURE_NOW;
	d->form.algorithm = ALGORITHM_SHA1;
	d->form.digits = 6;
	d->form.period = 30;
	cr_assert_eq(
	    text_print(d->label, sizeof d->label, "app-%u", number), OK);
	d->secret.size = SECRET_NEW;
	memset(d->secret.bytes, number, SECRET_NEW);
}

void
fixture_enroll(struct fixture *f, uint32_t uid)
{
	struct record r;
	struct device d;

	fixture_device(&d, 1, true);
	fixture_enter(f);
	fixture_load(f, uid, &r);
	cr_assert_eq(store_add_device(f->store, &r, &d), OK, "%s",
	    store_complaint(f->store));
	fixture_commit(f);
	record_wipe(&r);
}

void
fixture_spend(struct fixture *f, uint32_t uid, uint64_t step)
{
	struct record r;

	fixture_enter(f);
	fixture_load(f, uid, &r);
	cr_assert_eq(r.state, RECORD_GOOD);
	tally_use(&r.tally, r.device[0].id)->spent = step;
	cr_assert_eq(store_save_tally(f->store, &r), OK);
	fixture_commit(f);
	record_wipe(&r);
}

uint64_t
fixture_spent(struct fixture *f, uint32_t uid)
{
	struct record r;
	uint64_t spent;

	fixture_enter(f);
	fixture_load(f, uid, &r);
	fixture_commit(f);
	cr_assert_eq(r.state, RECORD_GOOD, "uid %u", uid);
	spent = tally_use(&r.tally, r.device[0].id)->spent;
	record_wipe(&r);
	return spent;
}

uint64_t
fixture_save(struct fixture *f, uint32_t uid)
{
	struct record r;
	uint64_t version;

	fixture_load(f, uid, &r);
	version = r.tally.version;
	cr_assert_eq(store_save_tally(f->store, &r), OK);
	cr_assert_gt(r.tally.version, version);
	version = r.tally.version;
	record_wipe(&r);
	return version;
}

uint64_t
fixture_fold(struct fixture *f, uint32_t rows)
{
	uint64_t left = 12345;

	cr_assert_eq(store_fold(f->store, rows, &left), OK, "%s",
	    store_complaint(f->store));
	cr_assert_eq(left, store_unfolded(f->store));
	return left;
}

enum record_state
fixture_state(struct fixture *f, uint32_t uid)
{
	struct record r;
	enum record_state state;

	fixture_enter(f);
	fixture_load(f, uid, &r);
	fixture_commit(f);
	state = r.state;
	record_wipe(&r);
	return state;
}

/* Exclusive, as the store: there is no shared memory to leave behind. */
static sqlite3 *
database_open(struct fixture *f)
{
	sqlite3 *database;

	cr_assert_null(f->store);
	cr_assert_eq(sqlite3_open(f->path, &database), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(database,
			 "PRAGMA locking_mode = EXCLUSIVE;"
			 "PRAGMA synchronous = OFF",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	return database;
}

void
fixture_sql(struct fixture *f, const char *text)
{
	sqlite3 *database = database_open(f);

	cr_assert_eq(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK,
	    "%s: %s", text, sqlite3_errmsg(database));
	cr_assert_eq(sqlite3_close(database), SQLITE_OK);
}

int64_t
fixture_number(struct fixture *f, const char *text)
{
	sqlite3 *database = database_open(f);
	sqlite3_stmt *q;
	int64_t number;

	cr_assert_eq(sqlite3_prepare_v2(database, text, -1, &q, NULL),
	    SQLITE_OK, "%s", sqlite3_errmsg(database));
	cr_assert_eq(sqlite3_step(q), SQLITE_ROW, "%s", text);
	number = sqlite3_column_int64(q, 0);
	cr_assert_eq(sqlite3_finalize(q), SQLITE_OK);
	cr_assert_eq(sqlite3_close(database), SQLITE_OK);
	return number;
}
