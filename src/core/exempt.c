/*
 * Rule: what is not known MUST lead towards a challenge.
 */
#include "core/exempt.h"

#include <string.h>

#include "base/text.h"
#include "core/network.h"

/* ---- entries ---- */

bool
list_next(const char **at, struct list_entry *out)
{
	const char *text = *at;
	size_t length;

	out->negated = *text == '!';
	text += out->negated;
	length = strcspn(text, ",");
	if (length == 0 || length >= sizeof out->name)
		return false;
	if (text[length] == ',' && text[length + 1] == '\0')
		return false;
	memcpy(out->name, text, length);
	out->name[length] = '\0';
	text += length;
	text += *text == ',';
	*at = text;
	return true;
}

/* The state of a list whose entries read has looked at, one by one. */
static enum list_state
list_read(const char *list, enum list_state (*read)(const struct list_entry *))
{
	struct list_entry entry;
	enum list_state state = LIST_GOOD;
	size_t plain = 0, negated = 0;

	while (state == LIST_GOOD && list_next(&list, &entry)) {
		state = read(&entry);
		plain += !entry.negated;
		negated += entry.negated;
	}
	if (state != LIST_GOOD)
		return state;
	if (*list != '\0')
		return LIST_MALFORMED;
	if (plain + negated > POLICY_GROUPS_MAX)
		return LIST_TOO_MANY;
	return negated > 0 && plain == 0 ? LIST_ONLY_NEGATED : LIST_GOOD;
}

/* ---- groups ---- */

static enum list_state
read_group(const struct list_entry *entry)
{
	size_t length = strlen(entry->name);

	for (const char *c = entry->name; *c != '\0'; c++)
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
			return LIST_MALFORMED;
	return entry->name[0] == ' ' || entry->name[0] == '!' ||
		entry->name[length - 1] == ' '
	    ? LIST_MALFORMED
	    : LIST_GOOD;
}

static enum list_state
read_plain_group(const struct list_entry *entry)
{
	return entry->negated ? LIST_MALFORMED : read_group(entry);
}

enum list_state
list_of_groups(const char *list, bool negatable)
{
	return list_read(list, negatable ? read_group : read_plain_group);
}

const uint32_t *
group_names_find(const struct group_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->entry[i].name, name) == 0)
			return &names->entry[i].gid;
	return NULL;
}

/* ---- networks ---- */

#define ALL_BITS 128
#define MAPPED_BITS 96 /* before the IPv4 address in a mapped one */

/* A network; of IPv4 where its address is mapped, and bits are 96 or more. */
struct cidr {
	uint8_t address[ADDRESS_BYTES];
	size_t bits;
};

/* True when the first bits of both are the same. */
static bool
bits_equal(const uint8_t *a, const uint8_t *b, size_t bits)
{
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return memcmp(a, b, bits / 8) == 0 &&
	    (bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0);
}

static bool
has_host_bits(const struct cidr *n)
{
	for (size_t bit = n->bits; bit < ALL_BITS; bit++)
		if ((n->address[bit / 8] & 0x80 >> bit % 8) != 0)
			return true;
	return false;
}

static enum list_state
cidr_read(struct cidr *out, const char *text)
{
	size_t length = strcspn(text, "/");
	size_t first;
	char address[POLICY_GROUP_MAX];
	uint64_t prefix;

	if (length >= sizeof address || strchr(text, '%') != NULL)
		return LIST_MALFORMED;
	memcpy(address, text, length);
	address[length] = '\0';
	if (address_read(out->address, address) != OK)
		return LIST_MALFORMED;
	first = strchr(address, ':') == NULL ? MAPPED_BITS : 0;
	out->bits = ALL_BITS;
	if (text[length] == '/') {
		if (text_number(
			text + length + 1, 0, ALL_BITS - first, &prefix) != OK)
			return LIST_MALFORMED;
		out->bits = first + (size_t)prefix;
	}
	return has_host_bits(out) ? LIST_HOST_BITS : LIST_GOOD;
}

static bool
cidr_holds(const struct cidr *n, const uint8_t address[static ADDRESS_BYTES])
{
	bool ipv4 = n->bits >= MAPPED_BITS && address_is_ipv4(n->address);

	return ipv4 == address_is_ipv4(address) &&
	    bits_equal(n->address, address, n->bits);
}

static enum list_state
read_network(const struct list_entry *entry)
{
	struct cidr network;

	return cidr_read(&network, entry->name);
}

enum list_state
list_of_networks(const char *list)
{
	return list_read(list, read_network);
}

/* ---- what fits ---- */

enum fit { FIT_UNKNOWN, FIT_NO, FIT_YES };

/* Every entry is looked at: a negated one may come last. */
static bool
evaluate(const char *list, enum fit (*fit)(const void *, const char *),
    const void *context, char which[static POLICY_GROUP_MAX])
{
	struct list_entry entry;
	bool exempt = false, excluded = false;

	which[0] = '\0';
	while (list_next(&list, &entry)) {
		enum fit f = fit(context, entry.name);

		if (entry.negated && f != FIT_NO)
			excluded = true;
		if (!entry.negated && f == FIT_YES && !exempt) {
			exempt = true;
			memcpy(which, entry.name, sizeof entry.name);
		}
	}
	exempt = exempt && !excluded && *list == '\0';
	if (!exempt)
		which[0] = '\0';
	return exempt;
}

struct membership {
	const struct group_names *names;
	const struct group_set *groups;
};

static enum fit
fit_group(const void *context, const char *name)
{
	const struct membership *m = context;
	const uint32_t *gid = group_names_find(m->names, name);

	if (gid == NULL || m->groups->count == 0)
		return FIT_UNKNOWN;
	for (size_t i = 0; i < m->groups->count; i++)
		if (m->groups->gid[i] == *gid)
			return FIT_YES;
	return FIT_NO;
}

bool
exempt_by_group(const char *list, const struct group_names *names,
    const struct group_set *groups, char which[static POLICY_GROUP_MAX])
{
	const struct membership m = {names, groups};

	return evaluate(list, fit_group, &m, which);
}

static enum fit
fit_network(const void *context, const char *name)
{
	uint8_t address[ADDRESS_BYTES];
	struct cidr network;

	if (address_read(address, context) != OK ||
	    cidr_read(&network, name) != LIST_GOOD)
		return FIT_UNKNOWN;
	return cidr_holds(&network, address) ? FIT_YES : FIT_NO;
}

bool
exempt_by_network(
    const char *list, const char *address, char which[static POLICY_GROUP_MAX])
{
	return evaluate(list, fit_network, address, which);
}
