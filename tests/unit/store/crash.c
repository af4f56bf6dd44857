/*
 * What was answered is there after a crash: of the process, at every write of
 * a turn, a fold and a checkpoint; of the machine, whatever subset of the
 * writes that were not synced reached the disk; and by SIGKILL under load.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/query.h"
#include "unit/store/faults.h"
#include "unit/store/fixture.h"
#include "unit/store/power.h"

#define USERS 12
#define TURNS 9

static struct fixture f;

/* What was committed of each user, and what was under way at the end. */
static struct {
	uint64_t spent[USERS];
	uint64_t tried[USERS];
} model;

static void
setup(void)
{
	memset(&model, 0, sizeof model);
	fixture_open(&f);
	for (uint32_t uid = 0; uid < USERS; uid++)
		fixture_enroll(&f, uid);
	store_close(&f.store);
}

static void
teardown(void)
{
	fixture_end(&f);
}

TestSuite(store_crash, .init = setup, .fini = teardown);

static enum error
spend(uint32_t uid, uint64_t step)
{
	struct record r;
	enum error e = store_enter(f.store);

	if (e == OK)
		e = store_load(f.store, uid, FIXTURE_NOW, &r);
	if (e == OK && r.state != RECORD_GOOD)
		e = ERR_BROKEN;
	if (e == OK) {
		tally_use(&r.tally, r.device[0].id)->spent = step;
		e = store_save_tally(f.store, &r);
	}
	return e == OK ? store_leave(f.store, OK) : e;
}

/* A turn in which some users spend step. */
static enum error
turn(uint64_t step)
{
	enum error e = store_begin(f.store);

	for (uint32_t i = 0; e == OK && i < 5; i++) {
		uint32_t uid = (uint32_t)(step * 5 + i * 3) % USERS;

		model.tried[uid] = step;
		e = spend(uid, step);
	}
	if (e == OK)
		return store_commit(f.store);
	store_rollback(f.store);
	return e;
}

/* Turns, folds and checkpoints until something fails.  OK: nothing did. */
static enum error
work(uint64_t *step)
{
	enum error e = OK;

	for (int i = 0; e == OK && i < TURNS; i++) {
		uint64_t left;

		e = turn(++*step);
		if (e == OK)
			memcpy(model.spent, model.tried, sizeof model.spent);
		if (e == OK && i % 2 == 1)
			e = store_fold(f.store, 4, &left);
	}
	return e;
}

/* Reopens; all that was committed is there, and the last turn whole or not. */
static void
expect_kept(const char *why, int after)
{
	int old = 0, new = 0;

	fixture_reopen(&f);
	for (uint32_t uid = 0; uid < USERS; uid++) {
		uint64_t spent = fixture_spent(&f, uid);

		cr_assert(
		    spent == model.spent[uid] || spent == model.tried[uid],
		    "%s %d: uid %u has %ju, not %ju", why, after, uid,
		    (uintmax_t)spent, (uintmax_t)model.spent[uid]);
		if (model.spent[uid] != model.tried[uid])
			*(spent == model.tried[uid] ? &new : &old) += 1;
		model.spent[uid] = model.tried[uid] = spent;
	}
	cr_assert(old == 0 || new == 0, "%s %d: half a turn", why, after);
}

static void
expect_sound(void)
{
	store_close(&f.store);
	cr_assert_eq(fixture_number(&f,
			 "SELECT integrity_check = 'ok'"
			 " FROM pragma_integrity_check"),
	    1);
	cr_assert_eq(fixture_number(&f,
			 "SELECT count(*) = value FROM user,"
			 " meta WHERE key = 'users'"),
	    1);
}

/* A log so short that checkpoints come often. */
static void
open_short_log(void)
{
	fixture_reopen(&f);
	cr_assert_eq(sqlite3_exec(f.store->database,
			 "PRAGMA wal_autocheckpoint = 12", NULL, NULL, NULL),
	    SQLITE_OK);
}

/*
 * Works, and stops the disk after so many operations that change it.  Returns
 * false when the work was done before.
 */
