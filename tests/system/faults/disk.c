/*
 * A disk that is full or fails at the commit: the code opens nothing, and it
 * is not spent.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "terminal.h"
#include "world.h"

TestSuite(disk, .init = world_restore, .timeout = 120);

#define DIR "/var/lib/otpgate"

/* A file system of half a megabyte under the store. */
static void
small_disk(void)
{
	world_break_stopped(
	    "cp -a " DIR " /run/testbed/small; "
	    "mount -t tmpfs -o size=512k,mode=0700 tmpfs " DIR
	    "; chown otpgate:otpgate " DIR "; cp -a /run/testbed/small/. " DIR
	    "; rm -rf /run/testbed/small");
}

Test(disk, that_is_full_refuses_and_loses_nothing)
{
	struct pair p = pair_new();
	const char *code;
	struct channel c;

	small_disk();
	run(COMMAND("dd", "if=/dev/zero", "of=" DIR "/fill", "bs=4k"));
	code = user_code(&p.enrolled);
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	expect_refused(&c, "could not be recorded");
	c = ATTEMPT(.user = &p.enrolled, .how = BY_KEY, .what = IN);
	expect_in(&c);
	/* With room again the same code opens, without a restart. */
	cr_assert_eq(unlink(DIR "/fill"), 0);
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(disk, that_is_full_refuses_an_enrolment)
{
	struct user u = user_new("/bin/bash");
	struct result r;

	small_disk();
	run(COMMAND("dd", "if=/dev/zero", "of=" DIR "/fill", "bs=4k"));
	r = run(COMMAND("otpgate", "enroll", u.name, "--json"));
	cr_assert_eq(r.status, 1, "%s", r.out->bytes);
	cr_assert_not(text_has(r.out->bytes, "secret"));
	cr_assert_eq(unlink(DIR "/fill"), 0);
	user_enroll(&u);
}

static enum status
reply_status(int fd, enum verb verb)
{
	uint8_t bytes[WIRE_REPLY_MAX];
	enum status s = STATUS_REFUSED;
	struct reader r;

	reader_init(&r, bytes, peer_receive(fd, bytes, sizeof bytes));
	cr_assert_eq(get_reply_header(&r, verb, &s), OK);
	return s;
}

/* A login by key shares its turn with an enrolment that finds no room. */
Test(disk, that_is_full_lets_keys_in_beside_what_it_refuses)
{
	struct wire_login_request login = peer_login(SOME_UID, "");
	struct wire_enroll_request enroll = {.uid = SOME_UID};
	uint8_t bytes[WIRE_REQUEST_MAX];
	struct writer w;
	int writes, passes;

	small_disk();
	run(COMMAND("dd", "if=/dev/zero", "of=" DIR "/fill", "bs=4k"));
	(void)text_copy(login.methods, sizeof login.methods, "publickey");
	cr_assert_eq(kill(machine_daemon_pid(), SIGSTOP), 0);
	writes = peer_open(0);
	passes = peer_open(0);
	writer_init(&w, bytes, sizeof bytes);
	put_request_header(&w, VERB_enroll);
	put_enroll_request(&w, &enroll);
	cr_assert(peer_send(writes, bytes, w.used));
	writer_init(&w, bytes, sizeof bytes);
	put_request_header(&w, VERB_login);
	put_login_request(&w, &login);
	cr_assert(peer_send(passes, bytes, w.used));
	cr_assert_eq(kill(machine_daemon_pid(), SIGCONT), 0);
	cr_expect_eq(reply_status(writes, VERB_enroll), STATUS_NOT_COMMITTED);
	cr_expect_eq(reply_status(passes, VERB_login), STATUS_OK);
}

/* Makes a system call of otpgated fail from now on, until strace ends. */
static void
inject(struct terminal *strace, const char *what)
{
	terminal_start(strace,
	    COMMAND("strace", "-o", "/dev/null", "-e",
		text_format("inject=%s", what), "-p",
		text_format("%d", machine_daemon_pid())));
	terminal_await(strace, "attached");
}

static void
expect_refused_under(const char *what)
{
	struct pair p = pair_new();
	const char *code = user_code(&p.enrolled);
	struct terminal strace;
	struct channel c;
	long from = machine_log_mark();

	inject(&strace, what);
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	cr_assert_eq(kill(strace.pid, SIGTERM), 0);
	terminal_finish(&strace);
	expect_refused(&c, "could not be recorded");
	machine_log_await(from, "event=commit-failed", "");
	c = ATTEMPT(.user = &p.enrolled, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(disk, that_fails_at_fdatasync)
{
	expect_refused_under("fdatasync:error=EIO");
}

Test(disk, that_fails_at_a_write)
{
	expect_refused_under("pwrite64:error=EIO");
}

Test(disk, that_has_no_room_at_a_write)
{
	expect_refused_under("pwrite64:error=ENOSPC");
}

/* ---- /tmp: sshd cannot write how somebody logged in ---- */

/* Not of no bytes: that would be no limit. */
static void
fill_tmp(void)
{
	world_break("echo >/tmp/fill; used=$(df -k --output=used /tmp | "
		    "tr -dc 0-9); mount -o remount,size=${used}k /tmp");
}

Test(disk, a_full_tmp_lets_in_with_a_code_alone)
{
	struct pair p = pair_new();
	const char *code;
	struct channel c;

	user_add_key(&p.plain, "");
	fill_tmp();
	c = ATTEMPT(.user = &p.plain, .what = IN);
	expect_refused(&c, "room in /tmp");
	c = ATTEMPT(.user = &p.plain, .how = BY_KEY, .what = IN);
	expect_refused(&c, "room in /tmp");
	code = user_code(&p.enrolled);
	c = ATTEMPT(.user = &p.enrolled, .how = BY_KEY, .what = IN,
	    .answers = {code});
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 1);
	world_break("mount -o remount,size=50% /tmp");
	pair_expect_served(&p);
}

/* An authority that no list of the gate names signs u's key. */
static int
sshd_with_authority(const struct user *u)
{
	const char *ca = text_format(MACHINE_RUN "/ca-%s", u->name);

	world_break(text_format("ssh-keygen -q -t ed25519 -N '' -f %s; "
				"ssh-keygen -q -s %s -I test -n %s "
				"-O 'force-command=echo only' %s.pub",
	    ca, ca, u->name, u->key));
	return sshd_start(
	    text_format("TrustedUserCAKeys %s.pub\n%s", ca, SSHD_GATE));
}

Test(disk, a_full_tmp_frees_no_certificate_from_its_command)
{
	struct user u = user_new("/bin/bash");
	const char *port;
	struct result r;
	int i;

	user_add_key(&u, "");
	user_put(&u, ".ssh/authorized_keys", "");
	port = text_format("%d", sshd_with_authority(&u));
	for (i = 0; i < 2; i++) {
		r = run(COMMAND("ssh", "-F", "none", "-o", "BatchMode=yes",
		    "-i", u.key, "-p", port, "-l", u.name, "127.0.0.1", "id"));
		cr_assert_str_eq(r.out->bytes, i == 0 ? "only\n" : "");
		fill_tmp();
	}
	cr_assert_eq(r.status, GATE_REFUSED, "%s", r.err->bytes);
}
