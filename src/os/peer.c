#include "os/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/*
 * The overflow uid: it stands for all that a namespace cannot name, so that
 * two users would look like one.  Nobody of that number is ever served, also
 * where the administrator has moved /proc/sys/kernel/overflowuid elsewhere.
 */
#define OVERFLOW_UID 65534

#define UIDS_MIN 65536 /* that a namespace of a whole system maps */

enum error
peer_of(int fd, struct peer *out)
{
	struct ucred credentials;
	socklen_t size = sizeof credentials;

	memset(out, 0xff, sizeof *out);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 ||
	    size != sizeof credentials)
		return ERR_SYSTEM;
	if (credentials.uid == OVERFLOW_UID || credentials.uid == (uid_t)-1)
		return ERR_REFUSED;
	out->pid = credentials.pid;
	out->uid = credentials.uid;
	out->gid = credentials.gid;
	return OK;
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
