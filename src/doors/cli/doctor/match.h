/*
 * Match lines of sshd_config: which login one of them is about, so that sshd
 * can be asked what it makes of such a one.
 *
 * Pure: text in, words out.
 */
#ifndef DOORS_CLI_DOCTOR_MATCH_H
#define DOORS_CLI_DOCTOR_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#define CRITERION_MAX 256

/* An example of the logins that a line is about; "" for what it leaves open. */
struct example {
	char user[CRITERION_MAX];
	char group[CRITERION_MAX];
	char host[CRITERION_MAX];
	char address[CRITERION_MAX];
	char local_address[CRITERION_MAX];
	char local_port[CRITERION_MAX];
};

/*
 * Reads the criteria of a Match line into example number wanted, from 0 on, of
 * the logins that it is about: one for each name in a list.  False behind the
 * last one, when the criteria are about everybody ("all"), when they can be
 * understood in no example, and when a criterion is not known.
 */
bool match_example(const char *criteria, size_t wanted, struct example *out);

/*
 * True where these examples are all that the line is about: "User" or "Group"
 * with plain names.
 */
bool match_is_tried(const char *criteria);

/* True for "all". */
bool match_is_all(const char *criteria);

#endif
