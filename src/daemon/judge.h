/*
 * The facts of a login, put before the rule: what the policy, the store, the
 * methods, the groups and the address say.  A login and `otpgate explain` both
 * come through here, so that what is explained is what is done.
 *
 * Methods and address of a login are what a process of its user says.  Who
 * forges them gets a verdict that nobody acts on: the one who acts is the gate
 * that sshd started, and it asks for itself, with sshd's own words.  Groups are
 * the kernel's word.
 */
#ifndef DAEMON_JUDGE_H
#define DAEMON_JUDGE_H

#include <stddef.h>

#include "core/exempt.h"
#include "core/rule.h"
#include "daemon/daemon.h"

/* What is known of a login. */
struct evidence {
	enum record_state record;
	const char *service;	 /* core/service.h */
	bool verified;		 /* a code was given on this connection */
	const char *methods;	 /* "" where sshd did not tell */
	const char *address;	 /* "" where unknown */
	struct group_set groups; /* the user's */
};

/* What a login came to. */
struct judgement {
	enum verdict verdict;
	enum reason reason;
	const char *exempt; /* "group", "network"; NULL: no exemption fits */
	char by[POLICY_GROUP_MAX]; /* the entry that does */
};

/*
 * The verdict, and what decided.  While the policy cannot be trusted, a login
 * that used a password is denied whatever the last good policy says.
 */
struct judgement judge_login(const struct daemon *d, const struct evidence *e);

/*
 * What a door shows beside the verdict: file and line of a bad policy, when
 * that is why; to root always, and the trouble of the store as well, with its
 * path, which is nobody else's to know.  "" otherwise.
 */
void judge_detail(const struct daemon *d, uint32_t uid, enum reason why,
    char *out, size_t size);

#endif
