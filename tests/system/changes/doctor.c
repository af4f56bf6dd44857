/*
 * doctor: a stock machine has no error; each thing that is broken is found,
 * with the right word and severity, and is gone when it was mended.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "armed.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "user.h"
#include "world.h"

#define KEPT MACHINE_RUN "/kept-for-doctor"
#define CONFIGS "/etc/ssh/sshd_config.d"
#define SHARE "/usr/share/otpgate"
#define EMPTY SHARE "/empty"
#define FIRST CONFIGS "/00-a.conf"
#define LATER CONFIGS "/50-later.conf"
#define OWN_POLICY "/etc/otpgate/conf.d/95-doctor.conf"

static void
mend(void)
{
	armed_mend();
}

/* A case that failed has mended nothing of this. */
static void
heal(void)
{
	world_break(
	    "put() { [ ! -e $1 ] || mv $1 $2; }; "
	    "put " MACHINE_GATE ".x " MACHINE_GATE "; "
	    "put " SHARE "/x " SHARE "/sshd_config.d; "
	    "put /run/sshd.pid.away /run/sshd.pid; "
	    "put " KEPT "/otpgated /usr/sbin/otpgated; "
	    "chown root:root /run/otpgate " MACHINE_GATE "; "
	    "chmod 0755 /run/otpgate " MACHINE_GATE "; "
	    "rm -f " EMPTY "/.bashrc; mount -o remount,hidepid=0,gid=0 /proc");
}

static void
start(void)
{
	world_break("mkdir -p " KEPT);
	heal();
	world_restore();
	armed_restore();
}

static void
stop(void)
{
	mend();
	world_break("rm -rf " KEPT);
}

TestSuite(doctor, .init = start, .fini = stop, .timeout = 120);

/* ---- what it says ---- */

static const char *
findings(const char *id, const char *severity)
{
	return doctor_find(doctor_json(), id, severity);
}

static void
expect_good(const char *id)
{
	const char *report = doctor_json();

	cr_assert_str_empty(doctor_find(report, id, "error"), "%s", report);
	cr_assert_str_empty(doctor_find(report, id, "warning"), "%s", report);
	cr_assert(*doctor_find(report, id, "ok") != '\0', "%s", report);
}

static void
expect_found(const char *id, const char *severity, const char *words)
{
	const char *report = doctor_json();

	cr_assert(text_has(doctor_find(report, id, severity), words),
	    "no %s %s with \"%s\": %s", id, severity, words, report);
}

/* One break and its mend: the configuration of sshd put back. */
static void
expect(
    const char *line, const char *id, const char *severity, const char *words)
{
	expect_good(id);
	world_break(line);
	expect_found(id, severity, words);
	mend();
	expect_good(id);
}

#define BROKEN(name, line, id, severity, words)    \
	Test(doctor, name)                         \
	{                                          \
		expect(line, id, severity, words); \
	}

static void
expect_around(const char *line, const char *id, const char *severity,
    const char *words, const char *mending)
{
	expect_good(id);
	world_break(line);
	expect_found(id, severity, words);
	world_break(mending);
	expect_good(id);
}

#define BROKEN_AROUND(name, line, id, severity, words, mending)    \
	Test(doctor, name)                                         \
	{                                                          \
		expect_around(line, id, severity, words, mending); \
	}

#define WRITE(file, text) "printf '" text "\\n' >" file
#define EDIT(pattern) "sed -i '" pattern "' " SSHD_DROP_IN

/* ---- a stock machine ---- */

Test(doctor, a_stock_machine_has_no_error)
{
	struct result r = run(COMMAND("otpgate", "doctor"));

	cr_assert_eq(r.status, 0, "%s", r.out->bytes);
	cr_assert(text_has(r.out->bytes, "\n0 errors, "), "%s", r.out->bytes);
	cr_assert(text_has(r.out->bytes, "ok       drop-in: "));
	cr_assert(text_has(r.out->bytes, "warning  user-readenv: "));
	cr_assert(text_has(r.out->bytes, "ok       bound: with this policy"));
}

Test(doctor, lines_fit_80_columns)
{
	const char *at;

	world_break("rm " SSHD_DROP_IN);
	at = run(COMMAND("otpgate", "doctor")).out->bytes;
	for (; *at != '\0'; at += strcspn(at, "\n") + 1)
		cr_assert_leq(strcspn(at, "\n"), 80, "%.90s", at);
}

