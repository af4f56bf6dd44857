/* Trusted keys in the store. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"
#include "unit/store/fixture.h"

#define ALICE 1000
#define BOB 1001
#define HOUR 3600

static struct fixture f;
static struct trusted t;

static void
setup(void)
{
	fixture_open(&f);
	fixture_enter(&f);
}

static void
teardown(void)
{
	fixture_end(&f);
}

TestSuite(store_trust, .init = setup, .fini = teardown);

/* An Ed25519 key that is told from others by number; trusted for an hour. */
static struct trusted *
key(uint32_t uid, uint32_t number)
{
	static const uint8_t head[] = "\0\0\0\013ssh-ed25519\0\0\0\040";

	memset(&t, 0, sizeof t);
	t.uid = uid;
	(void)text_copy(t.name, sizeof t.name, "alice");
	(void)text_copy(t.source, sizeof t.source, "192.0.2.7");
	t.created = FIXTURE_NOW;
	t.expires = FIXTURE_NOW + HOUR;
	memcpy(t.key, head, sizeof head - 1);
	memcpy(t.key + sizeof head - 1, &number, sizeof number);
	t.size = sizeof head - 1 + 32;
	return &t;
}

static void
reopen(void)
{
	fixture_commit(&f);
	fixture_reopen(&f);
	fixture_enter(&f);
}

static enum error
find(uint32_t uid, struct trusted *out)
{
	return store_find_trusted(f.store, uid, t.fingerprint, out);
}

static uint32_t
count(uint32_t uid)
{
	uint32_t n;

	cr_assert_eq(store_count_trusted(f.store, uid, FIXTURE_NOW, &n), OK);
	return n;
}

Test(store_trust, gives_back_what_it_took)
{
	struct trusted back;

	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	cr_assert_gt(t.id, 0);
	cr_assert_str_eq(t.type, "ssh-ed25519");
	reopen();
	cr_assert_eq(find(ALICE, &back), OK);
	cr_expect_eq(memcmp(&back, &t, sizeof back), 0);
	cr_expect_eq(find(BOB, &back), ERR_ABSENT, "it is nobody else's");
}

Test(store_trust, refuses_what_is_no_good_key_or_source)
{
	key(ALICE, 1)->size--;
	cr_expect_eq(store_trust(f.store, &t), ERR_RANGE);
	key(ALICE, 1)->size = PUBKEY_MAX + 1;
	cr_expect_eq(store_trust(f.store, &t), ERR_RANGE);
	(void)text_copy(key(ALICE, 1)->source, sizeof t.source, "*");
	cr_expect_eq(store_trust(f.store, &t), ERR_RANGE);
	cr_expect_eq(count(ALICE), 0);
}

Test(store_trust, never_gives_an_id_twice)
{
	uint32_t ended;
	int64_t first;

	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	first = t.id;
	cr_assert_eq(store_end_trust(f.store, ALICE, &ended), OK);
	cr_expect_eq(ended, 1);
	reopen();
	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	cr_expect_gt(t.id, first);
}

Test(store_trust, replaces_the_same_key)
{
	struct trusted back;
	int64_t first;

	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	first = t.id;
	key(ALICE, 1)->expires += HOUR;
	cr_assert_eq(store_trust(f.store, &t), OK);
	cr_expect_gt(t.id, first);
	cr_expect_eq(count(ALICE), 1);
	cr_assert_eq(find(ALICE, &back), OK);
	cr_expect_eq(back.expires, FIXTURE_NOW + 2 * HOUR);
}

Test(store_trust, has_room_for_as_many_as_it_says_and_for_no_more)
{
	cr_assert_geq(STORE_TRUSTED_MAX, 1000);
	for (uint32_t i = 0; i < STORE_TRUSTED_MAX; i++)
		cr_assert_eq(store_trust(f.store, key(ALICE, i)), OK);
	cr_expect_eq(store_trust(f.store, key(ALICE, 5000)), ERR_FULL);
	cr_expect_eq(store_trust(f.store, key(ALICE, 7)), OK, "the same key");
	cr_expect_eq(store_trust(f.store, key(BOB, 5000)), OK);
	key(ALICE, 5000)->created += HOUR;
	t.expires += HOUR;
	cr_expect_eq(store_trust(f.store, &t), OK, "the others have ended");
	cr_expect_eq(count(ALICE), 1);
}

