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
#include "doors/cli/doctor/listeners.h"
#include "doors/cli/doctor/settings.h"
#include "doors/cli/doctor/shipped.h"
#include "doors/cli/doctor/stack.h"
#include "wire/message.h"

#define PATH_SSHD "/usr/sbin/sshd"
#define SSHD_CONFIG "/etc/ssh/sshd_config"
#define SSHD_DIRECTORY "/etc/ssh/sshd_config.d"
#define AUTH_STEP "keyboard-interactive:pam" /* of AuthenticationMethods */
#define PAM_DIRECTORY "/etc/pam.d/"

#define ACCOUNTS_MAX 4096 /* read of the user database */
#define OWNERS_MAX 4096	  /* read of otpgated's list */
#define VIEWS_MAX 300	  /* logins that sshd is asked about */
#define WHOM_MAX 320
#define SSHD_WHERE_MAX 320
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

/* What the drop-in makes of an sshd. */
enum door { DOOR_NONE, DOOR_SESSION, DOOR_STEPS, DOOR_ONE };
#define DOORS 4

/* An sshd: the machine's own, whether it runs or not, or one that listens. */
struct sshd {
	struct listener listener;   /* how it was started */
	char where[SSHD_WHERE_MAX]; /* "" for the machine's own */
	struct lines config;	    /* its files, with what they include */
	bool matches; /* they have Match lines besides "Match all" */
	struct view *view[VIEWS_MAX];
	size_t views;
	bool views_cut;	   /* there were more */
	char port[8];	   /* the first that it listens on */
	enum error asked;  /* of the first run that failed, else OK */
	char said[1024];   /* what it said then, escaped */
	enum door door;	   /* which drop-in it reads */
	size_t drop_in[2]; /* of config: its first line, and behind its last */
	bool same;	   /* it is as it was shipped */
	struct difference difference; /* else the first one */
	char service[64];	      /* of PAM */
	struct lines lines;	      /* that service's stack */
	struct stack stack;	      /* beside the shipped one */
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
	/* what sshd and PAM read */
	struct listeners listeners;
	struct sshd *sshd; /* each of them; the machine's own first */
	size_t sshds;
	const struct sshd *now;	       /* the one that is looked at */
	struct lines shipped[DOORS];   /* the drop-ins as installed */
	struct lines stack, one_stack; /* PAM's lines as installed */
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

/* The account of that name or uid, or NULL. */
const struct account *machine_account(
    const struct machine *m, const char *name);
const struct account *machine_account_of(const struct machine *m, uid_t uid);

/*
 * True where that sshd runs the gate for somebody.  Where it does not, what
 * makes it safe is not looked at, and not called good.
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

/* For machine_look() alone: all sshds, with what each makes of people. */
void sshds_look(struct machine *m);
void sshds_end(struct machine *m);
void views_take(const struct machine *m, struct sshd *s);

#endif
