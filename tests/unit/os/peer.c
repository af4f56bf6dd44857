#include <criterion/criterion.h>
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
