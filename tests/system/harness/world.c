#include "world.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"

#define KEPT MACHINE_RUN "/kept"

static void
sh(const char *line)
{
	run_fine(COMMAND("sh", "-e", "-c", line));
}

void
world_keep(void)
{
	machine_daemon_stop("TERM");
	sh("mkdir " KEPT "; cp -a /etc/otpgate " KEPT "/etc; "
	   "cp -a /var/lib/otpgate " KEPT "/var");
	machine_daemon_start(COMMAND("env"));
}

/* A case may have left it stopped, dead, or on another file system. */
void
world_restore(void)
{
	run(COMMAND(TESTBED, "daemon_stop", "KILL"));
	run(COMMAND("umount", "/var/lib/otpgate"));
	run(COMMAND("mount", "-o", "remount,size=50%", "/tmp"));
	sh("rm -rf /etc/otpgate /var/lib/otpgate; cp -a " KEPT
	   "/etc /etc/otpgate; cp -a " KEPT "/var /var/lib/otpgate");
	machine_daemon_start(COMMAND("env"));
}

void
world_mend_policy(void)
{
	sh("cd /etc/otpgate; rm -rf otpgate.conf* conf.d; "
	   "cp -a " KEPT "/etc/otpgate.conf " KEPT "/etc/conf.d .");
}

void
world_break(const char *line)
{
	sh(line);
}

void
world_break_stopped(const char *line)
{
	machine_daemon_stop("TERM");
	sh(line);
	machine_daemon_start(COMMAND("env"));
}

struct pair
pair_new(void)
{
	struct pair p = {
	    .enrolled = user_enrolled(), .plain = user_new("/bin/bash")};

	user_add_key(&p.enrolled, "");
	return p;
}

void
pair_expect_shut(const struct pair *p, const char *sentence)
{
	struct channel c = ATTEMPT(.user = &p->enrolled, .what = IN);

	expect_refused(&c, sentence);
	cr_assert_eq(channel_prompts(&c), 0);
	c = ATTEMPT(.user = &p->plain, .what = IN);
	expect_refused(&c, sentence);
	c = ATTEMPT(.user = &p->enrolled, .how = BY_KEY, .what = IN);
	expect_in(&c);
}

void
pair_expect_served(struct pair *p)
{
	const char *code = user_code(&p->enrolled);
	struct channel c =
	    ATTEMPT(.user = &p->enrolled, .what = IN, .answers = {code});

	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
	c = ATTEMPT(.user = &p->plain, .what = IN);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
}
