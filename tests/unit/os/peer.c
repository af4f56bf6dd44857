#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/peer.h"

Test(os_peer, of_our_namespace_is_native)
{
	struct peer peer = {.pid = getpid(), .uid = 1000};

	cr_expect(peer_is_native(&peer));
}

Test(os_peer, that_is_gone_is_not)
{
	struct peer peer = {.uid = 1000};
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	cr_assert_gt(child, 0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	peer.pid = child;
	cr_expect_not(peer_is_native(&peer));
	peer.pid = 0;
	cr_expect_not(peer_is_native(&peer), "of another pid namespace");
	peer.uid = 0;
	cr_expect(peer_is_native(&peer), "root");
}

static void
expect_listed(uint32_t gid, const uint32_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == gid)
			return;
	cr_expect_fail("group %u is not told", gid);
}

Test(os_peer, has_its_own_group_and_all_others)
{
	gid_t mine[1024];
	int fd[2], count = getgroups(1024, mine);
	uint32_t *told;
	size_t size;

	cr_assert_geq(count, 0);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	cr_assert_eq(peer_groups(fd[0], &told, &size), OK);
	cr_expect_eq(size, (size_t)count + 1);
	cr_expect_eq(told[0], getegid());
	for (int i = 0; i < count; i++)
		expect_listed(mine[i], told, size);
	free(told);
	close(fd[0]);
	close(fd[1]);
}

Test(os_peer, that_is_none_has_no_groups)
{
	uint32_t some, *told = &some;
	size_t size = 7;

	cr_expect_eq(peer_groups(-1, &told, &size), ERR_SYSTEM);
	cr_expect_null(told);
	cr_expect_eq(size, 0);
}
