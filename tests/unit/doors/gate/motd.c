/* The last login, from a wtmp file. */
#include "doors/gate/motd.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

static char path[] = "/tmp/wtmp.XXXXXX";
static int fd = -1;
static struct last_login last;

static void
start(void)
{
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
}

static void
stop(void)
{
	(void)close(fd);
	(void)unlink(path);
}

TestSuite(doors_gate_motd, .init = start, .fini = stop);

/*
 * Adds an entry; a remote one where host is not empty.  The C library's field
 * for the time has a sign or has none: this fits both.
 */
static void
add(short type, const char *user, const char *line, const char *host,
    uint16_t time)
{
	struct utmpx u = {.ut_type = type};

	(void)strncpy(u.ut_user, user, sizeof u.ut_user);
	(void)strncpy(u.ut_line, line, sizeof u.ut_line);
	(void)strncpy(u.ut_host, host, sizeof u.ut_host);
	u.ut_addr_v6[0] = host[0] == '\0' ? 0 : 0x7f000001;
	u.ut_tv.tv_sec = time;
	cr_assert_eq(write(fd, &u, sizeof u), (ssize_t)sizeof u);
}

static bool
find(void)
{
	return last_login_find(&last, path, "ann", "pts/3");
}

Test(doors_gate_motd, finds_the_login_before_this_one)
{
	add(USER_PROCESS, "ann", "pts/1", "192.0.2.1", 100);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.2", 200);
	add(USER_PROCESS, "bob", "pts/4", "192.0.2.3", 300);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.4", 400);
	add(DEAD_PROCESS, "", "pts/4", "", 500);
	cr_assert(find());
	cr_expect_eq(last.time, 200);
	cr_expect_str_eq(last.from, "192.0.2.2");
}

Test(doors_gate_motd, finds_none_at_the_first_login)
{
	cr_expect_not(find());
	add(USER_PROCESS, "annabel", "pts/1", "192.0.2.1", 100);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.4", 400);
	cr_expect_not(find());
}

Test(doors_gate_motd, takes_a_local_login)
{
	add(USER_PROCESS, "ann", "tty1", "", 100);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.4", 400);
	cr_assert(find());
	cr_expect_str_eq(last.from, "");
}

/* tmux, screen and xterm write entries too. */
Test(doors_gate_motd, takes_no_window_for_a_login)
{
	add(USER_PROCESS, "ann", "pts/1", "192.0.2.1", 100);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.4", 400);
	add(USER_PROCESS, "ann", "pts/5", "x", 450);
	cr_assert_eq(lseek(fd, -(off_t)sizeof(struct utmpx), SEEK_END) > 0, 1);
	{
		struct utmpx u = {.ut_type = USER_PROCESS,
		    .ut_user = "ann",
		    .ut_line = "pts/5",
		    .ut_host = "tmux(12).%0"};

		cr_assert_eq(write(fd, &u, sizeof u), (ssize_t)sizeof u);
	}
	cr_assert(find());
	cr_expect_eq(last.time, 100);
}

Test(doors_gate_motd, shows_a_host_without_its_tricks)
{
	char host[sizeof((struct utmpx *)0)->ut_host + 1];

	memset(host, '\033', sizeof host);
	host[sizeof host - 1] = '\0';
	add(USER_PROCESS, "ann", "pts/1", host, 100);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.4", 400);
	cr_assert(find());
	cr_expect_null(strchr(last.from, '\033'));
}

Test(doors_gate_motd, needs_no_whole_file)
{
	add(USER_PROCESS, "ann", "pts/1", "192.0.2.1", 100);
	add(USER_PROCESS, "ann", "pts/3", "192.0.2.4", 400);
	cr_assert_eq(write(fd, "torn", 4), 4);
	cr_assert(find());
	cr_expect_eq(last.time, 100);
	cr_expect_not(last_login_find(&last, "/nonexistent", "ann", "pts/3"));
	cr_expect_not(last_login_find(&last, "/tmp", "ann", "pts/3"));
}