Test(doctor, what_it_says_is_json)
{
	struct result r;

	world_break(WRITE(FIRST, "Banner \"/etc/\\342\\202x\""));
	r = run_input(COMMAND("python3", "-m", "json.tool"), doctor_json());
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
}

Test(doctor, is_root_s)
{
	struct result r = run_as(65534, COMMAND("otpgate", "doctor"), NULL);

	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "only root"));
}

/* ---- sshd ---- */

/* What makes the gate safe is not called good where there is no gate. */
Test(doctor, what_was_not_looked_at_is_not_called_good)
{
	static const char *const ids[] = {
	    "order", "match", "settings", "accept-env", "record", "keys"};
	const char *report;

	world_break("rm " SSHD_DROP_IN);
	report = doctor_json();
	cr_assert(
	    *doctor_find(report, "drop-in", "error") != '\0', "%s", report);
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		cr_expect_str_empty(
		    doctor_find(report, ids[i], "ok"), "%s", report);
}

BROKEN(a_drop_in_that_is_not_there, "rm " SSHD_DROP_IN, "drop-in", "error",
    "not included")
BROKEN(a_directory_that_is_not_included,
    "sed -i /^Include/d /etc/ssh/sshd_config", "drop-in", "error",
    "not included")
BROKEN(a_match_block_that_overrides_for_a_user,
    WRITE(FIRST, "Match User nobody\\nForceCommand none"), "order", "error",
    FIRST ":2 sets forcecommand")
BROKEN(a_match_block_that_overrides_for_a_group,
    WRITE(FIRST,
	"Match Group root\\nForceCommand /bin/sh\\nMatch User x\\n"
	"Match Group root Address 10.0.0.0/8"),
    "own-forcecommand", "warning", "\"whom\": \"root, ")
BROKEN(a_match_block_that_overrides_for_a_network,
    WRITE(FIRST, "Match Address 10.0.0.0/8\\nForceCommand /bin/sh"), "match",
    "error", FIRST ":1 cannot be looked at: Match Address")
BROKEN(a_match_block_that_overrides_on_a_port,
    WRITE(FIRST, "Match LocalPort 2222\\nForceCommand none"), "drop-in",
    "error", "logins of " FIRST ":1")
BROKEN(a_match_block_that_nobody_can_try,
    WRITE(FIRST, "Match RDomain *\\nBanner none"), "match", "error",
    "Match RDomain *")
BROKEN(another_command_for_everybody,
    EDIT("s/ForceCommand .*/ForceCommand \\/bin\\/sh/"), "drop-in", "error",
    "ForceCommand /bin/sh -- shipped is: ForceCommand exec")
BROKEN(a_word_that_the_gate_refuses,
    EDIT("s/--fallback=publickey/--fallback=password/"), "drop-in", "error",
    "--fallback=password -- shipped is: ForceCommand exec")
BROKEN(words_in_quotes, EDIT("s/--fallback=publickey/\"&\"/"), "drop-in",
    "error", "not the gate and options that it knows")
BROKEN(another_setenv_line_that_wins,
    WRITE(FIRST, "Match all\\nSetEnv COLOUR=blue"), "settings", "error",
    "nothing sets HOME=")
BROKEN(a_variable_that_is_not_set, EDIT("s/ BASH_ENV= / /"), "settings",
    "error", "nothing sets BASH_ENV=")
BROKEN(forwarding_that_is_open,
    EDIT("s/DisableForwarding yes/DisableForwarding no/; "
	 "s/AllowTcpForwarding no/AllowTcpForwarding local/"),
    "settings", "error", "allowtcpforwarding is local")
BROKEN(forwarding_of_one_user,
    WRITE(FIRST,
	"Match User nobody\\nDisableForwarding no\\n"
	"AllowStreamLocalForwarding yes"),
    "settings", "error", "\"whom\": \"logins of " FIRST ":1")
BROKEN(x11_that_an_old_sshd_leaves_open,
    EDIT("s/X11Forwarding no/X11Forwarding yes/"), "settings", "error",
    "x11forwarding is yes")
