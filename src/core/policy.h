/*
 * The policy that is in force, as decisions read it.  daemon/options.def says
 * how each field is written in otpgate.conf, and its range and default.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define POLICY_LIST_MAX 256  /* bytes of a comma-separated list */
#define POLICY_GROUP_MAX 64  /* bytes of an entry: a group, a network */
#define POLICY_GROUPS_MAX 32 /* entries of such a list */
#define POLICY_TEXT_MAX 64   /* bytes of a text option, its NUL among them */

enum algorithm {
	ALGORITHM_SHA1,
	ALGORITHM_SHA256,
	ALGORITHM_SHA512,
	ALGORITHM_COUNT
};

enum policy_mode { POLICY_REQUIRED, POLICY_OPTIONAL, POLICY_MODE_COUNT };

enum policy_setup { SETUP_TICKET, SETUP_LOGIN, POLICY_SETUP_COUNT };

struct policy {
	bool enabled; /* the global switch */
	bool ssh;     /* the switch for SSH */
	enum policy_mode mode;
	enum policy_setup setup;      /* who may set a first secret up */
	uint32_t window;	      /* earlier steps accepted, 0 to 10 */
	uint32_t lookahead;	      /* later steps accepted, 0 to 1 */
	uint32_t digits;	      /* of new secrets: 6 to 8 */
	uint32_t period;	      /* of new secrets, seconds: 30 or 60 */
	enum algorithm algorithm;     /* of new secrets */
	uint32_t deadline;	      /* seconds a prompt waits */
	char issuer[POLICY_TEXT_MAX]; /* empty: the name of the host */
	char passwordless[POLICY_LIST_MAX];	 /* core/methods.h */
	char challenge_methods[POLICY_LIST_MAX]; /* core/methods.h */
	char exempt_groups[POLICY_LIST_MAX];	 /* core/exempt.h */
	char exempt_networks[POLICY_LIST_MAX];	 /* core/exempt.h */
	char admin_groups[POLICY_LIST_MAX];	 /* of names alone */
	char services[POLICY_LIST_MAX];		 /* core/service.h */
	uint32_t trust_max; /* hours that a key is trusted for; 0: none is */
	bool trust_from;    /* a trusted key is bound to an address */
};

#endif