static bool
work_until(int after, uint64_t *step)
{
	open_short_log();
	faults_set(FAULT_CHANGE, after, SQLITE_IOERR, 1);
	if (work(step) == OK)
		(void)turn(++*step);
	store_close(&f.store);
	return faults_clear();
}

Test(store_crash, of_the_process_loses_nothing_at_any_write)
{
	uint64_t step = 0;
	int after = 0;

	faults_install();
	while (work_until(after, &step))
		expect_kept("after write", after++);
	cr_assert_gt(after, 60, "only %d writes", after);
	expect_kept("at the end", after);
	expect_sound();
}

/* Seed 0: nothing that was not synced is there; others: some of it. */
static void
crash_machine(uint32_t seed, int stride)
{
	uint64_t step = 0;
	int after = 0;

	faults_install();
	for (;;) {
		bool stopped;

		power_record();
		stopped = work_until(after, &step);
		power_cut(seed == 0 ? 0 : seed + (uint32_t)after);
		expect_kept("power cut after write", after);
		if (!stopped)
			break;
		after += stride;
	}
	cr_assert_gt(after, 60, "only %d writes", after);
	expect_sound();
}

Test(store_crash, of_the_machine_loses_nothing_that_was_answered)
{
	crash_machine(0, 1);
}

Test(store_crash, of_the_machine_with_some_writes_done)
{
	crash_machine(1, 2);
}

Test(store_crash, of_the_machine_with_other_writes_done)
{
	crash_machine(77777, 2);
}

/* ---- SIGKILL ---- */

struct report {
	uint32_t uid;
	uint64_t step;
	int64_t device; /* an id that was given to uid + USERS */
};

/* Gives a device to a user apart from the others; now and then clears them. */
static int64_t
renew(uint32_t uid, uint64_t step)
{
	struct record r;
	struct device d;

	if (store_enter(f.store) != OK ||
	    store_load(f.store, uid, FIXTURE_NOW, &r) != OK)
		_exit(1);
	if (r.devices == DEVICES_MAX) {
		if (store_clear(f.store, uid) != OK ||
		    store_load(f.store, uid, FIXTURE_NOW, &r) != OK)
			_exit(1);
	}
	fixture_device(&d, (uint8_t)step, false);
	if (store_add_device(f.store, &r, &d) != OK ||
	    store_leave(f.store, OK) != OK)
		_exit(1);
	return d.id;
}

/* Works for ever, and reports each turn when it is committed. */
static _Noreturn void
work_and_report(int out, uint64_t step)
{
	if (store_open(&f.store, f.path, f.seal) != OK)
		_exit(1);
	for (;; step++) {
		struct report report = {(uint32_t)(step % USERS), step, 0};
		uint64_t left;

		if (store_begin(f.store) != OK || spend(report.uid, step) != OK)
			_exit(1);
		report.device = renew(report.uid + USERS, step);
		if (store_commit(f.store) != OK ||
		    write(out, &report, sizeof report) != sizeof report ||
		    (step % 5 == 0 && store_fold(f.store, 3, &left) != OK))
			_exit(1);
	}
}

/* Lets a child work, and kills it after so many reports; reads them all. */
static void
work_and_kill(int reports, uint64_t *step, int64_t *device)
{
	struct report report;
	int ends[2];
	int status;
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		work_and_report(ends[1], *step + 1);
	}
	(void)close(ends[1]);
	while (read(ends[0], &report, sizeof report) == sizeof report) {
		model.spent[report.uid] = model.tried[report.uid] = report.step;
		cr_assert_gt(report.device, *device);
		*device = report.device;
		*step = report.step;
		if (--reports == 0)
			cr_assert_eq(kill(child, SIGKILL), 0);
	}
	(void)close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status), "it ended by itself");
}

Test(store_crash, by_sigkill_under_load_loses_nothing)
{
	uint64_t step = 0;
	int64_t device = 0;

	for (int round = 1; round <= 15; round++) {
		work_and_kill(round * 3 % 40 + 1, &step, &device);
		/* One turn more may be there than was reported. */
		model.tried[(step + 1) % USERS] = step + 1;
		expect_kept("killed in round", round);
		step++;
		store_close(&f.store);
	}
	expect_sound();
}
