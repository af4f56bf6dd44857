/*
 * Exemptions: lists of groups and of networks whose logins are not challenged.
 *
 * A list is text, as options hold it: entries with commas between.  An entry
 * is the name of a group or a network in CIDR notation (RFC 4632, RFC 4291);
 * behind a "!" it is negated.  A list exempts where an entry fits and no
 * negated one does, in whatever order they stand.
 *
 * Rules:
 *   - A negated entry that fits MUST beat every other one.
 *   - Where it cannot be known whether an entry fits, it MUST NOT exempt, and a
 *     negated one MUST count as one that fits.
 *   - A list that cannot be read MUST exempt nobody.
 */
#ifndef CORE_EXEMPT_H
#define CORE_EXEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/policy.h"

/* What a list is. */
enum list_state {
	LIST_MALFORMED,	   /* an entry is none that it can be */
	LIST_TOO_MANY,	   /* more entries than POLICY_GROUPS_MAX */
	LIST_HOST_BITS,	   /* bits of a network are set behind its prefix */
	LIST_ONLY_NEGATED, /* it could exempt nobody */
	LIST_GOOD,
	LIST_STATE_COUNT
};

/*
 * Reads a list of groups: names of printable ASCII without commas, quotes and
 * backslashes, blanks only inside, shorter than POLICY_GROUP_MAX.
 * Negated entries count as malformed where negatable is false.
 */
enum list_state list_of_groups(const char *list, bool negatable);

/*
 * Reads a list of networks.  An address alone is a network of one, /32 or
 * /128; an IPv4 address mapped into IPv6 counts as IPv4, and ::/0 as IPv6
 * alone.
 */
enum list_state list_of_networks(const char *list);

/* One entry of a list. */
struct list_entry {
	bool negated;
	char name[POLICY_GROUP_MAX];
};

/*
 * The entry that *at begins with; *at then stands at the next one.  False at
 * the end, and for a list that is malformed: *at then stands on no NUL.
 */
bool list_next(const char **at, struct list_entry *out);

/* Names of groups, and the number that each has on this machine. */
struct group_names {
	size_t count;
	struct group_name {
		char name[POLICY_GROUP_MAX];
		uint32_t gid;
	} entry[POLICY_GROUPS_MAX];
};

/* The number of name, or NULL when it is not known. */
const uint32_t *group_names_find(
    const struct group_names *names, const char *name);

/* The groups of a user. */
struct group_set {
	const uint32_t *gid; /* count of them */
	size_t count;	     /* 0: not known, for everybody has one */
};

/*
 * Whether list exempts a user of these groups, a client at address ("" where
 * it is unknown).  The entry that does goes to which, "" where none does.
 */
bool exempt_by_group(const char *list, const struct group_names *names,
    const struct group_set *groups, char which[static POLICY_GROUP_MAX]);
bool exempt_by_network(
    const char *list, const char *address, char which[static POLICY_GROUP_MAX]);

#endif