BROKEN(tunnels_that_are_open, EDIT("s/PermitTunnel no/PermitTunnel yes/"),
    "settings", "error", "permittunnel is yes")
BROKEN(a_wide_accept_env, WRITE(LATER, "AcceptEnv *"), "accept-env", "error",
    "AcceptEnv *")
BROKEN(a_wide_accept_env_of_a_block,
    WRITE(LATER, "Match LocalPort 1\\nAcceptEnv GLIBC_*"), "accept-env",
    "error", "AcceptEnv GLIBC_*")
BROKEN(empty_passwords_of_a_block,
    WRITE(LATER, "Match RDomain *\\nPermitEmptyPasswords yes"),
    "empty-passwords", "error", "not no")
BROKEN(auth_info_that_is_hidden,
    EDIT("s/ExposeAuthInfo yes/ExposeAuthInfo no/"), "settings", "error",
    "exposeauthinfo is no")
BROKEN(keyboard_interactive_without_a_door,
    "rm " SSHD_DROP_IN "; "
    "echo KbdInteractiveAuthentication yes >" LATER,
    "drop-in", "error", "not included")
BROKEN(both_doors, "echo 'auth required pam_otpgate.so' >>/etc/pam.d/sshd",
    "both-doors", "warning", "both doors")
BROKEN(a_users_rc_file, EDIT("s/PermitUserRC no/PermitUserRC yes/"), "settings",
    "error", "permituserrc is yes")
BROKEN(a_users_environment,
    EDIT("s/PermitUserEnvironment no/PermitUserEnvironment yes/"), "settings",
    "error", "permituserenvironment is yes")
BROKEN(a_file_that_is_read_before, WRITE(FIRST, "PermitTunnel no"), "order",
    "error", FIRST ":1 sets permittunnel")
BROKEN(a_configuration_that_sshd_refuses, WRITE(LATER, "Nonsense yes"),
    "sshd-config", "error", "Nonsense")
BROKEN(a_drop_in_that_changed_since_the_reload, "touch " SSHD_DROP_IN, "reload",
    "error", "00-otpgate-session.conf changed")
BROKEN(a_file_that_changed_since_the_reload, "touch /etc/ssh/sshd_config",
    "reload", "warning", "sshd_config changed")
BROKEN(a_file_that_was_taken_away, "rm " CONFIGS "/90-testbed.conf", "reload",
    "warning", "sshd_config.d changed")

Test(doctor, an_sshd_without_a_pid_file)
{
	expect_good("reload");
	world_break("mv /run/sshd.pid /run/sshd.pid.away");
	expect_found("reload", "warning", "there is no PidFile");
	world_break("mv /run/sshd.pid.away /run/sshd.pid");
	expect_good("reload");
}

/* ---- keys ---- */

BROKEN(lists_of_keys_that_the_gate_does_not_know,
    WRITE(LATER, "AuthorizedKeysFile /etc/keys/%%u"), "keys", "error",
    "every login by key")
BROKEN(a_list_of_keys_that_the_gate_does_not_know,
    WRITE(LATER, "AuthorizedKeysFile %%h/.ssh/authorized_keys /etc/keys/%%u"),
    "keys", "warning", "names /etc/keys/%u")
BROKEN(a_list_of_keys_that_sshd_does_not_know, EDIT("s/--keys=/--keys=more &/"),
    "keys", "warning", "--keys=more")
BROKEN(a_list_whose_keys_would_run_anything,
    EDIT("s/--fallback/--unlisted-keys=shell &/") "; " WRITE(
	LATER, "AuthorizedKeysFile .ssh/authorized_keys /etc/keys/%%u"),
    "keys", "error", "run anything")
BROKEN(principals_that_the_gate_does_not_know,
    WRITE(LATER,
	"TrustedUserCAKeys /etc/ssh/ca\\n"
	"AuthorizedPrincipalsFile /etc/ssh/principals"),
    "keys", "error", "no --principals= does")
#define KEYS_TO(words) "s|^\\(\t\\?AuthorizedKeysCommand \\).*|\\1" words "|"

BROKEN(a_command_for_keys_that_ours_displaces,
    WRITE(LATER,
	"AuthorizedKeysCommand /bin/true\\n"
	"AuthorizedKeysCommandUser nobody"),
    "keys-command", "error", "/bin/true is displaced")
