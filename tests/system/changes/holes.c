/*
 * Holes in the session door: a real login by the password alone gets in, and
 * doctor calls it an error.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "armed.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "user.h"
#include "world.h"

#define FIRST "/etc/ssh/sshd_config.d/00-a.conf"
#define LATER "/etc/ssh/sshd_config.d/50-later.conf"

static void
start(void)
{
	world_restore();
	armed_restore();
}

static void
stop(void)
{
	armed_mend();
	armed_only();
}

TestSuite(holes, .init = start, .fini = stop, .timeout = 120);

struct hole {
	const char *line;  /* of sh(1), which makes it; $user is who logs in */
	const char *lines; /* or the configuration of one more sshd */
	const char *id;	   /* of doctor's finding */
};

static void
expect_hole(const struct hole *h)
{
	struct user u = user_enrolled();
	int port = SSHD_GUARDED;
	struct channel c;

	doctor_expect_none();
	expect_out_without(&u);
	if (h->line != NULL)
		world_break(text_format("user=%s; %s", u.name, h->line));
	armed_reload();
	if (h->lines != NULL)
		port = sshd_start(h->lines);
	c = ATTEMPT(.user = &u, .port = port, .what = "echo let in");
	cr_assert(text_has(c.out->bytes, "let in"), "%s", c.err->bytes);
	doctor_expect_error(h->id);
	user_delete(&u);
}

#define HOLE(name, ...)                                         \
	Test(holes, name)                                       \
	{                                                       \
		expect_hole(&(const struct hole){__VA_ARGS__}); \
	}

#define EDIT(words) "sed -i '" words "' " SSHD_DROP_IN
#define WRITE(file, text) "printf '%b' \"" text "\" >" file
#define ANY "sh -c \"$SSH_ORIGINAL_COMMAND\""

/* ---- the gate's line ---- */

HOLE(another_command_where_the_gate_fails,
    .line = EDIT(
	"s/ForceCommand exec\\(.*\\)/ForceCommand\\1 || exec " ANY "/"),
    .id = "drop-in")
HOLE(another_command_behind_the_gate,
    .line = EDIT("s/ForceCommand exec\\(.*\\)/ForceCommand\\1 ; exec " ANY "/"),
    .id = "drop-in")
HOLE(another_command_before_the_gate,
    .line = EDIT("s/ForceCommand /&exec " ANY " ; /"), .id = "drop-in")

/* ---- what comes before ---- */

HOLE(a_match_block_for_a_routing_domain,
    .line = WRITE(FIRST, "Match RDomain *\\nForceCommand none\\n"),
    .id = "match")
HOLE(a_match_block_for_an_address,
    .line = WRITE(FIRST, "Match Address 127.0.0.1\\nForceCommand none\\n"),
    .id = "match")
HOLE(a_match_block_for_a_local_port,
    .line = WRITE(FIRST, "Match LocalPort 22\\nForceCommand none\\n"),
    .id = "match")
HOLE(a_match_block_for_all_but_somebody,
    .line = WRITE(FIRST, "Match User !nobody,*\\nForceCommand none\\n"),
    .id = "match")
HOLE(a_match_block_for_the_user_at_an_address,
    .line = WRITE(
	FIRST, "Match User $user Address 127.0.0.1\\nForceCommand none\\n"),
    .id = "match")
HOLE(a_match_block_in_the_drop_in,
    .line = EDIT("s/^Match all/Match Host *\\n\\tForceCommand none\\n&/"),
    .id = "match")
HOLE(a_match_block_for_the_user,
    .line = WRITE(FIRST, "Match User $user\\nForceCommand none\\n"),
    .id = "order")
HOLE(a_match_block_for_the_group,
    .line = WRITE(FIRST, "Match Group $user\\nForceCommand none\\n"),
    .id = "drop-in")

/* ---- what comes behind ---- */

HOLE(a_later_block_where_ours_is_gone,
    .line = EDIT("/^Match all/,$d") "; " WRITE(
	LATER, "Match all\\nForceCommand none\\n"),
    .id = "drop-in")
HOLE(a_user_who_is_excepted,
    .line = "sed -i \"s|^Match all|Match User $user\\n\\tForceCommand "
	    "/bin/echo let in\\n&|\" " SSHD_DROP_IN,
    .id = "own-forcecommand")

/* ---- other sshds ---- */

HOLE(another_sshd_without_the_drop_in,
    .lines = "PasswordAuthentication yes\n" SSHD_DEBIAN, .id = "drop-in")

/* What would not fit into its title is cut off. */
Test(holes, another_sshd_whose_words_are_hidden)
{
	struct user u = user_enrolled();
	int port = sshd_port();
	struct channel c;

	machine_put(MACHINE_RUN "/hidden.conf",
	    text_format("ListenAddress 127.0.0.1:%d\nPidFile " MACHINE_RUN
			"/hidden.pid\nPasswordAuthentication yes\n" SSHD_DEBIAN,
		port),
	    0600);
	run_fine(COMMAND("bash", "-e", "-c",
	    "env -i /usr/sbin/sshd -f " MACHINE_RUN "/hidden.conf; "
	    "read -r pid < <(exec timeout 20 tail -q -n +1 -F " MACHINE_RUN
	    "/hidden.pid 2>/dev/null)"));
	c = ATTEMPT(.user = &u, .port = port, .what = "echo let in");
	cr_assert(text_has(c.out->bytes, "let in"), "%s", c.err->bytes);
	doctor_expect_error("listeners");
	user_delete(&u);
}
