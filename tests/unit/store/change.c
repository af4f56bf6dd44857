#include <criterion/criterion.h>
#include <string.h>

#include "store/query.h"
#include "unit/store/fixture.h"

#define ALICE 1000
#define BOB 1001
#define NOBODY 1002

typedef const uint8_t (*hashes)[RECOVERY_HASH];

static struct fixture f;
static struct record alice; /* as loaded in the verb that is open */

static void
setup(void)
{
	fixture_open(&f);
	fixture_enroll(&f, ALICE);
	fixture_enroll(&f, BOB);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &alice);
}

static void
teardown(void)
{
	record_wipe(&alice);
	fixture_end(&f);
}

TestSuite(store_change, .init = setup, .fini = teardown);

/* Alice's record, from the disk. */
static struct record
reloaded(void)
{
	struct record r;

	fixture_commit(&f);
	fixture_reopen(&f);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &r);
	return r;
}

/* What the store has is what r says. */
static void
expect_stored(const struct record *r)
{
	struct record back = reloaded();

	cr_assert_eq(memcmp(&back, r, sizeof back), 0);
}

static enum error
add(struct record *r, uint8_t number, bool confirmed, int64_t *id)
{
	struct device d;
	enum error e;

	fixture_device(&d, number, confirmed);
	e = store_add_device(f.store, r, &d);
	if (id != NULL)
		*id = d.id;
	return e;
}

/* ---- devices ---- */

Test(store_change, adds_a_device)
{
	int64_t id = 0;

	cr_assert_eq(add(&alice, 2, false, &id), OK);
	cr_assert_gt(id, alice.device[0].id);
	cr_assert_eq(alice.devices, 2);
	cr_assert_eq(alice.device[1].id, id);
	cr_assert_eq(alice.state, RECORD_GOOD);
	expect_stored(&alice);
}

Test(store_change, adds_the_first_device_of_somebody_unknown)
{
	struct record r;

	fixture_load(&f, NOBODY, &r);
	cr_assert_eq(add(&r, 1, false, NULL), OK);
	cr_assert_eq(r.state, RECORD_ABSENT, "not confirmed yet");
	fixture_load(&f, NOBODY, &r);
	cr_assert_eq(r.devices, 1);
	cr_assert_eq(r.state, RECORD_ABSENT);
}

Test(store_change, adds_no_more_devices_than_there_is_room_for)
{
	for (uint8_t n = 2; n <= DEVICES_MAX; n++)
		cr_assert_eq(add(&alice, n, true, NULL), OK);
	cr_assert_eq(add(&alice, DEVICES_MAX + 1, true, NULL), ERR_FULL);
	cr_assert_eq(alice.devices, DEVICES_MAX);
	expect_stored(&alice);
}

Test(store_change, adds_no_label_and_no_secret_twice)
{
	struct device d;

	fixture_device(&d, 1, true);
	d.secret.bytes[0]++;
	cr_assert_eq(store_add_device(f.store, &alice, &d), ERR_EXISTS);
	fixture_device(&d, 1, true);
	d.label[0]++;
	cr_assert_eq(store_add_device(f.store, &alice, &d), ERR_EXISTS);
	d.secret.size--;
	cr_assert_eq(store_add_device(f.store, &alice, &d), OK);
}

Test(store_change, adds_the_same_secret_for_another_user)
{
	struct record r;

	fixture_load(&f, NOBODY, &r);
	cr_assert_eq(add(&r, 1, true, NULL), OK);
}

Test(store_change, adds_no_device_without_a_secret)
{
	struct device d;

	fixture_device(&d, 2, true);
	secret_wipe(&d.secret);
	cr_assert_eq(store_add_device(f.store, &alice, &d), ERR_RANGE);
}

/* The whole point of an id: what is bound to it is bound for ever. */
Test(store_change, never_gives_an_id_twice)
{
	int64_t last = alice.device[0].id;
	struct record r;
	int64_t id;

	for (int round = 0; round < 6; round++) {
		cr_assert_eq(add(&alice, 2, true, &id), OK);
		cr_assert_gt(id, last);
		last = id;
		cr_assert_eq(store_remove_device(f.store, &alice, id), OK);
		fixture_load(&f, NOBODY, &r);
		cr_assert_eq(add(&r, 2, true, &id), OK);
		cr_assert_gt(id, last);
		last = id;
		cr_assert_eq(store_clear(f.store, NOBODY), OK);
		alice = reloaded();
	}
}