BROKEN(a_command_for_keys_that_displaces_ours, EDIT(KEYS_TO("/bin/true")),
    "keys-command", "error", "authorizedkeyscommand is the site's own")
BROKEN(a_command_for_keys_that_the_gate_cannot_look_up,
    EDIT(KEYS_TO("/bin/true")), "keys-command", "error", "in no list")
BROKEN(a_command_for_keys_behind_ours,
    EDIT(KEYS_TO("/usr/libexec/otpgate/keys %u %f --then /bin/true %u")),
    "keys-command", "error", "--then lets keys in")
BROKEN(a_command_behind_ours_that_may_run_anything,
    EDIT("s/--fallback/--unlisted-keys=shell &/") "; " EDIT(KEYS_TO(
	"/usr/libexec/otpgate/keys %u %f --then /bin/true")) "; " WRITE(LATER,
	"AuthorizedKeysCommand /bin/true\\n"
	"AuthorizedKeysCommandUser nobody"),
    "keys-command", "warning", "--then run anything")
BROKEN(no_command_for_keys, EDIT(KEYS_TO("none")), "keys-command", "warning",
    "authorizedkeyscommand is none")
BROKEN(a_command_for_keys_with_other_words,
    EDIT(KEYS_TO("/usr/libexec/otpgate/keys %u")), "keys-command", "warning",
    "does not call")
BROKEN(a_command_for_keys_as_somebody_else,
    EDIT("s/\\(KeysCommandUser\\).*/\\1 nobody/"), "keys-command", "warning",
    "authorizedkeyscommanduser")
BROKEN(fingerprints_of_another_hash, WRITE(LATER, "FingerprintHash md5"),
    "keys-command", "warning", "fingerprinthash")
BROKEN(certificates_without_principals,
    WRITE(LATER, "TrustedUserCAKeys /etc/ssh/ca"), "keys-command", "error",
    "trustedusercakeys")

/* ---- accounts with a ForceCommand of their own ---- */

Test(doctor, an_account_that_is_excepted)
{
	struct user u = user_new("/bin/bash");
	const char *line =
	    text_format("sed -i 's/^Match all/Match User %s\\n\\tForceCommand "
			"internal-sftp\\n&/' " SSHD_DROP_IN,
		u.name);

	expect_good("own-forcecommand");
	world_break(line);
	expect_found("own-forcecommand", "warning", u.name);
	cr_assert_str_empty(findings("own-forcecommand", "error"));
	cr_assert_str_empty(findings("drop-in", "error"));
	user_enroll(&u);
	expect_found("own-forcecommand", "error",
	    text_format("\"whom\": \"%s\"", u.name));
	mend();
	expect_good("own-forcecommand");
	user_delete(&u);
}

/* Looked at for itself, also where nothing in sshd's files is about it. */
Test(doctor, a_member_of_an_exempted_group)
{
	struct user u = user_new("/bin/bash");

	world_break(text_format("usermod -aG sudo %s", u.name));
	world_break(EDIT("s/PermitTunnel no/PermitTunnel yes/"));
	cr_assert_not(
	    text_has(findings("settings", "error"), "of the exempted"));
	world_break_stopped(
	    "echo 'exempt_groups = (\"!root\", \"sudo\");' >" OWN_POLICY);
	expect_found("settings", "error", " (of the exempted group sudo)");
	user_delete(&u);
}

/* ---- other sshds, PAM's record, systemd ---- */

Test(doctor, another_sshd_as_shipped)
{
	sshd_start(SSHD_GATE);
	expect_good("listeners");
	expect_good("drop-in");
}

BROKEN(a_gate_that_believes_the_record_alone,
    EDIT("s/--fallback=publickey/& --record/"), "record", "error",
    "PAM's session records nothing")
BROKEN(a_record_that_the_gate_does_not_believe,
    "sed -i '/^@include common-session/i session requisite pam_otpgate.so "
    "record' /etc/pam.d/sshd",
    "record", "error", "lacks --record")
Test(doctor, both_ends_of_the_record)
{
	world_break(
	    EDIT("s/--fallback=publickey/& --record/") "; "
						       "sed -i '/^@include "
						       "common-session/i "
						       "session requisite "
						       "pam_otpgate.so record' "
						       "/etc/pam.d/sshd");
	expect_good("record");
	expect_good("pam-stack");
	expect_good("drop-in");
}

