#include "core/seen.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "core/record.h"

#define NOW INT64_C(1700000000)
#define DAY 86400

static struct tally
new_tally(void)
{
	struct tally t;

	tally_init(&t, NOW);
	return t;
}

Test(core_seen, knows_everybody_until_the_first_success)
{
	struct tally t = new_tally();

	cr_assert(network_known(&t, "192.0.2.1", NOW));
	cr_assert(network_known(&t, "", NOW));
	network_remember(&t, "", NOW);
	network_remember(&t, "UNKNOWN", NOW);
	cr_assert_eq(t.networks_seen, 0);
	network_remember(&t, "192.0.2.1", NOW);
	cr_assert(network_known(&t, "192.0.2.99", NOW));
	cr_assert_not(network_known(&t, "198.51.100.1", NOW));
	cr_assert_not(network_known(&t, "", NOW));
	cr_assert_not(network_known(&t, "UNKNOWN", NOW));
}

Test(core_seen, forgets_a_network_after_30_days)
{
	struct tally t = new_tally();

	network_remember(&t, "2001:db8::1", NOW);
	network_remember(&t, "192.0.2.1", NOW + 1);
	cr_assert(network_known(&t, "2001:db8::2", NOW + 30 * DAY));
	cr_assert_not(network_known(&t, "2001:db8::2", NOW + 30 * DAY + 1));
	network_remember(&t, "2001:db8::3", NOW + 40 * DAY);
	cr_assert_eq(t.networks_seen, 2);
	cr_assert(network_known(&t, "2001:db8::2", NOW + 70 * DAY));
}

/* Else what is kept for the owner would be nobody's after an idle month. */
Test(core_seen, never_forgets_the_newest_network)
{
	struct tally t = new_tally();

	network_remember(&t, "192.0.2.1", NOW);
	network_remember(&t, "198.51.100.1", NOW + 60);
	cr_assert(network_known(&t, "198.51.100.1", NOW + 3650 * DAY));
	cr_assert_not(network_known(&t, "192.0.2.1", NOW + 3650 * DAY));
	cr_assert_not(network_known(&t, "203.0.113.1", NOW + 3650 * DAY));
}

Test(core_seen, takes_a_later_success_for_now)
{
	struct tally t = new_tally();

	network_remember(&t, "192.0.2.1", NOW + 365 * DAY);
	cr_assert(network_known(&t, "192.0.2.1", NOW));
	network_remember(&t, "198.51.100.1", NOW);
	t.seen[0].last = INT64_MIN;
	cr_assert_not(network_known(&t, "192.0.2.1", INT64_MAX));
	t.seen[0].last = INT64_MAX;
	cr_assert(network_known(&t, "192.0.2.1", INT64_MIN));
}

/* A11: however many there were, the state stays small; the oldest goes. */
Test(core_seen, remembers_eight_networks)
{
	struct tally t = new_tally();
	char address[ADDRESS_MAX];

	for (int i = 0; i < 100; i++) {
		snprintf(address, sizeof address, "192.0.%d.1", i);
		network_remember(&t, address, NOW + i);
	}
	cr_assert_eq(t.networks_seen, NETWORKS_MAX);
	cr_assert(network_known(&t, "192.0.99.1", NOW + 100));
	cr_assert(network_known(&t, "192.0.92.1", NOW + 100));
	cr_assert_not(network_known(&t, "192.0.91.1", NOW + 100));
	network_remember(&t, "192.0.92.1", NOW + 100);
	network_remember(&t, "198.51.100.1", NOW + 101);
	cr_assert(network_known(&t, "192.0.92.1", NOW + 101));
	cr_assert_not(network_known(&t, "192.0.93.1", NOW + 101));
}
