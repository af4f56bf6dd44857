#include "os/supervisor.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A socket at name, "@..." for an abstract one, that $NOTIFY_SOCKET names. */
static int
watch(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	size_t length = strlen(name);

	memcpy(at.sun_path, name, length);
	if (name[0] == '@')
		at.sun_path[0] = '\0';
	cr_assert_eq(
	    bind(fd, (struct sockaddr *)&at,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
	    0);
	cr_assert_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static void
expect_told(int fd, const char *word)
{
	char said[64] = "";

	(void)recv(fd, said, sizeof said - 1, 0);
	cr_expect_str_eq(said, word);
}

Test(os_supervisor, one_that_watches_is_told)
{
	char name[64];
	struct supervisor s;
	int fd;

	(void)snprintf(
	    name, sizeof name, "/tmp/supervisor-%ld", (long)getpid());
	fd = watch(name);
	supervisor_open(&s);
	supervisor_tell(&s, SUPERVISOR_READY);
	expect_told(fd, "READY=1");
	cr_expect_eq(s.every, 0, "no signs of life are wanted");
	supervisor_close(&s);
	(void)unlink(name);
}

Test(os_supervisor, one_at_an_abstract_name_is_told)
{
	char name[64];
	struct supervisor s;
	int fd;

	(void)snprintf(name, sizeof name, "@supervisor-%ld", (long)getpid());
	fd = watch(name);
	supervisor_open(&s);
	supervisor_tell(&s, SUPERVISOR_ALIVE);
	expect_told(fd, "WATCHDOG=1");
	supervisor_close(&s);
}

Test(os_supervisor, signs_of_life_come_four_times_as_often_as_wanted)
{
	static const struct {
		const char *useconds, *pid;
		int64_t every;
	} rows[] = {
	    {"20000000", NULL, 5000},
	    {"20000000", "0", 0},
	    {"20000000", "1", 0},
	    {"", NULL, 0},
	    {"20s", NULL, 0},
	    {"18446744073709551615", NULL, 0},
	};
	char own[32];
	struct supervisor s;

	cr_assert_eq(setenv("NOTIFY_SOCKET", "/nowhere", 1), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)setenv("WATCHDOG_USEC", rows[i].useconds, 1);
		(void)unsetenv("WATCHDOG_PID");
		if (rows[i].pid != NULL)
			(void)setenv("WATCHDOG_PID", rows[i].pid, 1);
		supervisor_open(&s);
		cr_expect_eq(s.every, rows[i].every, "row %zu", i);
		supervisor_close(&s);
	}
	(void)snprintf(own, sizeof own, "%ld", (long)getpid());
	(void)setenv("WATCHDOG_USEC", "20000000", 1);
	(void)setenv("WATCHDOG_PID", own, 1);
	supervisor_open(&s);
	cr_expect_eq(s.every, 5000);
	supervisor_close(&s);
}

Test(os_supervisor, nothing_that_watches_is_no_error)
{
	static const char *const names[] = {NULL, "", "/", "relative", "@"};
	struct supervisor s;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		(void)unsetenv("NOTIFY_SOCKET");
		if (names[i] != NULL)
			(void)setenv("NOTIFY_SOCKET", names[i], 1);
		supervisor_open(&s);
		cr_expect_eq(s.fd, -1, "row %zu", i);
		supervisor_tell(&s, SUPERVISOR_READY);
		supervisor_close(&s);
	}
}