#define UNIT "/etc/systemd/system/otpgated.service"

BROKEN_AROUND(a_unit_in_its_place,
    "sed s/^User=.*/User=root/ /usr/lib/systemd/system/otpgated.service >" UNIT
    "; echo User=root >>" UNIT,
    "unit", "error", "shipped is: ", "rm " UNIT)
BROKEN_AROUND(a_file_beside_the_unit,
    "mkdir -p " UNIT ".d; printf '[Service]\\nExecStart=/bin/sh\\n' >" UNIT
    ".d/x.conf",
    "unit", "error", "ExecStart=/bin/sh", "rm -r " UNIT ".d")

/* What the policy names has to ask. */
Test(doctor, a_service_without_a_line)
{
	world_break_stopped("echo 'services = (\"sudo\");' >" OWN_POLICY);
	expect_found("services", "error", "/etc/pam.d/sudo has no line");
	world_break("echo 'auth required pam_otpgate.so' >>/etc/pam.d/sudo");
	expect_good("services");
}

/* ---- PAM ---- */

Test(doctor, the_users_file_of_pam_env)
{
	expect_found("user-readenv", "warning", "/etc/pam.d/sshd:");
	world_break("sed -i s/user_readenv=1// /etc/pam.d/sshd");
	expect_good("user-readenv");
	world_break("echo 'session optional pam_env.so user_readenv=1' "
		    ">>/etc/pam.d/common-session");
	expect_found("user-readenv", "warning", "/etc/pam.d/common-session:");
	mend();
	world_break("sed -i s/user_readenv=1// /etc/pam.d/sshd");
	expect_good("user-readenv");
}

/* ---- files of ours ---- */

BROKEN_AROUND(a_gate_that_others_write, "chmod g+w " MACHINE_GATE, "gate",
    "error", "others than root", "chmod g-w " MACHINE_GATE)
BROKEN_AROUND(a_gate_of_somebody, "chown nobody " MACHINE_GATE, "gate", "error",
    "others than root", "chown root " MACHINE_GATE)
BROKEN_AROUND(a_gate_that_is_missing, "mv " MACHINE_GATE " " MACHINE_GATE ".x",
    "gate", "error", "is missing", "mv " MACHINE_GATE ".x " MACHINE_GATE)
BROKEN_AROUND(a_home_that_is_not_empty, "touch " EMPTY "/.bashrc", "gate",
    "error", "is not empty", "rm " EMPTY "/.bashrc")
BROKEN_AROUND(a_standard_that_is_missing,
    "mv " SHARE "/sshd_config.d " SHARE "/x", "gate", "error", "cannot be read",
    "mv " SHARE "/x " SHARE "/sshd_config.d")
BROKEN_AROUND(a_directory_of_somebody, "chown nobody /run/otpgate", "socket",
    "error", "is not root's alone", "chown root /run/otpgate")
BROKEN_AROUND(a_directory_that_others_write, "chmod o+w /run/otpgate", "socket",
    "error", "is not root's alone", "chmod o-w /run/otpgate")
BROKEN_AROUND(a_socket_of_somebody, "chown nobody " MACHINE_SOCKET, "socket",
    "error", "wrong owner", "chown otpgate " MACHINE_SOCKET)
BROKEN_AROUND(a_socket_that_users_cannot_reach, "chmod 0600 " MACHINE_SOCKET,
    "socket", "error", "wrong mode", "chmod 0666 " MACHINE_SOCKET)
BROKEN_AROUND(a_store_of_somebody, "chown nobody " MACHINE_STORE, "store",
    "error", MACHINE_STORE " has a wrong owner", "chown otpgate " MACHINE_STORE)
BROKEN_AROUND(a_store_that_others_read, "chmod 0644 " MACHINE_STORE, "store",
    "error", MACHINE_STORE, "chmod 0600 " MACHINE_STORE)
BROKEN_AROUND(a_store_s_directory_that_others_write,
    "chmod 0777 /var/lib/otpgate", "store", "error", "/var/lib/otpgate has",
    "chmod 0700 /var/lib/otpgate")
