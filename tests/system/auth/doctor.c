/*
 * doctor at a machine with the auth door: armed as the manual says it has no
 * error, and each thing that makes the door useless, or locks people out, is
 * found.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "armed.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "text.h"
#include "world.h"

#define KEPT MACHINE_RUN "/kept-armed"
#define STACK "/etc/pam.d/sshd"
#define OURS ARMED_KBDINT
#define FIRST "/etc/ssh/sshd_config.d/00-a.conf"
#define MODULE \
	"$(dirname \"$(find /usr/lib -name pam_unix.so)\")/pam_otpgate.so"

static void
mend(void)
{
	world_break("m=" MODULE "; [ -e $m ] || mv $m.x $m");
	armed_mend();
	armed_only();
}

static void
start(void)
{
	world_restore();
	armed_restore();
	armed_auth_door();
}

TestSuite(auth_doctor, .init = start, .fini = mend, .timeout = 120);

static const char *
report(void)
{
	return run(COMMAND("otpgate", "doctor", "--json")).out->bytes;
}

static bool
is_found(const char *id, const char *severity)
{
	return text_has(report(),
	    text_format(
		"{\"id\": \"%s\", \"severity\": \"%s\",", id, severity));
}

Test(auth_doctor, the_door_as_shipped_has_no_error)
{
	struct result r = run(COMMAND("otpgate", "doctor"));

	cr_assert_eq(r.status, 0, "%s", r.out->bytes);
	cr_assert(
	    text_has(r.out->bytes, "ok       auth-door: "), "%s", r.out->bytes);
	cr_assert(text_has(r.out->bytes, "ok       pam-stack: "));
	cr_assert_not(text_has(r.out->bytes, "drop-in is not included"));
}

/* "enable ssh" looks first, and either door is fine. */
Test(auth_doctor, ssh_can_be_enabled)
{
	run_fine(COMMAND("otpgate", "disable", "ssh"));
	run_fine(COMMAND("otpgate", "enable", "ssh"));
	world_break("cp -a " KEPT "/pam.d/sshd " STACK);
	run_fine(COMMAND("otpgate", "disable", "ssh"));
	cr_assert_eq(run(COMMAND("otpgate", "enable", "ssh")).status, 1);
}

/* One break: the door is good before it. */
static void
expect(
    const char *line, const char *id, const char *severity, const char *words)
{
	const char *said;

	cr_assert(is_found(id, "ok"), "%s", report());
	world_break(line);
	said = report();
	cr_assert(is_found(id, severity), "%s", said);
	cr_assert(text_has(said, words), "no \"%s\" in %s", words, said);
}

#define BROKEN(name, line, id, severity, words)    \
	Test(auth_doctor, name)                    \
	{                                          \
		expect(line, id, severity, words); \
	}

#define EDIT(pattern, file) "sed -i '" pattern "' " file

BROKEN(a_drop_in_without_the_line_of_pam, "cp -a " KEPT "/pam.d/sshd " STACK,
    "auth-door", "error", "asks for the password twice")
BROKEN(a_command_of_the_site_s_for_keys,
    EDIT("s|\\(AuthorizedKeysCommand \\).*|\\1/bin/true|", OURS),
    "keys-command", "error", "authorizedkeyscommand is the site")
BROKEN(a_module_that_is_missing, "m=" MODULE "; mv $m $m.x", "pam-stack",
    "error", "is not there")
BROKEN(common_auth_beside_it,
    EDIT("s/^@include otpgate-sshd/@include common-auth\\n&/", STACK),
    "pam-stack", "error", "comes before a line of otpgate")
BROKEN(a_stack_without_its_step,
    EDIT("/ step$/d; /\tstep$/d", "/etc/pam.d/otpgate-sshd"), "pam-stack",
    "error", "is not as shipped")
BROKEN(no_backstop, EDIT("/^session requisite pam_otpgate/d", STACK),
    "pam-stack", "error", "lacks a line; shipped is: session requisite")
BROKEN(a_backstop_that_comes_late,
    EDIT("/^session requisite pam_otpgate/d",
	STACK) "; echo 'session requisite pam_otpgate.so' >>" STACK,
    "pam-stack", "error", "comes before a line of otpgate")
BROKEN(a_backstop_alone,
    EDIT("s/^@include otpgate-sshd/@include common-auth/", STACK), "auth-door",
    "error", "has no line that asks for one")
BROKEN(another_authentication_methods,
    "printf 'Match all\\n\\tAuthenticationMethods any\\n' >" FIRST, "auth-door",
    "error", "asks for no code")
BROKEN(a_match_that_takes_it_away,
    "printf 'Match User root\\n\\tAuthenticationMethods any\\n' >" FIRST,
    "auth-door", "error", "\"whom\": \"")
BROKEN(keyboard_interactive_off,
    EDIT("s/KbdInteractiveAuthentication yes/KbdInteractiveAuthentication no/",
	OURS),
    "settings", "error", "kbdinteractiveauthentication is no")
BROKEN(passwords_off, "echo PasswordAuthentication no >" FIRST, "auth-door",
    "warning", "only keys let in")
BROKEN(pam_off, "echo UsePAM no >" FIRST, "settings", "error", "usepam is no")
BROKEN(a_login_that_sshd_ends_early, "echo LoginGraceTime 30 >" FIRST, "grace",
    "warning", "after 30 s")
BROKEN(empty_passwords, "echo PermitEmptyPasswords yes >" FIRST,
    "empty-passwords", "error", "not no")
BROKEN(both_doors_of_otpgate,
    "cp -a " KEPT "/ssh/sshd_config.d/* /etc/ssh/sshd_config.d/", "auth-door",
    "ok", "both doors are in force")
BROKEN(a_file_that_is_read_before_it, "echo UsePAM yes >" FIRST, "order",
    "error", FIRST)
