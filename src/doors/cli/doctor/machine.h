/*
 * What doctor knows of the machine before it judges: what otpgated says, what
 * sshd makes of its configuration for different people, the files that it
 * read, and the accounts.
 */
#ifndef DOORS_CLI_DOCTOR_MACHINE_H
#define DOORS_CLI_DOCTOR_MACHINE_H

#include <grp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "doors/cli/doctor/gate_line.h"
#include "doors/cli/doctor/lines.h"
#include "doors/cli/doctor/settings.h"
#include "doors/cli/doctor/stack.h"
#include "wire/message.h"

#define PATH_SSHD "/usr/sbin/sshd"
#define SSHD_CONFIG "/etc/ssh/sshd_config"
#define SSHD_DIRECTORY "/etc/ssh/sshd_config.d"
#define SSHD_DROP_IN SSHD_DIRECTORY "/00-otpgate-session.conf"
#define SSHD_STACK "/etc/pam.d/sshd"

#define ACCOUNTS_MAX 4096 /* read of the user database */
#define OWNERS_MAX 4096	  /* read of otpgated's list */
#define VIEWS_MAX 300	  /* logins that sshd is asked about */
#define WHOM_MAX 320
#define UID_ORDINARY 1000 /* where people begin (login.defs(5)) */

struct account {
	char name[NAME_MAX_BYTES];
	uid_t uid;
	gid_t gid;
	char home[256];
	char shell[256];
};

/* Somebody of whom otpgated has a record. */
struct owner {
	uint32_t uid;
	char name[NAME_MAX_BYTES]; /* as stored; "" for none */
	bool has_secret;	   /* a confirmed one, or one that is broken */
};

/* What sshd makes of the logins of somebody. */
struct view {
	char whom[WHOM_MAX];
	bool account; /* of an account, looked at for itself */
	uid_t uid;    /* of that account */
	bool named;   /* of somebody or of a group, not of everybody */
	struct settings settings;
	enum error gate; /* what gate_line_read() said */
	struct gate_line line;
};

struct machine {
	/* what otpgated says */
	enum error asked; /* not OK: it could not be asked */
	struct wire_health_reply health;
	bool policy_known;
	struct wire_policy_reply policy;
	struct owner *owner;
	size_t owners;
	bool owners_known; /* all that there are, or OWNERS_MAX */
	/* what sshd says */
	struct lines config; /* sshd_config and what it includes */
	bool matches;	     /* it has Match lines besides "Match all" */
	struct view *view[VIEWS_MAX];
	size_t views;
	bool views_cut;	       /* there were more */
	char port[8];	       /* the first that sshd listens on */
	enum error sshd;       /* of the first run that failed, else OK */
	char sshd_said[1024];  /* what it said then, escaped */
	struct lines stack;    /* PAM's for sshd */
	struct stack pam;      /* what of it is ours */
	struct lines standard; /* the drop-in as installed */
	/* people */
	struct account *account;
	size_t accounts;
};

/* Gathers it all.  NULL without memory; end it with machine_end(). */
struct machine *machine_look(void);
void machine_end(struct machine **m);

/* The value of an option of the policy, or standard where there is none. */
const char *machine_option(
    const struct machine *m, const char *key, const char *standard);

/* True where PAM's stack for sshd asks for a code: the auth door. */
bool machine_asks_by_pam(const struct machine *m);

/* True where sshd has a step for it, as the auth door's drop-ins say. */
bool machine_wants_pam(const struct machine *m);

/*
 * The file that holds the drop-in, of whichever door, as sshd reads it, and
 * which of the lines is its first; NULL without one.  Lines of that file have
 * this very pointer.
 */
const char *machine_drop_in(const struct machine *m, size_t *first);

/* The account of that name or uid, or NULL. */
const struct account *machine_account(
    const struct machine *m, const char *name);
const struct account *machine_account_of(const struct machine *m, uid_t uid);

/*
 * True where the gate runs for somebody.  Where it does not, what makes it
 * safe is not looked at, and not called good.
 */
bool machine_is_guarded(const struct machine *m);

/* True where otpgated has a secret of uid. */
bool machine_has_secret(const struct machine *m, uint32_t uid);

/*
 * True where the user of that name and primary group is a member of g; NULL
 * has none.
 */
bool machine_is_member(const char *name, gid_t gid, const struct group *g);

/*
 * Calls act for each word of list, which has commas between; stops where it
 * says false, and then says so.
 */
bool machine_each_word(const char *list,
    bool (*act)(void *context, const char *word), void *context);

/* For machine_look() alone: what sshd makes of them all. */
void views_take(struct machine *m);

#endif