BROKEN_AROUND(a_store_s_directory_that_others_read,
    "chmod 0755 /var/lib/otpgate", "store", "warning", "/var/lib/otpgate has",
    "chmod 0700 /var/lib/otpgate")
BROKEN_AROUND(a_seal_key_that_others_read, "chmod 0644 " MACHINE_SEAL_KEY,
    "store", "error", MACHINE_SEAL_KEY, "chmod 0600 " MACHINE_SEAL_KEY)

/* ---- otpgated ---- */

Test(doctor, an_otpgated_that_does_not_run)
{
	expect_good("otpgated");
	machine_daemon_stop("TERM");
	expect_found("otpgated", "error", "does not answer");
	machine_daemon_start(COMMAND("env"));
	expect_good("otpgated");
}

Test(doctor, an_otpgated_of_another_version)
{
	const char *version = run_fine(COMMAND("otpgate", "--version"));
	const char *number = strrchr(version, ' ') + 1;
	const char *other = text_format("%.*s", (int)strcspn(number, "\n"),
	    "9.9.9.9.9.9.9.9.9.9.9.9.9.9.9.9.9.9.9");

	expect_good("otpgated");
	world_break_stopped(
	    text_format("cp -a /usr/sbin/otpgated " KEPT "/; "
			"LC_ALL=C sed 's/%.*s/%s/g' " KEPT "/otpgated >" KEPT
			"/new; cat " KEPT "/new >/usr/sbin/otpgated",
		(int)strcspn(number, "\n"), number, other));
	expect_found("otpgated", "warning", other);
	world_break_stopped(
	    "cp -a --remove-destination " KEPT "/otpgated /usr/sbin/otpgated");
	expect_good("otpgated");
}

Test(doctor, a_policy_that_is_not_usable)
{
	expect_good("policy");
	world_break_stopped("echo 'colour = 1;' >" OWN_POLICY);
	expect_found("policy", "error", OWN_POLICY ":1");
	world_break_stopped("rm " OWN_POLICY);
	expect_good("policy");
}

Test(doctor, a_store_that_is_not_usable)
{
	expect_good("store");
	world_break_stopped("mv " MACHINE_SEAL_KEY " " MACHINE_SEAL_KEY ".x");
	expect_found("store", "error", "the store is not usable");
	world_break_stopped("mv " MACHINE_SEAL_KEY ".x " MACHINE_SEAL_KEY);
	expect_good("store");
}

Test(doctor, a_fallback_that_the_policy_contradicts)
{
	expect_good("fallback");
	world_break_stopped(
	    "echo 'challenge_methods = (\"publickey\");' >" OWN_POLICY);
	expect_found("fallback", "error", "--fallback=publickey");
	world_break_stopped("rm " OWN_POLICY);
	expect_good("fallback");
}

/* ---- the machine ---- */

/* What strace(1) makes the kernel say of the clock. */
static struct result
doctor_with_clock(const char *state)
{
	return run(COMMAND("strace", "-o", "/dev/null", "-e",
	    text_format("inject=adjtimex,clock_adjtime:retval=%s", state),
	    "otpgate", "doctor", "--json"));
}

Test(doctor, a_clock_that_is_not_synchronised)
{
	struct result r = doctor_with_clock("5");

	cr_assert_eq(r.status, 0, "%s%s", r.out->bytes, r.err->bytes);
	cr_assert(text_has(
	    r.out->bytes, "{\"id\": \"clock\", \"severity\": \"warning\","));
	r = doctor_with_clock("0");
	cr_assert(text_has(
	    r.out->bytes, "{\"id\": \"clock\", \"severity\": \"ok\","));
}

BROKEN_AROUND(a_proc_that_hides, "mount -o remount,hidepid=2 /proc", "proc",
    "error", "hidepid", "mount -o remount,hidepid=0 /proc")

Test(doctor, a_proc_that_spares_otpgated)
{
	world_break("mount -o remount,hidepid=2,gid=otpgate /proc");
	expect_good("proc");
	world_break("mount -o remount,hidepid=0,gid=0 /proc");
}