Test(store_change, confirms_a_device)
{
	int64_t id;

	cr_assert_eq(add(&alice, 2, false, &id), OK);
	cr_assert_eq(store_confirm_device(f.store, &alice, id), OK);
	cr_assert(alice.device[1].confirmed);
	expect_stored(&alice);
}

Test(store_change, the_first_confirmed_device_makes_the_record_good)
{
	struct record r;
	int64_t id;

	fixture_load(&f, NOBODY, &r);
	cr_assert_eq(add(&r, 1, false, &id), OK);
	cr_assert_eq(store_confirm_device(f.store, &r, id), OK);
	cr_assert_eq(r.state, RECORD_GOOD);
	cr_assert_eq(store_remove_device(f.store, &r, id), OK);
	cr_assert_eq(r.state, RECORD_ABSENT);
	fixture_load(&f, NOBODY, &r);
	cr_assert_eq(r.state, RECORD_ABSENT);
	cr_assert_eq(r.devices, 0);
}

Test(store_change, removes_a_device_and_what_the_tally_knows_of_it)
{
	int64_t ids[3];

	for (uint8_t n = 0; n < 3; n++) {
		cr_assert_eq(add(&alice, (uint8_t)(n + 2), true, &ids[n]), OK);
		tally_use(&alice.tally, ids[n])->spent = n;
	}
	cr_assert_eq(store_remove_device(f.store, &alice, ids[1]), OK);
	cr_assert_eq(alice.devices, 3);
	cr_assert_eq(alice.device[1].id, ids[0]);
	cr_assert_eq(alice.device[2].id, ids[2]);
	cr_assert_eq(alice.device[3].secret.size, 0);
	cr_assert_eq(alice.tally.uses, 2);
	expect_stored(&alice);
}

Test(store_change, tells_a_device_that_is_not_there)
{
	int64_t id = alice.device[0].id + 1;

	cr_assert_eq(store_confirm_device(f.store, &alice, id), ERR_ABSENT);
	cr_assert_eq(store_remove_device(f.store, &alice, id), ERR_ABSENT);
	cr_assert_eq(store_confirm_device(f.store, &alice, 0), ERR_ABSENT);
	expect_stored(&alice);
}

/* ---- recovery codes and the name ---- */

Test(store_change, replaces_all_recovery_codes)
{
	uint8_t hash[RECOVERY_COUNT][RECOVERY_HASH];

	for (uint32_t count = RECOVERY_COUNT + 1; count-- > 0;) {
		memset(hash, (int)count + 1, sizeof hash);
		alice.tally.recovery_used = 0x3;
		cr_assert_eq(
		    store_set_recovery(f.store, &alice, (hashes)hash, count),
		    OK);
		cr_assert_eq(alice.recovery_count, count);
		cr_assert_eq(alice.tally.recovery_used, 0);
		cr_assert_eq(record_recovery_left(&alice), count);
		expect_stored(&alice);
	}
}

Test(store_change, takes_no_more_recovery_codes_than_there_is_room_for)
{
	uint8_t hash[RECOVERY_COUNT + 1][RECOVERY_HASH] = {{0}};

	cr_assert_eq(store_set_recovery(
			 f.store, &alice, (hashes)hash, RECOVERY_COUNT + 1),
	    ERR_RANGE);
	cr_assert_eq(
	    store_set_recovery(f.store, &alice, (hashes)hash, UINT32_MAX),
	    ERR_RANGE);
	expect_stored(&alice);
}

Test(store_change, remembers_a_name)
{
	char name[NAME_MAX_BYTES];

	cr_assert_eq(store_set_name(f.store, &alice, "alice"), OK);
	cr_assert_str_eq(alice.name, "alice");
	expect_stored(&alice);
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	cr_assert_eq(store_set_name(f.store, &alice, name), OK);
	expect_stored(&alice);
}

Test(store_change, takes_no_name_that_is_too_long)
{
	char name[NAME_MAX_BYTES + 1];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	cr_assert_eq(store_set_name(f.store, &alice, name), ERR_LONG);
	cr_assert_str_eq(alice.name, "");
	expect_stored(&alice);
}

Test(store_change, writes_a_name_only_when_it_is_new)
{
	int changes;

	cr_assert_eq(store_set_name(f.store, &alice, "alice"), OK);
	changes = sqlite3_total_changes(f.store->database);
	cr_assert_eq(store_set_name(f.store, &alice, "alice"), OK);
	cr_assert_eq(sqlite3_total_changes(f.store->database), changes);
}

