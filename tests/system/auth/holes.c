/*
 * Holes in the auth door: a real login by the password alone gets in, and
 * doctor calls it an error.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "armed.h"
#include "dialogue.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "user.h"
#include "world.h"

#define STACK "/etc/pam.d/sshd"
#define OURS ARMED_KBDINT
#define FIRST "/etc/ssh/sshd_config.d/00-a.conf"

static void
start(void)
{
	world_restore();
	armed_restore();
	armed_auth_door();
}

static void
stop(void)
{
	armed_mend();
	armed_only();
}

TestSuite(auth_holes, .init = start, .fini = stop, .timeout = 120);

/* The password, and whatever else it is that is typed for the code. */
static bool
gets_in(const struct user *u, int port)
{
	struct dialogue_end end = DIALOGUE(.user = u, .port = port,
	    .password = u->password, .dialogue = true,
	    .answers = {u->password, u->password, u->password, u->password});

	return end.in;
}

struct hole {
	const char *line;  /* of sh(1), which makes it */
	const char *lines; /* or the configuration of one more sshd */
	const char *name;  /* that it is called by, with Debian's stack */
	const char *id;	   /* of doctor's finding */
};

static void
expect_hole(const struct hole *h)
{
	struct user u = user_enrolled();
	int port = SSHD_GUARDED;

	doctor_expect_none();
	cr_assert(!gets_in(&u, port));
	if (h->line != NULL)
		world_break(h->line);
	armed_reload();
	if (h->name != NULL)
		port = sshd_start_as(h->name,
		    machine_get(MACHINE_RUN "/kept-armed/pam.d/sshd"),
		    h->lines);
	else if (h->lines != NULL)
		port = sshd_start(h->lines);
	cr_assert(gets_in(&u, port));
	doctor_expect_error(h->id);
	user_delete(&u);
}

#define HOLE(called, ...)                                       \
	Test(auth_holes, called)                                \
	{                                                       \
		expect_hole(&(const struct hole){__VA_ARGS__}); \
	}

/* A list that is the password alone: only the backstop is left. */
#define LIST "sed -i 's/^.*AuthenticationMethods .*/& password/' " OURS "; "
/* What comes right before the backstop. */
#define BEFORE(text) \
	"sed -i '/^session requisite pam_otpgate/i " text "' " STACK

/* ---- our own lines ---- */

HOLE(controls_that_let_go_on,
    .line =
	"sed -i '/pam_otpgate.so$/s/requisite\\|required/optional/' "
	"/etc/pam.d/otpgate-sshd; "
	"sed -i '/^session requisite pam_otpgate/s/requisite/optional/' " STACK,
    .id = "pam-stack")
HOLE(no_backstop, .line = LIST "sed -i '/^session.*pam_otpgate/d' " STACK,
    .id = "pam-stack")
HOLE(a_backstop_that_records,
    .line = LIST "sed -i '/^session.*pam_otpgate/s/fallback.*/record/' " STACK,
    .id = "pam-stack")

/* ---- what comes before them ---- */

HOLE(a_line_that_ends_the_session,
    .line = LIST BEFORE("session sufficient pam_permit.so"), .id = "pam-stack")
HOLE(a_line_that_is_done,
    .line = LIST BEFORE("session [default=done] pam_permit.so"),
    .id = "pam-stack")
HOLE(a_line_that_jumps,
    .line = LIST BEFORE("session [success=1 default=ignore] pam_permit.so"),
    .id = "pam-stack")
HOLE(a_line_in_two,
    .line = LIST BEFORE("session \\\\\\n sufficient pam_permit.so"),
    .id = "pam-stack")
HOLE(a_line_of_another_file,
    .line = LIST
    "echo 'session sufficient pam_permit.so' "
    ">/etc/pam.d/other-file; " BEFORE("session include other-file"),
    .id = "pam-stack")
HOLE(lines_that_are_not_of_the_session,
    .line = LIST "sed -i 's/^session requisite pam_otpgate.*/auth include "
		 "other-file/' " STACK
		 "; echo 'session requisite pam_otpgate.so fallback=publickey' "
		 ">/etc/pam.d/other-file",
    .id = "pam-stack")

/* ---- sshd ---- */

HOLE(another_list_and_no_backstop_that_counts,
    .line = "printf 'Match User *\\nAuthenticationMethods password\\n' >" FIRST
	    "; " BEFORE("session [default=1] pam_permit.so"),
    .id = "auth-door")
HOLE(a_list_with_the_password_alone,
    .line = LIST BEFORE("session sufficient pam_permit.so"), .id = "auth-door")

/* ---- other sshds ---- */

HOLE(another_sshd_without_pam,
    .lines = "UsePAM no\nPasswordAuthentication yes\n"
	     "PermitRootLogin yes\nMaxStartups 1000\n",
    .id = "drop-in")
HOLE(another_sshd_with_another_stack, .lines = SSHD_KBDINT, .name = "sshdtwo",
    .id = "auth-door")
