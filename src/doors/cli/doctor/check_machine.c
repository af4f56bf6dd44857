/* otpgated, its files, and what it needs of the machine. */
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "doors/cli/doctor/mounts.h"
#include "os/clock.h"
#include "os/proc.h"
#include "places.h"

#define MOUNTS_MAX 131072 /* bytes of /proc/PID/mounts */

/* ---- otpgated ---- */

bool
check_otpgated(const struct machine *m, struct report *r)
{
	char shown[WIRE_KEY_MAX * 4];

	if (m->asked != OK)
		found(r, SEVERITY_ERROR, "",
		    "start it (systemctl start otpgated), or see why it ended "
		    "(journalctl -t otpgated); otpgated(8) has each case",
		    "otpgated does not answer (%s): logins with a password are "
		    "refused",
		    error_text(m->asked));
	else if (strcmp(m->health.version, OTPGATE_VERSION) != 0)
		found(r, SEVERITY_WARNING, "",
		    "restart it (systemctl restart otpgated)",
		    "otpgated is of version %s, and this command "
		    "of " OTPGATE_VERSION,
		    text_escape_utf8(shown, sizeof shown, m->health.version));
	return true;
}

bool
check_policy(const struct machine *m, struct report *r)
{
	char shown[WIRE_DETAIL_MAX];

	if (m->asked != OK)
		return false;
	if (m->health.policy_good == 0)
		found(r, SEVERITY_ERROR, "",
		    "mend the file (otpgate policy check), then: systemctl "
		    "reload otpgated",
		    "the policy is not usable, and logins with a password are "
		    "refused: %s",
		    text_escape_utf8(
			shown, sizeof shown, m->health.policy_detail));
	return true;
}

/* ---- files ---- */

/* The uid of otpgated, or root's where there is no such account. */
static uid_t
daemon_uid(void)
{
	const struct passwd *entry = getpwnam(ACCOUNT_DAEMON);

	return entry == NULL ? 0 : entry->pw_uid;
}

/*
 * Reports a file that is there, but not owner's or with more than mode: it is
 * an error where others can write it, or where exact says that otpgated takes
 * it no other way.
 */
static void
check_private(
    struct report *r, const char *path, uid_t owner, mode_t mode, bool exact)
{
	char mend[FINDING_MEND_MAX];
	struct stat st;
	bool wrong;

	if (lstat(path, &st) != 0 ||
	    (st.st_uid == owner && (st.st_mode & 07777 & ~mode) == 0))
		return;
	wrong = exact || (st.st_uid != owner && st.st_uid != 0) ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0;
	(void)text_print(mend, sizeof mend, "chown %s %s; chmod %04o %s",
	    owner == 0 ? "root" : ACCOUNT_DAEMON, path, (unsigned int)mode,
	    path);
	found(r, wrong ? SEVERITY_ERROR : SEVERITY_WARNING, "", mend,
	    "%s has a wrong owner or mode: %s", path,
	    wrong ? "others can use it, or otpgated does not take it"
		  : "it is nobody else's business");
}

bool
check_store(const struct machine *m, struct report *r)
{
	char shown[WIRE_DETAIL_MAX];

	check_private(r, PATH_STORE_DIR, daemon_uid(), 0700, false);
	check_private(r, PATH_STORE, daemon_uid(), 0600, true);
	check_private(r, PATH_SEAL_KEY, 0, 0600, true);
	if (m->asked == OK && m->health.store_good == 0)
		found(r, SEVERITY_ERROR, "",
		    "otpgated(8) has each case; where there never was a "
		    "store: otpgate init",
		    "the store is not usable, and while two-factor is on "
		    "logins with a password are refused: %s",
		    text_escape_utf8(
			shown, sizeof shown, m->health.store_detail));
	return m->asked == OK;
}

bool
check_socket(const struct machine *m, struct report *r)
{
	static const char mend[] = "restart otpgated (systemctl restart "
				   "otpgated), which makes it anew";
	struct stat st;

	if (lstat(PATH_SOCKET_DIR, &st) == 0 &&
	    (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0))
		found(r, SEVERITY_ERROR, "",
		    "chown root " PATH_SOCKET_DIR
		    "; chmod 0755 " PATH_SOCKET_DIR,
		    PATH_SOCKET_DIR " is not root's alone: somebody else can "
				    "put a socket in place of otpgated's");
	if (lstat(PATH_SOCKET, &st) != 0)
		return m->asked == OK;
	if (!S_ISSOCK(st.st_mode) ||
	    (st.st_uid != 0 && st.st_uid != daemon_uid()))
		found(r, SEVERITY_ERROR, "", mend,
		    PATH_SOCKET " has a wrong owner: it may be another's");
	else if ((st.st_mode & 0666) != 0666)
		found(r, SEVERITY_ERROR, "", mend,
		    PATH_SOCKET " has a wrong mode: users cannot reach "
				"otpgated, and are refused");
	return true;
}

/* ---- the machine ---- */

bool
check_clock(const struct machine *m, struct report *r)
{
	(void)m;
	if (!clock_is_synchronised())
		found(r, SEVERITY_WARNING, "",
		    "have it set by a program (systemd-timesyncd, chrony), or "
		    "hold \"date\" against a phone",
		    "the clock is not synchronised: codes are refused once it "
		    "is off by more than half a minute");
	return true;
}

bool
check_proc(const struct machine *m, struct report *r)
{
	static char table[MOUNTS_MAX];
	const struct group *group = getgrnam(ACCOUNT_DAEMON);
	struct mount proc;

	/* the auth door needs no /proc */
	if (!machine_is_guarded(m))
		return false;
	/* systemd gives otpgated mounts of its own */
	if (!proc_mounts(m->health.pid, table, sizeof table) &&
	    !proc_mounts(0, table, sizeof table))
		return false;
	if (mounts_find(table, "/proc", &proc) &&
	    mount_hides(&proc, group == NULL ? 0 : group->gr_gid))
		found(r, SEVERITY_ERROR, "",
		    "mount /proc with gid=" ACCOUNT_DAEMON " besides hidepid=, "
		    "and let no ProtectProc= hide it from otpgated",
		    "/proc is mounted with hidepid=: otpgated cannot see the "
		    "connection of a session, so that each session is asked "
		    "again, and with --record every login counts as one by "
		    "password");
	return true;
}

bool
check_homes(const struct machine *m, struct report *r)
{
	static char table[MOUNTS_MAX];
	char place[SHOWN_VALUE_MAX], name[SHOWN_VALUE_MAX];
	struct mount home;

	if (!proc_mounts(0, table, sizeof table))
		return false;
	for (size_t i = 0; i < m->accounts; i++) {
		const struct account *a = &m->account[i];

		if ((a->uid != 0 && a->uid < UID_ORDINARY) ||
		    !mounts_find(table, a->home, &home) ||
		    !mount_is_remote(&home))
			continue;
		found(r, SEVERITY_WARNING,
		    text_escape_utf8(name, sizeof name, a->name),
		    "keep the files of AuthorizedKeysFile outside the homes "
		    "(/etc/ssh/keys/%u), and name them with --keys=",
		    "the home lies on another machine (%s on %s): whoever "
		    "writes there can plant keys and files",
		    home.type,
		    text_escape_utf8(place, sizeof place, home.place));
	}
	return true;
}
