#include "daemon/discard.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

static struct discard d;

static int
any(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	return fd;
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1 || errno != EBADF;
}

/* So that none comes to its end by itself. */
static pid_t
stuck(void)
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	while (pid == 0)
		(void)pause();
	return pid;
}

static void
fill(void)
{
	for (d.children = 0; d.children < DISCARD_CHILDREN; d.children++)
		d.child[d.children] = stuck();
}

static void
end(pid_t pid)
{
	siginfo_t info;

	cr_assert_eq(kill(pid, SIGKILL), 0);
	cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

static void
end_all(void)
{
	for (uint32_t i = 0; i < d.children; i++)
		(void)kill(d.child[i], SIGKILL);
}

TestSuite(daemon_discard, .fini = end_all);

Test(daemon_discard, a_child_takes_a_connection_and_ends)
{
	int fd = any();

	discard_take(&d, fd, 1000);
	cr_expect_eq(d.children, 1);
	cr_expect_not(is_open(fd));
	cr_expect_eq(
	    waitid(P_PID, (id_t)d.child[0], &(siginfo_t){0}, WEXITED | WNOWAIT),
	    0);
	discard_again(&d);
	cr_expect_eq(d.children, 0);
}

Test(daemon_discard, while_all_children_hang_connections_stay_open)
{
	pid_t first;
	int fd = any();

	fill();
	first = d.child[0];
	discard_take(&d, fd, 1000);
	cr_expect_eq(d.children, DISCARD_CHILDREN);
	cr_expect(is_open(fd));
	discard_again(&d);
	cr_expect_eq(d.kept, 1);
	cr_expect(is_open(fd));
	end(first);
	discard_again(&d);
	cr_expect_eq(d.kept, 0);
	cr_expect_eq(d.children, DISCARD_CHILDREN);
	cr_expect_not(is_open(fd));
}

Test(daemon_discard, where_no_child_can_be_made_a_connection_stays_open)
{
	struct rlimit files;
	int fd = any();

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE,
			 &(struct rlimit){(rlim_t)fd + 1, files.rlim_max}),
	    0);
	discard_take(&d, fd, 1000);
	cr_expect_eq(d.children, 0);
	cr_expect_eq(d.kept, 1);
	cr_expect(is_open(fd));
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	discard_again(&d);
	cr_expect_eq(d.kept, 0);
	cr_expect_not(is_open(fd));
}

static char said[512];

static void
hear(enum log_level level, const char *line)
{
	(void)level;
	(void)strncpy(said, line, sizeof said - 1);
}

Test(daemon_discard, with_all_places_taken_it_names_who_holds_most)
{
	fill();
	log_open(hear);
	for (int i = 0; i < DISCARD_KEPT; i++) {
		cr_expect_not(discard_is_full(&d));
		discard_take(&d, any(), i % 3 == 0 ? 1000 : 1001);
	}
	cr_expect(discard_is_full(&d));
	cr_expect_not_null(strstr(said, "pkill -KILL -u 1001"), "%s", said);
	discard_take(&d, any(), 1000);
	cr_expect_eq(d.kept, DISCARD_KEPT + 1, "it was open already");
}