Test(store_trust, lists_what_has_not_ended_in_the_order_of_ids)
{
	static const uint32_t alice = ALICE;
	struct trusted a;
	int64_t first;

	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	first = t.id;
	cr_assert_eq(store_trust(f.store, key(BOB, 2)), OK);
	key(ALICE, 3)->expires = FIXTURE_NOW + 1;
	cr_assert_eq(store_trust(f.store, &t), OK);
	cr_assert_eq(
	    store_next_trusted(f.store, &alice, 0, FIXTURE_NOW, &a), OK);
	cr_expect_eq(a.id, first);
	cr_assert_eq(
	    store_next_trusted(f.store, &alice, a.id, FIXTURE_NOW, &a), OK);
	cr_expect_eq(a.id, t.id);
	cr_expect_eq(
	    store_next_trusted(f.store, &alice, first, FIXTURE_NOW + 1, &a),
	    ERR_ABSENT, "it ends at that moment");
	cr_assert_eq(
	    store_next_trusted(f.store, NULL, first, FIXTURE_NOW, &a), OK);
	cr_expect_eq(a.uid, BOB);
}

Test(store_trust, ends_one_of_its_owner_s_alone)
{
	static const uint32_t alice = ALICE, bob = BOB;
	uint32_t owner = 0;

	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	cr_assert_eq(store_revoke(f.store, &bob, t.id, &owner), ERR_ABSENT);
	cr_expect_eq(count(ALICE), 1);
	cr_assert_eq(store_revoke(f.store, &alice, t.id, &owner), OK);
	cr_expect_eq(owner, ALICE);
	cr_expect_eq(count(ALICE), 0);
	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	cr_assert_eq(store_revoke(f.store, NULL, t.id, &owner), OK);
	cr_assert_eq(store_revoke(f.store, NULL, t.id, &owner), ERR_ABSENT);
}

Test(store_trust, is_forgotten_with_its_user)
{
	cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
	cr_assert_eq(store_trust(f.store, key(BOB, 1)), OK);
	cr_assert_eq(store_clear(f.store, ALICE), OK);
	cr_expect_eq(count(ALICE), 0);
	cr_expect_eq(count(BOB), 1);
}

Test(store_trust, does_not_give_out_what_it_did_not_make)
{
	static const char *const damages[] = {
	    "UPDATE trusted SET key = x'00'",
	    "UPDATE trusted SET key = x''",
	    "UPDATE trusted SET key = zeroblob(4000)",
	    "UPDATE trusted SET source = '*'",
	    "UPDATE trusted SET name = 'a' || char(0) || 'b'",
	    "UPDATE trusted SET expires = expires + 1",
	    "UPDATE trusted SET created = created + 1",
	    "UPDATE trusted SET source = ''",
	    "UPDATE trusted SET name = 'mallory'",
	    "UPDATE trusted SET mac = x''",
	    /* a key in the place of another one */
	    "UPDATE trusted SET key = x'0000000b7373682d65643235353139"
	    "000000200000000000000000000000000000000000000000"
	    "000000000000000000000001'",
	};
	static const uint32_t alice = ALICE;
	struct trusted back;

	for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		cr_assert_eq(store_trust(f.store, key(ALICE, 1)), OK);
		fixture_commit(&f);
		store_close(&f.store);
		fixture_sql(&f, damages[i]);
		fixture_reopen(&f);
		fixture_enter(&f);
		cr_expect_eq(find(ALICE, &back), ERR_BROKEN, "%s", damages[i]);
		cr_expect_eq(
		    store_next_trusted(f.store, &alice, 0, FIXTURE_NOW, &back),
		    ERR_BROKEN);
		cr_expect_eq(back.id, t.id);
	}
}
