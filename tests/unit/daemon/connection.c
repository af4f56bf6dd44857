#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "daemon/connection.h"
#include "daemon/server.h"

static struct connections all;

static void
open_all(void)
{
	memset(&all, 0, sizeof all);
	all.quota = quota_new(PEER_NOBODY);
}

static void
close_all(void)
{
	while (all.oldest != NULL)
		connection_drop(&all, all.oldest);
	quota_free(&all.quota);
}

TestSuite(daemon_connection, .init = open_all, .fini = close_all);

static struct connection *
add(uint32_t uid, int64_t now)
{
	const struct peer peer = {.pid = 1, .uid = uid, .gid = uid};

	return connection_add(
	    &all, open("/dev/null", O_RDONLY | O_CLOEXEC), &peer, now);
}

/* A connection of uid whose login from address waits for a code. */
static struct connection *
add_waiting_from(uint32_t uid, const char *address, bool known, int64_t now)
{
	struct connection *c = add(uid, now);
	struct challenge *challenge;

	cr_assert_not_null(c);
	challenge = &c->caller.challenge;
	challenge->login.uid = uid;
	(void)text_copy(
	    challenge->login.address, sizeof challenge->login.address, address);
	challenge->open = true;
	challenge->known = known;
	connection_settle(&all, c, now, 65000);
	return c;
}

static struct connection *
add_waiting(uint32_t uid, int64_t now)
{
	return add_waiting_from(uid, "192.0.2.1", true, now);
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1 || errno != EBADF;
}

Test(daemon_connection, the_oldest_silent_one_of_a_uid_gives_way)
{
	int first = add(1000, 0)->fd;

	for (int i = 1; i < QUOTA_CONNECTIONS; i++)
		cr_assert_not_null(add(1000, i));
	cr_expect(is_open(first));
	cr_expect_not_null(add(1000, 100));
	cr_expect_not(is_open(first));
}

Test(daemon_connection, silence_cannot_push_a_waiting_login_out)
{
	int waiting = add_waiting(1000, 0)->fd;

	for (int i = 0; i < 3 * QUOTA_CONNECTIONS; i++)
		cr_assert_not_null(add(1000, i));
	cr_expect(is_open(waiting));
}

Test(daemon_connection, one_that_is_being_answered_cannot_give_way)
{
	struct connection *busy = add(1000, 0);

	busy->busy = true;
	for (int i = 0; i < 3 * QUOTA_CONNECTIONS; i++)
		cr_assert_not_null(add(1000, i));
	cr_expect_eq(all.oldest, busy);
	busy->busy = false;
}

Test(daemon_connection, the_oldest_of_too_many_waiting_logins_gives_way)
{
	int first = add_waiting(1000, 0)->fd;
	int other = add_waiting(1001, 0)->fd;

	for (int i = 1; i < QUOTA_WAITING; i++)
		(void)add_waiting(1000, i);
	cr_expect(is_open(first));
	(void)add_waiting(1000, 100);
	cr_expect_not(is_open(first));
	cr_expect(is_open(other));
	cr_expect_eq(quota_waiting(all.quota, 1000), QUOTA_WAITING);
}

/* One connection of sshd can open as many sessions as it likes. */
Test(daemon_connection, of_one_connection_of_sshd_fewer_may_wait)
{
	int other = add_waiting(1000, 0)->fd;
	int first = 0;

	for (int i = 0; i < QUOTA_SESSIONS + 1; i++) {
		struct connection *c = add_waiting(1000, 1 + i);

		if (i == 0)
			first = c->fd;
		c->caller.challenge.sshd = (struct ancestor){77, 8};
		connection_settle(&all, c, 1 + i, 60000);
		cr_expect_eq(is_open(first), i < QUOTA_SESSIONS);
	}
	cr_expect(is_open(other));
	cr_expect_eq(quota_waiting(all.quota, 1000), QUOTA_SESSIONS + 1);
}

Test(daemon_connection, a_strangers_prompts_cannot_push_the_owners_out)
{
	int owner = add_waiting_from(1000, "192.0.2.1", true, 0)->fd;
	int stranger = add_waiting_from(1000, "198.51.100.1", false, 1)->fd;

	for (int i = 1; i < 3 * QUOTA_WAITING; i++)
		(void)add_waiting_from(1000, "198.51.100.2", false, 1 + i);
	cr_expect(is_open(owner));
	cr_expect_not(is_open(stranger), "the oldest of the strangers");
	cr_expect_eq(quota_waiting(all.quota, 1000), QUOTA_WAITING);
}

Test(daemon_connection, strangers_from_many_networks_cannot_either)
{
	int owner = add_waiting_from(1000, "192.0.2.1", true, 0)->fd;
	char address[ADDRESS_MAX];

	for (int i = 1; i < 3 * QUOTA_WAITING; i++) {
		(void)text_print(address, sizeof address, "203.0.%d.1", i);
		(void)add_waiting_from(1000, address, false, i);
	}
	cr_expect(is_open(owner));
	cr_expect_eq(quota_waiting(all.quota, 1000), QUOTA_WAITING);
}

Test(daemon_connection, an_owner_who_travels_stays_beside_one_full_network)
{
	int owner = add_waiting_from(1000, "2001:db8:1::1", false, 0)->fd;

	for (int i = 1; i < 3 * QUOTA_WAITING; i++)
		(void)add_waiting_from(1000, "2001:db8:2::1", false, i);
	cr_expect(is_open(owner));
}

Test(daemon_connection, one_that_gives_way_itself_ends_with_its_turn)
{
	struct connection *stranger;
	int fd;

	for (int i = 0; i < QUOTA_WAITING; i++)
		(void)add_waiting(1000, i);
	stranger = add_waiting_from(1000, "198.51.100.1", false, 50);
	fd = stranger->fd;
	cr_expect_eq(stranger->until, 50);
	connection_expire(&all, 50);
	cr_expect_not(is_open(fd));
	cr_expect_eq(quota_waiting(all.quota, 1000), QUOTA_WAITING);
}

Test(daemon_connection, waiting_logins_count_for_the_user_that_root_asks_for)
{
	const struct peer root = {.pid = 1, .uid = 0, .gid = 0};
	struct connection *c = connection_add(
	    &all, open("/dev/null", O_RDONLY | O_CLOEXEC), &root, 0);

	c->caller.challenge.login.uid = 1000;
	c->caller.challenge.open = true;
	connection_settle(&all, c, 0, 65000);
	cr_expect_eq(quota_waiting(all.quota, 1000), 1);
	cr_expect_eq(quota_waiting(all.quota, 0), 0);
}

Test(daemon_connection, silence_and_waiting_have_their_ends)
{
	int silent = add(1000, 0)->fd;
	int waiting = add_waiting(1000, 0)->fd;

	connection_expire(&all, SERVER_SILENCE - 1);
	cr_expect(is_open(silent));
	connection_expire(&all, SERVER_SILENCE);
	cr_expect_not(is_open(silent));
	cr_expect(is_open(waiting));
	connection_expire(&all, 65000);
	cr_expect_not(is_open(waiting));
	cr_expect_eq(quota_waiting(all.quota, 1000), 0);
}

Test(daemon_connection, a_login_that_is_over_no_longer_waits)
{
	struct connection *c = add_waiting(1000, 0);

	c->caller.challenge.open = false;
	connection_settle(&all, c, 10, 65000);
	cr_expect_not(c->waiting);
	cr_expect_eq(c->until, 10 + SERVER_SILENCE);
	cr_expect_eq(quota_waiting(all.quota, 1000), 0);
}
