#include "os/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Since Linux 6.5; Debian 12's headers are older. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define UIDS_MIN 65536 /* that a namespace of a whole system maps */
#define MAP_MAX 4096   /* bytes of a uid_map that are compared */

enum error
peer_of(int fd, struct peer *out)
{
	struct ucred credentials;
	socklen_t size = sizeof credentials;

	memset(out, 0xff, sizeof *out);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 ||
	    size != sizeof credentials)
		return ERR_SYSTEM;
	if (credentials.uid == PEER_NOBODY || credentials.uid == (uid_t)-1)
		return ERR_REFUSED;
	out->pid = credentials.pid;
	out->uid = credentials.uid;
	out->gid = credentials.gid;
	return OK;
}

enum error
peer_groups(int fd, uint32_t **out, size_t *count)
{
	struct ucred credentials;
	socklen_t size = sizeof credentials, room = 0;
	uint32_t *gid;

	*out = NULL;
	*count = 0;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
		return ERR_SYSTEM;
	/* Without room the kernel says how much it takes. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &room) != 0 &&
	    errno != ERANGE)
		return ERR_SYSTEM;
	gid = malloc(sizeof *gid + room);
	if (gid == NULL)
		return ERR_MEMORY;
	gid[0] = credentials.gid;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, gid + 1, &room) != 0) {
		free(gid);
		return ERR_SYSTEM;
	}
	*out = gid;
	*count = 1 + room / sizeof *gid;
	return OK;
}

static bool
is_quiet(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, 0) == 0;
}

bool
peer_lives(int fd)
{
	int held = -1;
	socklen_t size = sizeof held;
	bool lives;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &held, &size) != 0)
		return errno == ENOPROTOOPT && is_quiet(fd, POLLRDHUP);
	lives = is_quiet(held, POLLIN);
	(void)close(held);
	return lives;
}

/* The start of a file, terminated; false when there is nothing to read. */
static bool
read_map(const char *path, char out[static MAP_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	memset(out, 0, MAP_MAX);
	if (fd < 0)
		return false;
	got = read(fd, out, MAP_MAX - 1);
	(void)close(fd);
	return got > 0;
}

bool
peer_is_native(const struct peer *peer)
{
	char path[64], ours[MAP_MAX], theirs[MAP_MAX];

	if (peer->uid == 0)
		return true;
	(void)snprintf(path, sizeof path, "/proc/%ld/uid_map", (long)peer->pid);
	if (read_map(path, theirs))
		return read_map("/proc/self/uid_map", ours) &&
		    strcmp(ours, theirs) == 0;
	return peer->pid > 0 && (kill(peer->pid, 0) == 0 || errno == EPERM);
}

bool
peer_uids_are_real(void)
{
	char line[128];
	char *at = line;
	unsigned long inside, outside, count;
	FILE *f = fopen("/proc/self/uid_map", "re");
	bool read;

	if (f == NULL)
		return false;
	read = fgets(line, sizeof line, f) != NULL;
	(void)fclose(f);
	if (!read)
		return false;
	inside = strtoul(at, &at, 10);
	outside = strtoul(at, &at, 10);
	count = strtoul(at, &at, 10);
	(void)outside; /* a container's root is somebody else outside */
	return inside == 0 && count >= UIDS_MIN;
}
