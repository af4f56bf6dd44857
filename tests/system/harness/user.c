#include "user.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"

/* crypt(5) of everybody's password: cheap to check, for the test's sake. */
#define PASSWORD "pw-of-everybody"
#define HASH "$5$rounds=1000$system$v5OqrG5EjdJSAYn1cx3sxwjSGOVdXWae6FPKE7Rh6d5"

#define LOCK MACHINE_RUN "/system-user.lock"

/* How far back the oldest code lies that a case may use; see MACHINE_WINDOW. */
#define STEPS_BACK (MACHINE_WINDOW - 1)

static const char *
line_of(const char *text)
{
	return text_format("%.*s", (int)strcspn(text, "\r\n"), text);
}

/* One at a time: useradd fails where another holds its lock. */
static void
change_accounts(const char *const command[])
{
	int fd = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	run_fine(command);
	close(fd);
}

/* Names are short, and in one sandbox never the same. */
static struct user
name_new(void)
{
	static int made;
	struct user u;

	memset(&u, 0, sizeof(u));
	snprintf(u.name, sizeof(u.name), "u%d%c", (int)getpid(), 'a' + made++);
	snprintf(u.password, sizeof(u.password), PASSWORD);
	snprintf(u.home, sizeof(u.home), "/home/%s", u.name);
	return u;
}

struct user
user_new(const char *shell)
{
	const struct passwd *entry;
	struct user u = name_new();

	change_accounts(COMMAND("useradd", "--create-home", "--shell", shell,
	    "--password", HASH, u.name));
	entry = getpwnam(u.name);
	cr_assert_not_null(entry);
	u.uid = entry->pw_uid;
	return u;
}

struct user
user_new_root(const char *shell)
{
	struct user u = name_new();

	change_accounts(COMMAND("useradd", "--create-home", "--shell", shell,
	    "--password", HASH, "--non-unique", "--uid", "0", u.name));
	return u;
}

void
user_delete(const struct user *u)
{
	change_accounts(COMMAND("userdel", "--force", u->name));
}

struct user
user_enrolled(void)
{
	struct user u = user_new("/bin/bash");

	user_enroll(&u);
	return u;
}

void
user_enroll_pending(struct user *u)
{
	const char *json =
	    run_fine(COMMAND("otpgate", "enroll", u->name, "--json"));

	snprintf(u->phone.secret, sizeof(u->phone.secret), "%s",
	    text_json(json, "secret"));
	u->phone.algorithm = "sha1";
	u->phone.digits = 6;
	u->phone.period = 30;
	u->phone.next = 0;
}

const char *
user_enroll(struct user *u)
{
	user_enroll_pending(u);
	return run_fine(COMMAND("otpgate", "confirm", u->name, user_code(u)));
}

int64_t
phone_step(const struct phone *p)
{
	return (int64_t)time(NULL) / p->period;
}

const char *
phone_code(const struct phone *p, int64_t step)
{
	const char *code = run_fine(COMMAND("oathtool", "--base32",
	    text_format("--totp=%s", p->algorithm),
	    text_format("--digits=%d", p->digits),
	    text_format("--time-step-size=%ds", p->period),
	    text_format("--now=@%lld", (long long)(step * p->period)),
	    p->secret));

	return line_of(code);
}

const char *
user_recovery_code(const char *printed)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-";

	while (
	    strspn(printed, letters) != strlen("ABCD-EFGH-IJKL-MNOP-QRST-UVWX"))
		cr_assert_neq(*printed++, '\0', "no recovery code");
	return text_format("%.29s", printed);
}

const char *
user_code(struct user *u)
{
	int64_t now = phone_step(&u->phone);

	if (u->phone.next < now - STEPS_BACK)
		u->phone.next = now - STEPS_BACK;
	cr_assert_leq(u->phone.next, now + 1, "no code is left for this case");
	return phone_code(&u->phone, u->phone.next++);
}

const char *
user_present_code(struct user *u)
{
	u->phone.next = phone_step(&u->phone);
	return user_code(u);
}

/* True when some step near now has that code. */
static bool
is_right(const struct phone *p, const char *code)
{
	int64_t step = phone_step(p) - MACHINE_WINDOW - 1;
	int64_t last = phone_step(p) + 3;

	for (; step <= last; step++)
		if (strcmp(phone_code(p, step), code) == 0)
			return true;
	return false;
}

const char *
user_wrong_code(const struct user *u)
{
	int guess = 123456;
	const char *code;

	do
		code = text_format("%06d", guess++);
	while (is_right(&u->phone, code));
	return code;
}

void
user_put(const struct user *u, const char *path, const char *text)
{
	const char *whole = text_format("%s/%s", u->home, path);
	const char *owner = text_format("%u:%u", u->uid, u->uid);

	run_fine(COMMAND("install", "-D", "-m", "0600", "/dev/null", whole));
	machine_put(whole, text, 0600);
	run_fine(COMMAND("chown", "-R", owner, u->home));
}

void
user_add_key(struct user *u, const char *options)
{
	snprintf(u->key, sizeof(u->key), MACHINE_RUN "/key-%s", u->name);
	run_fine(COMMAND("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C",
	    u->name, "-f", u->key));
	user_put(u, ".ssh/authorized_keys",
	    text_format("%s%s\n", options, user_public_key(u)));
	run_fine(COMMAND("chmod", "0700", text_format("%s/.ssh", u->home)));
}

const char *
user_public_key(const struct user *u)
{
	return line_of(machine_get(text_format("%s.pub", u->key)));
}

pid_t
user_gate(const struct user *u)
{
	return (pid_t)atoi(
	    run_fine(COMMAND("pgrep", "-u", u->name, "-x", "gate")));
}
