/*
 * Who is at the other end of a socket, as the kernel says (unix(7),
 * SO_PEERCRED): the credentials at the time of connect(2), or of listen(2)
 * for the side that connected.
 */
#ifndef OS_PEER_H
#define OS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * The overflow uid: it stands for all that a namespace cannot name, so that
 * two users would look like one.  Nobody of that number is ever served, also
 * where the administrator has moved /proc/sys/kernel/overflowuid elsewhere.
 */
#define PEER_NOBODY 65534

struct peer {
	pid_t pid;
	uint32_t uid;
	uint32_t gid;
};

/*
 * The peer of a connected socket.  ERR_REFUSED for the overflow uid: a user
 * that this namespace cannot tell from others.  ERR_SYSTEM.
 */
enum error peer_of(int fd, struct peer *out);

/*
 * All groups of the peer of a connected socket, its own one first, as they were
 * at connect(2) (SO_PEERGROUPS): sshd gave a login its groups, and no process
 * adds to them without root.  count of them at *out, for free(3).  ERR_SYSTEM,
 * ERR_MEMORY; *out is then NULL.
 */
enum error peer_groups(int fd, uint32_t **out, size_t *count);

/*
 * True while the process that connected fd runs, so that its number cannot be
 * another's by now.  False as well where the kernel cannot tell (SO_PEERPIDFD,
 * Linux 6.5) and the other side has hung up.
 */
bool peer_lives(int fd);

/*
 * False when the peer lives in a user namespace of another map than ours, or
 * is gone: in one of his own a user has as many uids as subuid(5) gives him.
 * True for root, and where /proc hides the peer, so that nothing can be known.
 */
bool peer_is_native(const struct peer *peer);

/*
 * True when this process sees the machine's own uids: its user namespace maps
 * them from 0 on, at least 65,536 in one piece (user_namespaces(7)).  With
 * systemd's PrivateUsers= every user but root would look like one.
 */
bool peer_uids_are_real(void);

#endif
