/* A proof is good once, for one user, on one connection, for a while. */
#include "daemon/proof.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW INT64_C(1700000000)
#define HERE "192.0.2.1 5000 192.0.2.2 22"
#define THERE "192.0.2.1 5001 192.0.2.2 22"

static struct proofs *p;

static void
open_table(void)
{
	p = proofs_new();
	cr_assert_not_null(p);
}

static void
close_table(void)
{
	proofs_free(&p);
	cr_assert_null(p);
	proofs_free(&p);
}

TestSuite(daemon_proof, .init = open_table, .fini = close_table);

struct word {
	char text[WIRE_PROOF_MAX];
};

static struct word
make(uint32_t uid, const char *connection, int64_t now)
{
	struct word w;

	cr_assert_eq(proof_make(p, uid, connection, now, w.text), OK);
	cr_assert_eq(strlen(w.text), WIRE_PROOF_MAX - 1);
	return w;
}

Test(daemon_proof, it_is_good_once)
{
	struct word w = make(1000, HERE, NOW);

	cr_expect(proof_take(p, 1000, HERE, NOW, w.text));
	cr_expect_not(proof_take(p, 1000, HERE, NOW, w.text));
}

Test(daemon_proof, it_is_of_one_user)
{
	struct word w = make(1000, HERE, NOW);

	cr_expect_not(proof_take(p, 1001, HERE, NOW, w.text));
	cr_expect_not(
	    proof_take(p, 1000, HERE, NOW, w.text), "it was shown already");
}

Test(daemon_proof, it_is_of_one_connection)
{
	struct word w = make(1000, HERE, NOW);

	cr_expect_not(proof_take(p, 1000, THERE, NOW, w.text));
	w = make(1000, HERE, NOW);
	cr_expect_not(proof_take(p, 1000, "", NOW, w.text));
}

Test(daemon_proof, it_is_good_for_a_while)
{
	struct word w = make(1000, HERE, NOW);

	cr_expect(proof_take(p, 1000, HERE, NOW + PROOF_TIME - 1, w.text));
	w = make(1000, HERE, NOW);
	cr_expect_not(proof_take(p, 1000, HERE, NOW + PROOF_TIME, w.text));
	w = make(1000, HERE, NOW);
	cr_expect_not(proof_take(p, 1000, HERE, NOW - 1, w.text));
}

Test(daemon_proof, nothing_else_is_one)
{
	static const char *const words[] = {"", "0",
	    "00000000000000000000000000000000",
	    "000000000000000000000000000000000", "ffff"};
	struct word w = make(1000, HERE, NOW), other = w;

	other.text[31] = other.text[31] == '0' ? '1' : '0';
	cr_expect_not(proof_take(p, 1000, HERE, NOW, other.text));
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		cr_expect_not(proof_take(p, 1000, HERE, NOW, words[i]));
	cr_expect(proof_take(p, 1000, HERE, NOW, w.text), "none was meant");
}

Test(daemon_proof, no_two_are_the_same)
{
	struct word a = make(1000, HERE, NOW), b = make(1000, HERE, NOW);

	cr_expect_str_neq(a.text, b.text);
	cr_expect(proof_take(p, 1000, HERE, NOW, a.text));
	cr_expect(proof_take(p, 1000, HERE, NOW, b.text));
}

Test(daemon_proof, another_factor_ends_all_of_the_user)
{
	struct word mine = make(1000, HERE, NOW);
	struct word other = make(1001, HERE, NOW);

	proofs_doubt(p, 1000);
	cr_expect_not(proof_take(p, 1000, HERE, NOW, mine.text));
	cr_expect(proof_take(p, 1001, HERE, NOW, other.text));
}

/* Who makes many drives out their own. */
Test(daemon_proof, the_oldest_of_a_user_gives_way)
{
	struct word other = make(1001, HERE, NOW), first, second, last;

	first = make(1000, HERE, NOW);
	second = make(1000, HERE, NOW);
	for (int i = 2; i <= PROOFS_USER; i++)
		last = make(1000, HERE, NOW);
	cr_expect_not(proof_take(p, 1000, HERE, NOW, first.text));
	cr_expect(proof_take(p, 1000, HERE, NOW, second.text));
	cr_expect(proof_take(p, 1000, HERE, NOW, last.text));
	cr_expect(proof_take(p, 1001, HERE, NOW, other.text));
}

Test(daemon_proof, a_full_table_takes_new_ones)
{
	struct word first = make(1, HERE, NOW), second = make(2, HERE, NOW);
	struct word last = second;

	for (uint32_t i = 3; i <= PROOFS_MAX + 1; i++)
		last = make(i, HERE, NOW);
	cr_expect_not(proof_take(p, 1, HERE, NOW, first.text));
	cr_expect(proof_take(p, 2, HERE, NOW, second.text));
	cr_expect(proof_take(p, PROOFS_MAX + 1, HERE, NOW, last.text));
}
