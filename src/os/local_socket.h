/*
 * The socket between the doors and otpgated: SOCK_SEQPACKET in the file
 * system (unix(7)), so that one datagram is one message, whole or not at all.
 */
#ifndef OS_LOCAL_SOCKET_H
#define OS_LOCAL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * Listens at path, which is made anew, with mode 0666: the kernel says who
 * comes, so anybody may come.  The directory must be root's alone.  The
 * descriptor is non-blocking.  ERR_LONG, ERR_UNSAFE when something that is no
 * socket is at path, ERR_EXISTS when somebody listens there, ERR_SYSTEM.
 */
enum error socket_listen(const char *path, int *out);

/*
 * Connects to path; waits at most until deadline (clock_milliseconds) while
 * the queue is full.  ERR_DOWN when nobody listens (ENOENT, ECONNREFUSED),
 * ERR_TIMEOUT, ERR_INTERRUPTED, ERR_LONG, ERR_SYSTEM.
 *
 * client, here and below: a descriptor whose other end is held by whoever is
 * waited for; -1 for none.  When that end is gone, so is the reason to wait:
 * ERR_INTERRUPTED.
 */
enum error socket_connect(
    const char *path, int64_t deadline, int client, int *out);

/*
 * Accepts one: ERR_ABSENT when nobody waits, ERR_BUSY when this process is
 * out of descriptors, ERR_SYSTEM.  The new descriptor is non-blocking.
 */
enum error socket_accept(int listener, int *out);

/*
 * Descriptors that come with a message end in the process that reads it, or
 * that closes the socket unread, and that can take as long as their sender
 * likes: a connection of his with SO_LINGER, a file of FUSE.  With bar on, the
 * kernel refuses to send them; what a listener says goes for those that it
 * accepts.  False where the kernel cannot (before Linux 6.16).
 */
bool socket_bar_rights(int fd, bool bar);

/* For such a kernel: true when the next message brings descriptors. */
bool socket_brings_rights(int fd);

/*
 * For such a kernel: takes what lies unread in fd, up to a message that brings
 * descriptors, and lets nothing more come.  True when nothing is left; then
 * closing it waits for nothing.
 */
bool socket_drain(int fd);

/*
 * For such a kernel: closes fd, whatever lies in its queue, without waiting for
 * it: a child that ends has the last hold, and who ends lingers at nothing
 * (socket(7)).  *child is the caller's to wait for.  ERR_SYSTEM when there can
 * be no child: fd is still open then.
 */
enum error socket_discard(int fd, pid_t *child);

/*
 * One datagram, without waiting; descriptors that came with it are closed.
 * ERR_ABSENT when none is there (receive), ERR_BUSY when there is no room
 * (send), ERR_CLOSED, ERR_LONG when it is more than max bytes, ERR_SYSTEM.
 */
enum error socket_receive(int fd, void *out, size_t max, size_t *size);
enum error socket_send(int fd, const void *bytes, size_t size);

/*
 * The same with one descriptor (unix(7), SCM_RIGHTS).  *passed is the
 * receiver's to close; -1 when none came, and when more than one did: all of
 * them are closed then.
 */
enum error socket_receive_passed(
    int fd, void *out, size_t max, size_t *size, int *passed);
enum error socket_send_passed(
    int fd, const void *bytes, size_t size, int passed);

/*
 * Waits for a datagram until deadline (clock_milliseconds).  OK, ERR_TIMEOUT,
 * ERR_CLOSED, ERR_INTERRUPTED, ERR_SYSTEM.
 */
enum error socket_wait(int fd, int64_t deadline, int client);

#endif