/* A file system that nobody serves: all that counts is that it is mounted. */
Test(doctor, a_home_on_another_machine)
{
	struct user u = user_new("/bin/bash");

	expect_good("homes");
	world_break(text_format("[ -e /dev/fuse ] || mknod /dev/fuse c 10 229; "
				"python3 -c 'import ctypes, os\n"
				"fd = os.open(\"/dev/fuse\", os.O_RDWR)\n"
				"libc = ctypes.CDLL(None, use_errno=True)\n"
				"how = f\"fd={fd},rootmode=40000,user_id=0,"
				"group_id=0\".encode()\n"
				"assert libc.mount(b\"x\", b\"%s\", "
				"b\"fuse.sshfs\", 0, how) == 0, "
				"os.strerror(ctypes.get_errno())'",
	    u.home));
	expect_found("homes", "warning", u.name);
	world_break(text_format("umount -l %s", u.home));
	expect_good("homes");
}

/* ---- people ---- */

Test(doctor, shells_that_cannot_run_the_gate)
{
	struct user u = user_new("/bin/bash");

	cr_assert_not(text_has(findings("shells", "warning"), u.name));
	world_break(text_format("usermod -s /bin/rbash %s", u.name));
	expect_found("shells", "warning", u.name);
	world_break(text_format("usermod -s /bin/missing %s", u.name));
	expect_found("shells", "warning", "/bin/missing is not there");
	world_break(text_format("usermod -s /usr/bin/python3 %s", u.name));
	expect_found("shells", "warning", "/usr/bin/python3 is none");
	world_break(text_format("usermod -s /usr/sbin/nologin %s", u.name));
	cr_assert_not(text_has(findings("shells", "warning"), u.name));
	user_enroll(&u);
	expect_found("shells", "warning", u.name);
	world_break(text_format("usermod -s /bin/bash %s", u.name));
	cr_assert_not(text_has(findings("shells", "warning"), u.name));
	user_delete(&u);
}

Test(doctor, a_name_that_changed)
{
	struct user u = user_enrolled();

	cr_assert_not(text_has(findings("names", "warning"), u.name));
	world_break(text_format("usermod -l other-%s %s", u.name, u.name));
	expect_found(
	    "names", "warning", text_format("\"whom\": \"other-%s\"", u.name));
	world_break(text_format("usermod -l %s other-%s", u.name, u.name));
	cr_assert_not(text_has(findings("names", "warning"), u.name));
	user_delete(&u);
	expect_found("names", "warning", text_format("uid %u is gone", u.uid));
}

Test(doctor, no_administrator_with_a_second_factor)
{
	struct user u = user_new("/bin/bash");

	world_break(text_format("usermod -aG sudo %s", u.name));
	expect_found("admin", "warning", "sudo");
	world_break_stopped("echo 'policy = \"required\";' >" OWN_POLICY);
	expect_found("admin", "error", "the policy is required");
	user_enroll(&u);
	expect_good("admin");
	user_delete(&u);
	expect_found("admin", "error", "the policy is required");
	world_break_stopped("rm " OWN_POLICY);
	expect_found("admin", "warning", "sudo");
}

/* ---- turning SSH on ---- */

Test(doctor, an_error_keeps_ssh_off)
{
	long from;
	struct result r;

	run_fine(COMMAND("otpgate", "disable", "ssh"));
	world_break(EDIT("s/PermitTunnel no/PermitTunnel yes/"));
	armed_reload();
	r = run(COMMAND("otpgate", "enable", "ssh"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "settings: "), "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, "--force"), "%s", r.err->bytes);
	cr_assert(text_has(
	    run_fine(COMMAND("otpgate", "status")), "but not for SSH"));
	from = machine_log_mark();
	r = run(COMMAND("otpgate", "enable", "ssh", "--force"));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.err->bytes, "passed over: settings: "), "%s",
	    r.err->bytes);
	machine_log_await(from, "event=forced", "finding=settings");
	cr_assert(
	    text_has(run_fine(COMMAND("otpgate", "status")), "is on for SSH"));
}

Test(doctor, a_warning_does_not)
{
	long from = machine_log_mark();
	struct result r;

	run_fine(COMMAND("otpgate", "disable", "ssh"));
	world_break(WRITE(LATER, "FingerprintHash md5"));
	armed_reload();
	r = run(COMMAND("otpgate", "enable", "ssh"));
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_not(text_has(machine_log_since(from), "event=forced"));
}
