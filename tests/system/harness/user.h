/*
 * People: an account for each case, and the phone that shows its codes.
 *
 * oathtool(1) computes the codes: an opinion that is not otpgate's own.
 */
#ifndef SYSTEM_USER_H
#define SYSTEM_USER_H

#include <stdint.h>
#include <sys/types.h>

/* A secret on a phone. */
struct phone {
	char secret[128]; /* base32 */
	const char *algorithm;
	int digits, period;
	int64_t next; /* the step that phone_code() gives next */
};

struct user {
	char name[32];
	char password[48];
	char home[64];
	char key[96]; /* file of the private key, once there is one */
	uid_t uid;
	struct phone phone;
};

/* A new account with a home, a password and this login shell. */
struct user user_new(const char *shell);

/* Another name for uid 0, likewise. */
struct user user_new_root(const char *shell);

/* Takes the account away, also while it is logged in. */
void user_delete(const struct user *u);

/* user_new() for bash, enrolled. */
struct user user_enrolled(void);

/*
 * Enrolls u as root does, and confirms with the oldest code that is good for
 * a while; the recovery codes that were printed, one a line.
 */
const char *user_enroll(struct user *u);

/* The first recovery code in what user_enroll() gave. */
const char *user_recovery_code(const char *printed);

/* Enrolls, without confirming. */
void user_enroll_pending(struct user *u);

/*
 * The next code that nobody used and that is good now and for the next step,
 * whenever the clock turns: no case waits for one.  There are three after an
 * enrolment with the window of the test's policy.
 */
const char *user_code(struct user *u);

/*
 * The code of the present step, where an older one would bring a remark about
 * the phone's clock.
 */
const char *user_present_code(struct user *u);

/* A code of six digits that is wrong. */
const char *user_wrong_code(const struct user *u);

/* The phone's code at that step of time. */
const char *phone_code(const struct phone *p, int64_t step);

/* The step of time now. */
int64_t phone_step(const struct phone *p);

/*
 * Makes a key pair and lets its public half log in, with options in front of
 * it ("command=\"...\" "; "" for none).
 */
void user_add_key(struct user *u, const char *options);

/* The public half, as authorized_keys has it. */
const char *user_public_key(const struct user *u);

/* The process id of u's gate, which runs: the only one. */
pid_t user_gate(const struct user *u);

/* Puts text at path below the home, owned by u; makes the directories. */
void user_put(const struct user *u, const char *path, const char *text);

#endif
