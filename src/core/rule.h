/*
 * The rule: who is asked for a code.
 *
 * A login is challenged if and only if two-factor is on globally and for the
 * service, the user has a confirmed secret, and the login used a password.
 * doc/ARCHITECTURE shows the whole table.
 */
#ifndef CORE_RULE_H
#define CORE_RULE_H

#include <stdbool.h>

#include "core/policy.h"
#include "core/service.h"
#include "core/verdict.h"

/*
 * What the store knows of a user's secrets.  Broken never means absent: a
 * record that cannot be read denies, for its owner may well have a secret.
 */
enum record_state {
	RECORD_BROKEN,
	RECORD_ABSENT, /* no confirmed secret */
	RECORD_GOOD,   /* at least one confirmed secret */
	RECORD_STATE_COUNT
};

/* How the login proved itself to sshd; see core/methods.h. */
enum login_class {
	LOGIN_PASSWORD,	    /* a password, or anything not known to be none */
	LOGIN_PASSWORDLESS, /* each method was a key, a host or a ticket */
	LOGIN_CLASS_COUNT
};

/* Each false, each zero, leads towards a challenge or a refusal. */
struct rule_facts {
	bool global_off;
	enum service_state service;
	bool exempt;		/* an exemption of the policy fits */
	bool method_challenged; /* challenge_methods names one of the methods */
	bool optional;		/* policy = "optional" */
	bool verified;		/* a code was given on this connection */
	enum login_class login;
	enum record_state record;
};

/*
 * The verdict on a login with these facts; *why says what decided.  Total:
 * a number outside an enum denies with REASON_UNDECIDED.
 */
enum verdict rule_judge(const struct rule_facts *facts, enum reason *why);

#endif