Test(store_change, remembers_nobody_for_a_name_alone)
{
	struct record r;
	uint64_t users;

	fixture_load(&f, NOBODY, &r);
	cr_assert_eq(store_set_name(f.store, &r, "nobody"), ERR_ABSENT);
	cr_assert_eq(store_count(f.store, &users), OK);
	cr_assert_eq(users, 2);
}

/* ---- races, and what is broken ---- */

/* Every change but the name's, on a record that is out of date. */
static enum error
change(int which, struct record *r)
{
	uint8_t hash[1][RECOVERY_HASH] = {{1}};

	switch (which) {
	case 0:
		return add(r, 2, true, NULL);
	case 1:
		return store_confirm_device(f.store, r, r->device[0].id);
	case 2:
		return store_remove_device(f.store, r, r->device[0].id);
	case 3:
		return store_set_recovery(f.store, r, (hashes)hash, 1);
	default:
		return store_save_tally(f.store, r);
	}
}

Test(store_change, each_makes_the_others_build_on_it)
{
	for (int first = 0; first < 5; first++) {
		for (int second = 0; second < 5; second++) {
			struct record a, b;

			fixture_load(&f, ALICE, &a);
			b = a;
			cr_assert_eq(change(first, &a), OK);
			cr_assert_eq(change(second, &b), ERR_RACE, "%d, %d",
			    first, second);
			cr_assert_eq(store_leave(f.store, ERR_RACE), OK);
			cr_assert_eq(store_enter(f.store), OK);
		}
	}
	fixture_load(&f, ALICE, &alice);
	expect_stored(&alice);
}

Test(store_change, does_not_touch_a_broken_record)
{
	uint8_t hash[1][RECOVERY_HASH] = {{1}};

	fixture_commit(&f);
	store_close(&f.store);
	fixture_sql(&f, "UPDATE user SET devices = x'ff' WHERE uid = 1000");
	fixture_reopen(&f);
	fixture_enter(&f);
	fixture_load(&f, ALICE, &alice);
	cr_assert_eq(alice.state, RECORD_BROKEN);
	cr_assert_eq(add(&alice, 2, true, NULL), ERR_BROKEN);
	cr_assert_eq(
	    store_set_recovery(f.store, &alice, (hashes)hash, 1), ERR_BROKEN);
	cr_assert_eq(store_set_name(f.store, &alice, "alice"), ERR_BROKEN);
	cr_assert_eq(store_confirm_device(f.store, &alice, 1), ERR_ABSENT);
	cr_assert_eq(store_remove_device(f.store, &alice, 1), ERR_ABSENT);
	fixture_load(&f, ALICE, &alice);
	cr_assert_eq(alice.state, RECORD_BROKEN);
}

/* ---- clearing ---- */

Test(store_change, clears_everything_of_one_user)
{
	uint64_t users, enrolled;

	cr_assert_eq(store_clear(f.store, ALICE), OK);
	fixture_load(&f, ALICE, &alice);
	cr_assert_eq(alice.state, RECORD_ABSENT);
	cr_assert_eq(alice.tally.version, 0);
	alice = reloaded();
	cr_assert_eq(alice.state, RECORD_ABSENT);
	cr_assert_eq(alice.tally.version, 0);
	cr_assert_eq(store_count(f.store, &users), OK);
	cr_assert_eq(store_count_enrolled(f.store, &enrolled), OK);
	cr_assert_eq(users, 1);
	cr_assert_eq(enrolled, 1);
}

Test(store_change, clears_a_user_whose_tally_is_folded)
{
	uint64_t left;

	fixture_commit(&f);
	cr_assert_eq(store_fold(f.store, UINT32_MAX, &left), OK);
	fixture_enter(&f);
	cr_assert_eq(store_clear(f.store, ALICE), OK);
	alice = reloaded();
	cr_assert_eq(alice.state, RECORD_ABSENT);
}

Test(store_change, clears_nobody)
{
	cr_assert_eq(store_clear(f.store, NOBODY), ERR_ABSENT);
	cr_assert_eq(store_clear(f.store, ALICE), OK);
	cr_assert_eq(store_clear(f.store, ALICE), ERR_ABSENT);
}

Test(store_change, clears_a_broken_record_like_a_good_one)
{
	fixture_commit(&f);
	store_close(&f.store);
	fixture_sql(&f,
	    "UPDATE user SET devices = x'ff', name = zeroblob(0)"
	    " || char(0), recovery = x'00' WHERE uid = 1000");
	fixture_reopen(&f);
	fixture_enter(&f);
	cr_assert_eq(store_clear(f.store, ALICE), OK);
	alice = reloaded();
	cr_assert_eq(alice.state, RECORD_ABSENT);
}
