/* The facts of a login: of the kernel, of sshd and of the user database. */
#ifndef DOORS_GATE_FACTS_H
#define DOORS_GATE_FACTS_H

#include <sys/types.h>

#include "base/error.h"
#include "core/network.h"
#include "doors/gate/authinfo.h"
#include "wire/message.h"

/*
 * The user as the user database has it: the environment is the client's, and
 * PAM's, and is not asked.
 */
struct user {
	uid_t uid;
	char *name;
	char *home;
	char *shell; /* never empty */
};

struct facts {
	struct user user;
	const char *command; /* what the client asked for; NULL: a shell */
	enum kind kind;
	int terminal;		   /* a descriptor of the terminal, or -1 */
	char address[ADDRESS_MAX]; /* of the client, "" where unknown */
	const char *code; /* OTPGATE_CODE of the environment, or NULL */
	struct authinfo login;
};

/*
 * Gathers them from this process and its environment.  ERR_ABSENT when the
 * user is not in the user database, ERR_UNSAFE when the real and the effective
 * user or group differ, ERR_SYSTEM, ERR_MEMORY; out is valid either way.  That
 * sshd's list of methods is not believed is a fact, not an error.
 */
enum error facts_gather(struct facts *out);

/* True for a login shell on a terminal: what a person sits at. */
bool facts_interactive(const struct facts *facts);

/* Frees and closes what it holds. */
void facts_free(struct facts *facts);

#endif
