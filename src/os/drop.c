#include "os/drop.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum error
account_find(const char *name, struct account *out)
{
	struct passwd *p;

	errno = 0;
	p = getpwnam(name);
	if (p == NULL)
		return errno == 0 || errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	if (p->pw_uid == 0 || p->pw_gid == 0)
		return ERR_UNSAFE;
	out->uid = p->pw_uid;
	out->gid = p->pw_gid;
	return OK;
}

/* True when no capability is left, nor can come back. */
static int
powerless(void)
{
	struct __user_cap_header_struct header = {
	    _LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) != 0)
		return 0;
	return (data[0].effective | data[1].effective | data[0].permitted |
		   data[1].permitted) == 0;
}

/* True when all three uids and gids are the account's. */
static int
became(const struct account *account)
{
	uid_t u[3];
	gid_t g[3];

	if (getresuid(&u[0], &u[1], &u[2]) != 0 ||
	    getresgid(&g[0], &g[1], &g[2]) != 0)
		return 0;
	for (int i = 0; i < 3; i++)
		if (u[i] != account->uid || g[i] != account->gid)
			return 0;
	return 1;
}

enum error
drop_to(const struct account *account)
{
	gid_t gid = account->gid;
	uid_t uid = account->uid;

	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		return ERR_SYSTEM;
	if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0 ||
	    setegid(0) == 0)
		return ERR_UNSAFE;
	if (!became(account) || !powerless() || getgroups(0, NULL) != 0)
		return ERR_UNSAFE;
	return OK;
}

enum error
harden_process(void)
{
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
		return ERR_SYSTEM;
	return OK;
}
