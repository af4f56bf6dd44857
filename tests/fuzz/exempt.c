/*
 * A list of networks that is good reads the same in any order, holds the
 * addresses that it names, unless it excludes them, and nobody's else; one that
 * is not good exempts nobody.  A list of groups likewise.
 */
#include "core/exempt.h"
#include "core/network.h"
#include "fuzz/fuzz.h"

static const char *const addresses[] = {"0.0.0.0", "255.255.255.255",
    "192.0.2.7", "::", "::1", "2001:db8::1", "::ffff:192.0.2.7", "fe80::1%eth0",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "x"};

/* The first address of an entry. */
static void
first_of(const struct list_entry *entry, char out[static POLICY_GROUP_MAX])
{
	size_t length = strcspn(entry->name, "/");

	memcpy(out, entry->name, length);
	out[length] = '\0';
}

static bool
fits(const struct list_entry *entry, const char *address)
{
	char which[POLICY_GROUP_MAX];

	return exempt_by_network(entry->name, address, which);
}

/* By the entries, one by one. */
static bool
expected(const char *list, const char *address)
{
	struct list_entry entry;
	uint8_t bytes[ADDRESS_BYTES];
	bool plain = false, negated = false;

	while (list_next(&list, &entry)) {
		plain |= !entry.negated && fits(&entry, address);
		negated |= entry.negated && fits(&entry, address);
	}
	return plain && !negated && address_read(bytes, address) == OK;
}

static void
judge_networks(const char *list)
{
	char which[POLICY_GROUP_MAX], own[POLICY_GROUP_MAX];
	struct list_entry entry;
	const char *at = list;

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
		must(exempt_by_network(list, addresses[i], which) ==
		    expected(list, addresses[i]));
	while (list_next(&at, &entry)) {
		first_of(&entry, own);
		must(fits(&entry, own));
		must(
		    exempt_by_network(list, own, which) == expected(list, own));
	}
	must(*at == '\0');
}

static bool
excludes(const char *list, const char *name)
{
	struct list_entry entry;

	while (list_next(&list, &entry))
		if (entry.negated && strcmp(entry.name, name) == 0)
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct group_names names = {
	    .count = 2, .entry = {{"staff", 50}, {"interns", 60}}};
	static const uint32_t gid[] = {50, 60};
	char *list = fuzz_text(data, size);
	char which[POLICY_GROUP_MAX];
	bool exempt;

	if (list_of_networks(list) == LIST_GOOD)
		judge_networks(list);
	exempt =
	    exempt_by_group(list, &names, &(struct group_set){gid, 1}, which);
	must(!exempt || strcmp(which, "staff") == 0);
	must(!exempt || list_of_groups(list, true) != LIST_ONLY_NEGATED);
	must(!exempt_by_group(
		 list, &names, &(struct group_set){gid, 2}, which) ||
	    !excludes(list, "interns"));
	must(!exempt_by_group(
	    list, &names, &(struct group_set){NULL, 0}, which));
	free(list);
	return 0;
}
